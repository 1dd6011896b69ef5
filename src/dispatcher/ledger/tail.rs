//! Whoever watches a subscription's deliveries, over WebSockets that outlive the object's sleep. What they are told is decided
//! in `core::tail`; nobody watching costs one look.

use std::cell::RefCell;

use worker::{Request, Response, WebSocket, WebSocketIncomingMessage, WebSocketPair};

use super::{Ledger, command::Stored, store::Store};
use crate::{
    core::{
        envelope::ApiError,
        ledger::Row,
        tail::{Tail, Watcher},
    },
    edge::{clock, http, input},
};

/// How many watch one subscription at once.
const MAX_WATCHERS: usize = 20;

/// What a watcher says.
const MORE: &str = "more";

/// Why a connection is closed: all is well, or it said what nobody understands.
const DONE: u16 = 1000;
const WRONG: u16 = 1008;

impl Ledger {
    /// Lets somebody watch.
    pub(super) fn watch(&self, request: &Request) -> http::Answer {
        if self.state.get_websockets().len() >= MAX_WATCHERS {
            let message = format!("{MAX_WATCHERS} connections watch this webhook; close one first");
            return Err(ApiError::limit(message));
        }
        let failed = |_| ApiError::unavailable("the ledger could not open a connection");
        let WebSocketPair { client, server } = WebSocketPair::new().map_err(failed)?;
        self.state.accept_web_socket(&server);
        let now = clock::real();
        let url = input::url(request)?;
        let cursor = url.query_pairs().find(|(name, _)| name == "after").map(|(_, cursor)| cursor);
        if let Ok(tail) = self.tail(now).try_borrow() {
            serve(&tail, &server, tail.watcher(cursor.as_deref(), now), now);
        }
        Response::from_websocket(client).map_err(failed)
    }

    /// Tells those who wait what was recorded.
    pub(super) fn tell(&self, store: &Store, rows: &[Stored]) {
        let sockets = self.state.get_websockets();
        if rows.is_empty() || sockets.is_empty() {
            // Nobody has watched in this life of the object, or somebody may come back.
            if let Some(Ok(mut tail)) = self.tail.get().map(RefCell::try_borrow_mut) {
                tail.miss(rows.len());
            }
            return;
        }
        // What was written a moment ago can be read.
        let rows: Vec<Row> = rows.iter().filter_map(|row| store.read(&row.id, row.body.get()).ok()).collect();
        let now = clock::real();
        if let Ok(mut tail) = self.tail(now).try_borrow_mut() {
            tail.add(&rows);
            for socket in &sockets {
                if let Some(watcher) = watcher(socket).filter(|watcher| watcher.is_waiting) {
                    serve(&tail, socket, watcher, now);
                }
            }
        }
    }

    /// A watcher has shown what it got.
    pub(super) fn heard_of(&self, socket: &WebSocket, message: &WebSocketIncomingMessage) {
        let is_more = matches!(message, WebSocketIncomingMessage::String(text) if text == MORE);
        let watcher = watcher(socket).filter(|_| is_more);
        let now = clock::real();
        match (watcher, self.tail(now).try_borrow()) {
            (Some(watcher), Ok(tail)) => serve(&tail, socket, watcher, now),
            _ => close(socket, WRONG, "only more is understood"),
        }
    }

    /// A watcher is gone.
    pub(super) fn left(socket: &WebSocket) {
        close(socket, DONE, "");
    }

    /// Nobody may watch any more.
    pub(super) fn end_watching(&self) {
        for socket in self.state.get_websockets() {
            close(&socket, DONE, "the webhook was deleted");
        }
    }

    fn tail(&self, now: i64) -> &RefCell<Tail> {
        self.tail.get_or_init(|| RefCell::new(Tail::new(now)))
    }
}

/// Tells a watcher what is new, unless it has watched for long enough: it comes back, and is asked who it is.
fn serve(tail: &Tail, socket: &WebSocket, mut watcher: Watcher, now: i64) {
    if watcher.is_over(now) {
        return close(socket, DONE, "connect again");
    }
    let text = tail.tell(&mut watcher).and_then(|news| serde_json::to_string(&news).ok());
    keep(socket, &watcher);
    if let Some(text) = text {
        // Who is gone is told to us, too.
        let _ = socket.send_with_str(text);
    }
}

fn watcher(socket: &WebSocket) -> Option<Watcher> {
    let text: String = socket.deserialize_attachment().ok()??;
    serde_json::from_str(&text).ok()
}

/// What it remembers stays with its connection, of which the object forgets nothing while it sleeps.
fn keep(socket: &WebSocket, watcher: &Watcher) {
    if let Ok(text) = serde_json::to_string(watcher) {
        let _ = socket.serialize_attachment(text);
    }
}

fn close(socket: &WebSocket, code: u16, why: &str) {
    // It may be closed already.
    let _ = socket.close(Some(code), Some(why));
}
