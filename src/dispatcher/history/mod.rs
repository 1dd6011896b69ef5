//! `History`: which segments one org's day has, and what is in them. One object per org and day, so that looking at a range of
//! time is asking its days, and letting go of a day is dropping its object.
//!
//! It is written once for each call that somebody's subscription matched or whose org keeps all, and drops itself by alarm when its
//! day is no longer kept. Of what was written it makes a table of requests once somebody asks for one.

pub mod client;
pub mod command;
pub mod question;
mod requests;
pub mod retention;
mod store;

use std::cell::Cell;

use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use self::{
    command::{Command, Page, join, split},
    question::{Found, Question},
    requests::Requests,
    store::Store,
};
use crate::{
    core::{
        envelope::{ApiError, success},
        history::expires_at,
        subscription::Snapshot,
        time::Timestamp,
    },
    edge::{clock, http, log::Line, settings, storage},
};

/// When a day whose time has come looks again how long it is kept, where that can't be read: in an hour, in milliseconds.
const LOOK_AGAIN_MILLIS: i64 = 60 * 60 * 1000;

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
        let expired = match self.orgs_days().await {
            Ok(days) => self.expire(days).await,
            // Dropping a day too early can't be undone.
            Err(error) => {
                Line::error("history.kept").text("why", &error.message).emit();
                return match self.state.storage().set_alarm(LOOK_AGAIN_MILLIS).await {
                    Ok(()) => Response::ok(""),
                    Err(error) => Err(error),
                };
            }
        };
        match expired {
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
            Command::Append { key, at, events, days } => {
                self.see_to_the_alarm(Timestamp::from_millis(at), days).await?;
                // No await from here on: the rows commit together or not at all.
                let store = if self.is_open.get() { Store::opened(sql) } else { Store::open(sql)? };
                self.is_open.set(true);
                for (events, body) in events.into_iter().zip(bodies) {
                    store.append(&key, at, events, body)?;
                }
                Page::default()
            }
            Command::Ask { day, question } => return self.ask(day, question),
            Command::KeepFor { days } => {
                self.expire(days).await?;
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

    fn ask(&self, day: i64, question: Question) -> std::result::Result<String, ApiError> {
        let found = match Requests::find(self.state.storage().sql(), day)? {
            Some(requests) => requests.answer(question)?,
            None => Found::default(),
        };
        String::from_utf8(success(&found)).map_err(|_| failed("write the answer"))
    }

    /// Sets the alarm before the first row is there, so that there is never a row that nobody will drop.
    async fn see_to_the_alarm(&self, at: Timestamp, days: Option<u32>) -> std::result::Result<(), ApiError> {
        if self.has_alarm.get() {
            return Ok(());
        }
        let storage = self.state.storage();
        let alarm = storage.get_alarm().await.map_err(|_| failed("look at its alarm"))?;
        if alarm.is_none() {
            let days = days.map_or_else(|| self.deployments_days(), Ok)?;
            self.set_alarm(at, days).await?;
        }
        self.has_alarm.set(true);
        Ok(())
    }

    fn deployments_days(&self) -> std::result::Result<u32, ApiError> {
        Ok(settings::dispatcher(&self.env)?.room.days)
    }

    /// For how many days the org keeps its days now, which it may have changed since the alarm was set. The object's name says
    /// whose day it is.
    async fn orgs_days(&self) -> std::result::Result<u32, ApiError> {
        let name = self.state.id().name();
        let org =
            name.as_deref().and_then(|name| name.split('/').next()).ok_or_else(|| failed("find its org"))?;
        let text = storage::read_kv(&self.env, &Snapshot::key(org)).await;
        let text = text.map_err(|_| failed("read the settings"))?;
        let snapshot: Snapshot = match text {
            Some(text) => serde_json::from_str(&text).map_err(|_| failed("read the settings"))?,
            None => Snapshot::default(),
        };
        snapshot.org.retention_days.map_or_else(|| self.deployments_days(), Ok)
    }

    async fn set_alarm(&self, at: Timestamp, days: u32) -> std::result::Result<(), ApiError> {
        let expires = expires_at(at, days);
        let delay = expires.millis().saturating_sub(clock::now().millis()).max(0);
        self.state.storage().set_alarm(delay).await.map_err(|_| failed("set its alarm"))
    }

    /// Drops the day, or comes back later where days are by now kept for longer than when the alarm was set.
    async fn expire(&self, days: u32) -> std::result::Result<(), ApiError> {
        let store = Store::find(self.state.storage().sql())?;
        let newest = store.map(|store| store.newest()).transpose()?.flatten().map(Timestamp::from_millis);
        match newest {
            Some(at) if clock::now() < expires_at(at, days) => self.set_alarm(at, days).await,
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
        Command::Append { .. } | Command::Ask { .. } | Command::KeepFor { .. } => Ok(Page::default()),
        Command::Page { after_seq, limit } => store.page(*after_seq, *limit),
        Command::Latest { events, before_seq } => store.latest(*events, *before_seq),
        Command::Unchecked { now, until, limit } => store.unchecked(*now, *until, *limit),
        Command::Checked(checked) => store.set_checked(checked).map(|()| Page::default()),
    }
}

fn failed(what: &str) -> ApiError {
    ApiError::unavailable(format!("the history could not {what}; nothing was changed"))
}
