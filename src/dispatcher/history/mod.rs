//! `History`: which segments one org's day has, and what is in them. One object per org and day, so that looking at a range of
//! time is asking its days, and letting go of a day is dropping its object.
//!
//! It is written once for each call that somebody's subscription matched, and drops itself by alarm when its day is no longer
//! kept.

pub mod client;
pub mod command;
mod store;

use std::cell::Cell;

use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use self::{
    command::{Command, Page, join, split},
    store::Store,
};
use crate::{
    core::{envelope::ApiError, history::expires_at, time::Timestamp},
    edge::{clock, http, settings},
};

/// The object.
#[durable_object]
pub struct History {
    state: State,
    env: Env,
    /// Whether the alarm is known to be set. Setting it costs as much as a row.
    has_alarm: Cell<bool>,
    /// Whether the database has its tables, which every call would otherwise ask about.
    is_open: Cell<bool>,
}

impl DurableObject for History {
    fn new(state: State, env: Env) -> Self {
        Self { state, env, has_alarm: Cell::new(false), is_open: Cell::new(false) }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        match self.answer(&mut request).await {
            Ok(text) => Response::ok(text),
            Err(error) => Ok(http::respond(Err(error))),
        }
    }

    async fn alarm(&self) -> Result<Response> {
        // An alarm that returns an error is run again by the platform, later and later.
        match self.expire().await {
            Ok(()) => Response::ok(""),
            Err(error) => Err(worker::Error::RustError(error.message)),
        }
    }
}

impl History {
    async fn answer(&self, request: &mut Request) -> std::result::Result<String, ApiError> {
        let text = request.text().await.map_err(|_| failed("read the call"))?;
        let (head, bodies) = split(&text);
        let command: Command = serde_json::from_str(head).map_err(|_| failed("read the call"))?;
        let sql = self.state.storage().sql();
        let page = match command {
            Command::Append { key, at, events } => {
                self.see_to_the_alarm(Timestamp::from_millis(at)).await?;
                // No await from here on: the rows commit together or not at all.
                let store = if self.is_open.get() { Store::opened(sql) } else { Store::open(sql)? };
                self.is_open.set(true);
                for (events, body) in events.into_iter().zip(bodies) {
                    store.append(&key, at, events, body)?;
                }
                Page::default()
            }
            command => match Store::find(sql)? {
                Some(store) => look(&store, &command)?,
                None => Page::default(),
            },
        };
        let bodies = page.rows.iter().map(|row| row.body.as_str());
        join(&page, bodies).ok_or_else(|| failed("write the answer"))
    }

    /// Sets the alarm before the first row is there, so that there is never a row that nobody will drop.
    async fn see_to_the_alarm(&self, at: Timestamp) -> std::result::Result<(), ApiError> {
        if self.has_alarm.get() {
            return Ok(());
        }
        let storage = self.state.storage();
        let alarm = storage.get_alarm().await.map_err(|_| failed("look at its alarm"))?;
        if alarm.is_none() {
            self.set_alarm(at).await?;
        }
        self.has_alarm.set(true);
        Ok(())
    }

    async fn set_alarm(&self, at: Timestamp) -> std::result::Result<(), ApiError> {
        let expires = expires_at(at, settings::dispatcher(&self.env)?.retention_days);
        let delay = expires.millis().saturating_sub(clock::now().millis()).max(0);
        self.state.storage().set_alarm(delay).await.map_err(|_| failed("set its alarm"))
    }

    /// Drops the day, or comes back later where days are by now kept for longer than when the alarm was set.
    async fn expire(&self) -> std::result::Result<(), ApiError> {
        let retention_days = settings::dispatcher(&self.env)?.retention_days;
        let store = Store::find(self.state.storage().sql())?;
        let newest = store.map(|store| store.newest()).transpose()?.flatten().map(Timestamp::from_millis);
        match newest {
            Some(at) if clock::now() < expires_at(at, retention_days) => self.set_alarm(at).await,
            _ => {
                self.has_alarm.set(false);
                self.is_open.set(false);
                self.state.storage().delete_all().await.map_err(|_| failed("drop its rows"))
            }
        }
    }
}

/// Answers what concerns rows that are there.
fn look(store: &Store, command: &Command) -> std::result::Result<Page, ApiError> {
    match command {
        Command::Append { .. } => Ok(Page::default()),
        Command::Page { after_seq, limit } => store.page(*after_seq, *limit),
        Command::Latest { events, before_seq } => store.latest(*events, *before_seq),
        Command::Unchecked { now, until, limit } => store.unchecked(*now, *until, *limit),
        Command::Checked(checked) => store.set_checked(checked).map(|()| Page::default()),
    }
}

fn failed(what: &str) -> ApiError {
    ApiError::unavailable(format!("the history could not {what}; nothing was changed"))
}
