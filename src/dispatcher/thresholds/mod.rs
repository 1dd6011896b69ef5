//! `Thresholds`: what an org's requests come to in each window, and which of its rules are crossed. One object per org, since a
//! budget is one sum.
//!
//! The same for alerts on what deliveries come to, which begin and end: the cron has them judged, and the object asks the ledgers.
//!
//! A crossing, and a signal of an alert, is a row with its event before anybody is told, and its alarm raises the event: once in a window, and also where
//! the object dies in between.

mod alerts;
pub mod client;
pub mod command;
mod store;

use std::cell::OnceCell;

use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use self::{
    command::{Command, Evaluated, Observed},
    store::Store,
};
use super::intake;
use crate::{
    core::{
        envelope::ApiError,
        rules::{Current, CurrentView, Per, Rule, Share, crossings},
        window::{DAY, Window, hour_of},
    },
    edge::{alarm::Alarm, clock, http, log::Line, object, settings, sql::once},
};

/// How often windows that are over are removed, and how long they are kept: as long as late events are counted.
const UPKEEP_MILLIS: i64 = 6 * 3_600_000;
const KEPT_HOURS: i64 = 2 * DAY;
/// How long a call's repetition is recognised.
const CALLS_MILLIS: i64 = 86_400_000;
/// When an event that could not be raised is tried again.
const AGAIN_MILLIS: i64 = 5000;
/// How many events one run of the alarm raises at once.
const AT_ONCE: usize = 100;

/// The object.
#[durable_object]
pub struct Thresholds {
    state: State,
    env: Env,
    store: OnceCell<Store>,
    alarm: Alarm,
}

impl DurableObject for Thresholds {
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
        self.alarm.has_gone_off();
        let next = match self.upkeep().await {
            Ok(next) => next,
            Err(error) => {
                Line::error("thresholds.upkeep_failed").text("why", &error.message).emit();
                Some(AGAIN_MILLIS)
            }
        };
        if let Some(millis) = next {
            self.alarm
                .set(&self.state, millis)
                .await
                .map_err(|error| worker::Error::RustError(error.message))?;
        }
        Response::empty()
    }
}

impl Thresholds {
    async fn answer(&self, request: &mut Request) -> http::Answer {
        let command: Command = object::command(request, "thresholds").await?;
        match command {
            Command::Observe { mark, base_url, rules, shares } => {
                self.alarm.ensure(&self.state, UPKEEP_MILLIS).await?;
                let crossed = count(self.store()?, &mark, &base_url, &rules, &shares)?;
                if crossed > 0 {
                    self.alarm.set(&self.state, 0).await?;
                }
                http::ok(200, &Observed { crossed })
            }
            Command::Current { rule, limit } => http::ok(200, &current(self.store()?, &rule, limit)?),
            Command::Evaluate => http::ok(200, &Evaluated { signals: self.judge(true).await? }),
            Command::Settle => http::ok(200, &Evaluated { signals: self.judge(false).await? }),
            Command::Firing { alert } => http::ok(200, &self.store()?.firing_of(&alert)?),
        }
    }

    /// Judges the org's alerts; how many signals came of it.
    async fn judge(&self, with_readings: bool) -> std::result::Result<usize, ApiError> {
        self.alarm.ensure(&self.state, UPKEEP_MILLIS).await?;
        let known = alerts::look(&self.env, &self.org()?, with_readings).await?;
        let signals = known.judge(self.store()?)?;
        if signals > 0 {
            self.alarm.set(&self.state, 0).await?;
        }
        Ok(signals)
    }

    /// Raises what is to be raised and removes what is over. When to come back; `None` where nothing is left.
    async fn upkeep(&self) -> std::result::Result<Option<i64>, ApiError> {
        let store = self.store()?;
        let org = self.org()?;
        let pending = store.pending(AT_ONCE)?;
        for one in &pending {
            let (base_url, event) = &one.body;
            intake::take_in_own(std::slice::from_ref(event), &org, base_url, None, &self.env).await?;
            store.set_raised(&one.place)?;
        }
        let unraised = store.unraised(AT_ONCE)?;
        for one in &unraised {
            let (base_url, event) = &one.body;
            let about = Some(one.webhook.as_str());
            intake::take_in_own(std::slice::from_ref(event), &org, base_url, about, &self.env).await?;
            store.set_signal_raised(one.number)?;
        }
        if pending.len().max(unraised.len()) == AT_ONCE {
            return Ok(Some(1));
        }
        // What a deleted alert has left behind, where that could not be seen to when it was deleted.
        if !store.firing()?.is_empty() && alerts::look(&self.env, &org, false).await?.judge(store)? > 0 {
            return Ok(Some(1));
        }
        let now = clock::now().millis();
        let hour = hour_of(now).saturating_sub(KEPT_HOURS);
        let before = [Window::Hour, Window::Day, Window::Month].map(|window| (window, window.of(hour)));
        let is_left = store.prune(before, now.saturating_sub(CALLS_MILLIS))?;
        Ok(is_left.then_some(UPKEEP_MILLIS))
    }

    fn org(&self) -> std::result::Result<String, ApiError> {
        self.state.id().name().ok_or_else(|| ApiError::unavailable("the object has no name"))
    }

    fn store(&self) -> std::result::Result<&Store, ApiError> {
        once(&self.store, || Store::open(self.state.storage().sql()))
    }
}

/// Counts a call, unless it was counted before; how many rules it crosses. No await in it: all of it commits, or nothing.
fn count(
    store: &Store,
    mark: &str,
    base_url: &str,
    rules: &[Rule],
    shares: &[Share],
) -> std::result::Result<usize, ApiError> {
    if !store.note_call(mark, clock::now().millis())? {
        return Ok(0);
    }
    let mut crossed: usize = 0;
    for share in shares {
        let Some(total) = store.add(share)? else {
            Line::warn("thresholds.full").text("per", share.per.name()).emit();
            continue;
        };
        for crossing in crossings(rules, &total) {
            crossed = crossed.saturating_add(usize::from(store.cross(&crossing, base_url)?));
        }
    }
    Ok(crossed)
}

fn current(store: &Store, rule: &Rule, limit: usize) -> std::result::Result<Current, ApiError> {
    let begin = rule.window.of(hour_of(clock::now().millis()));
    let crossed = store.crossed(rule, begin)?;
    let mut keys: Vec<CurrentView> = store
        .window(rule, begin)?
        .into_iter()
        .map(|(key, sum)| CurrentView {
            crossed: crossed.contains(&key),
            key: (rule.per != Per::Org).then_some(key),
            value: sum.value(rule),
            requests: sum.requests,
            unknown_cost_requests: sum.unknown_cost,
        })
        .collect();
    keys.sort_by(|one, other| {
        let order = |view: &CurrentView| view.value.unwrap_or(-1.0);
        order(other).total_cmp(&order(one)).then_with(|| one.key.cmp(&other.key))
    });
    keys.truncate(limit);
    Ok(Current { keys })
}
