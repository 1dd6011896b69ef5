//! `Reviews`: the queue of deliveries that people look at. One object; the exchanges themselves are in R2.
//!
//! Claims are rows and not leases in memory: they last for minutes, and an object does not live that long without calls.

pub mod client;
pub mod command;
mod store;

use std::cell::OnceCell;

use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use self::{
    command::{Command, Found},
    store::Store,
};
use crate::{
    core::{
        envelope::ApiError,
        review::{Item, Refused, exchange_key},
    },
    edge::{
        alarm::Alarm,
        clock, http,
        log::Line,
        object,
        settings::{self, number},
        sql::once,
        storage,
    },
};

const DEFAULT_DAYS: i64 = 90;
const MAX_DAYS: i64 = 3660;

const DAY_MILLIS: i64 = 86_400_000;
/// When the upkeep is tried again after a failure.
const HOUR_MILLIS: i64 = 3_600_000;
/// And when it goes on where there was more to do, in real milliseconds.
const SOON_MILLIS: i64 = 1000;

/// How many items one run of the upkeep deletes: as many objects as R2 deletes by one call.
const DELETED_AT_ONCE: usize = 1000;

/// The object.
#[durable_object]
pub struct Reviews {
    state: State,
    env: Env,
    store: OnceCell<Store>,
    alarm: Alarm,
}

impl DurableObject for Reviews {
    fn new(state: State, env: Env) -> Self {
        Self { state, env, store: OnceCell::new(), alarm: Alarm::default() }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        // Sets the pace of the clock, where it is not the real one.
        let _ = settings::roles(&self.env);
        Ok(http::respond(self.answer(&mut request).await))
    }

    async fn alarm(&self) -> Result<Response> {
        let _ = settings::roles(&self.env);
        // The next alarm is set whatever comes of this one: the platform gives a failing one up after a few tries.
        let next = match self.upkeep().await {
            Ok(false) => clock::real_millis(DAY_MILLIS),
            Ok(true) => SOON_MILLIS,
            Err(why) => {
                Line::error("reviews.upkeep_failed").text("why", &why).emit();
                clock::real_millis(HOUR_MILLIS)
            }
        };
        self.state.storage().set_alarm(next).await?;
        Response::empty()
    }
}

impl Reviews {
    async fn answer(&self, request: &mut Request) -> http::Answer {
        let command: Command = object::command(request, "reviews").await?;
        let (store, now) = (self.store()?, clock::now().millis());
        match command {
            Command::Put(items) => {
                self.alarm.ensure(&self.state, DAY_MILLIS).await?;
                http::ok(200, &put(store, &items)?)
            }
            Command::Find { id } => http::ok(200, &Found { item: store.get(&id)? }),
            Command::List(query) => http::ok(200, &store.list(&query, now)?),
            Command::Claim { id, request } => change(store, &id, |item| item.claim(request, now)),
            Command::Release { id, reviewer } => {
                change(store, &id, |item| item.release(reviewer.as_deref(), now))
            }
            Command::Label { id, request } => {
                // Each label has a moment of its own, so that an export can go on behind the last one it has seen.
                let at = now.max(store.newest_label()?.saturating_add(1));
                change(store, &id, |item| item.label(request, now, at))
            }
        }
    }

    fn store(&self) -> std::result::Result<&Store, ApiError> {
        once(&self.store, || Store::open(self.state.storage().sql()))
    }

    /// Once a day: deletes what is `REVIEW_DAYS` old, the exchanges first, since only the rows know of them. Whether there is more.
    async fn upkeep(&self) -> std::result::Result<bool, String> {
        let said = |error: ApiError| error.message;
        let days = number(&self.env, "REVIEW_DAYS", DEFAULT_DAYS).map_err(said)?.clamp(1, MAX_DAYS);
        let before = clock::now().millis().saturating_sub(days.saturating_mul(DAY_MILLIS));
        let store = self.store().map_err(said)?;
        let ids = store.older(before, DELETED_AT_ONCE).map_err(said)?;
        if !ids.is_empty() {
            storage::delete_objects(&self.env, ids.iter().map(|id| exchange_key(id)).collect()).await?;
            store.delete(&ids).map_err(said)?;
        }
        Ok(ids.len() >= DELETED_AT_ONCE)
    }
}

/// How many were not there.
fn put(store: &Store, items: &[Item]) -> std::result::Result<u64, ApiError> {
    let mut new: u64 = 0;
    for item in items {
        if store.get(&item.id)?.is_none() {
            store.put(item)?;
            new = new.saturating_add(1);
        }
    }
    Ok(new)
}

fn change(
    store: &Store,
    id: &str,
    change: impl FnOnce(&mut Item) -> std::result::Result<(), Refused>,
) -> http::Answer {
    let mut item = store.get(id)?.ok_or_else(|| ApiError::not_found("review"))?;
    change(&mut item).map_err(|refused| ApiError::new(409, refused.message()))?;
    store.put(&item)?;
    http::ok(200, &item)
}
