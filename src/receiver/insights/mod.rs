//! `Insights`: what LLM requests cost, how long they take, how many tokens they use and who makes them. One object for now, so
//! that a budget has one sum and an alert is given once.
//!
//! A batch of the queue is one call: what was counted before is left out, the rest is added to the rows that it concerns, and
//! what these come to is judged by `core::insights::tracker`. What is worth telling is kept until the inbox's queue has taken it, and
//! comes back from there to the handlers.

pub mod client;
pub mod command;
mod look;
mod settings;
mod store;

use std::{
    cell::{OnceCell, RefCell},
    collections::{BTreeMap, HashMap, btree_map::Entry},
};

use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use self::{
    command::{Batch, Command, Forgotten, Observed},
    store::Store,
};
use crate::{
    core::{
        envelope::ApiError,
        insights::{
            Book, Key, MAX_OBSERVATIONS, Measures, Occupied, SEEN_DAYS, Settings, Signal, Tally, hour_of,
            news::news,
            settle,
            tracker::{self, Candidate, Fresh},
        },
        ledger::Heard,
    },
    edge::{alarm::Alarm, clock, http, log::Line, object, queue, settings::roles, sql::once},
    receiver::enqueue::INBOX,
};

const DAY_MILLIS: i64 = 86_400_000;

/// How long after a failure, or where one call could not remove all, the upkeep goes on; in milliseconds.
const AGAIN_MILLIS: i64 = 60_000;
const GO_ON_MILLIS: i64 = 1000;

/// How many signals are put on the queue by one call: they are small, and a call holds 256 KB.
const TOLD_AT_ONCE: usize = 50;

/// The object.
#[durable_object]
pub struct Insights {
    state: State,
    env: Env,
    store: OnceCell<Store>,
    /// How many names there are in windows that were added to, since they would have to be counted at each call.
    occupied: RefCell<Occupied>,
    heard: RefCell<Heard<Observed>>,
    alarm: Alarm,
}

impl DurableObject for Insights {
    fn new(state: State, env: Env) -> Self {
        Self {
            state,
            env,
            store: OnceCell::new(),
            occupied: RefCell::default(),
            heard: RefCell::default(),
            alarm: Alarm::default(),
        }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        // Sets the pace of the clock, where it is not the real one.
        let _ = roles(&self.env);
        Ok(http::respond(self.answer(&mut request).await))
    }

    async fn alarm(&self) -> Result<Response> {
        let _ = roles(&self.env);
        self.alarm.has_gone_off();
        let is_told = self.tell().await;
        let next = match self.forget(clock::now().millis()) {
            Ok(_) if !is_told => AGAIN_MILLIS,
            Ok(Forgotten { is_empty: true, .. }) => return Response::empty(),
            Ok(Forgotten { more: true, .. }) => GO_ON_MILLIS,
            Ok(_) => until_tomorrow(clock::now().millis()),
            Err(error) => {
                Line::error("insights.upkeep_failed").text("why", &error.message).emit();
                AGAIN_MILLIS
            }
        };
        // An alarm of its own: one that returns an error is run again only a few times.
        if let Err(error) = self.alarm.set(&self.state, next).await {
            Line::error("insights.no_alarm").text("why", &error.message).emit();
        }
        Response::empty()
    }
}

impl Insights {
    async fn answer(&self, request: &mut Request) -> http::Answer {
        let command: Command = object::command(request, "insights").await?;
        match command {
            Command::Observe(batch) => {
                if batch.observations.len() > MAX_OBSERVATIONS {
                    return Err(ApiError::bad_request("a batch has at most 100 observations"));
                }
                // Before the first row is there, so that there is never one that nobody will remove.
                self.alarm.ensure(&self.state, until_tomorrow(clock::now().millis())).await?;
                let observed = self.observed(&batch)?;
                if !self.tell().await {
                    self.alarm.set(&self.state, AGAIN_MILLIS).await?;
                }
                http::ok(200, &observed)
            }
            Command::Once { subject, by, at, window_seconds } => {
                self.alarm.ensure(&self.state, until_tomorrow(clock::now().millis())).await?;
                let ids = tracker::once(&subject, &by, at, window_seconds);
                http::ok(200, &self.is_first(&ids, at)?)
            }
            Command::Look(query) => look::answer(self.store()?, &query),
            Command::Forget { now } => http::ok(200, &self.forget(now)?),
        }
    }

    /// Counts a batch, unless it was counted and only the answer was not heard.
    fn observed(&self, batch: &Batch) -> std::result::Result<Observed, ApiError> {
        if let Some(answer) = self.heard.try_borrow().ok().and_then(|heard| heard.answer(&batch.mark)) {
            return Ok(answer);
        }
        let observed = Observed { signals: self.observe(batch)? };
        if let Ok(mut heard) = self.heard.try_borrow_mut() {
            heard.remember(&batch.mark, observed.clone());
        }
        Ok(observed)
    }

    /// Counts a batch. There is no await in it, so a crash leaves all that it writes or nothing; and everything is read and
    /// decided before anything is written.
    fn observe(&self, batch: &Batch) -> std::result::Result<Vec<Signal>, ApiError> {
        let settings = settings::read(&self.env)?;
        let store = self.store()?;
        let today = batch.now.div_euclid(DAY_MILLIS);
        let mut book = Book::default();
        let counted = enter(&mut book, batch, today, store, &settings)?;
        for (name, more) in &batch.counters {
            book.count(name, *more, batch.now);
        }

        let stored = store.tallies(book.keys(&settings).iter())?;
        let settled = self.settle(&book, &stored, store)?;
        let mut candidates = tracker::judge(&settled, &settings);
        if let (Some(minute), Some(alert)) = (book.refused_at, &settings.signatures) {
            let row = |key: &_| settled.get(key).or_else(|| stored.get(key));
            candidates.extend(tracker::refused(minute, alert, row));
        }
        let mut ratios = BTreeMap::new();
        let mut usual = store.ratios(book.samples.keys())?;
        for (name, samples) in &book.samples {
            let mut own = usual.remove(name).unwrap_or_default();
            candidates.extend(tracker::outliers(name, &mut own, samples, &settings));
            let newest = samples.iter().map(|sample| sample.hour).max().unwrap_or_default();
            ratios.insert(name.clone(), (newest, own));
        }
        let Fresh { signals, remember } = self.fresh(candidates, store)?;

        store.put_tallies(&settled)?;
        store.put_ratios(&ratios)?;
        store.remember_given(&remember)?;
        store.keep_untold(&signals)?;
        store.remember_seen(today, &counted)?;
        Ok(signals.into_iter().map(|(_, signal)| signal).collect())
    }

    /// Puts what nobody was told yet on the inbox's queue. What it does not take is tried again at the next call, or by alarm.
    async fn tell(&self) -> bool {
        let told = self.try_to_tell().await;
        if let Err(why) = &told {
            Line::error("insights.not_told").text("why", why).emit();
        }
        told.is_ok()
    }

    async fn try_to_tell(&self) -> std::result::Result<(), String> {
        let store = self.store().map_err(|error| error.message)?;
        let untold = store.untold(TOLD_AT_ONCE).map_err(|error| error.message)?;
        if untold.is_empty() {
            return Ok(());
        }
        let now = clock::now();
        let texts: Vec<String> = untold
            .iter()
            .map(|(id, signal)| {
                let (message, body) = news(id, signal, now);
                message.encode(Some(&body))
            })
            .collect();
        queue::send(&self.env, INBOX, &texts).await?;
        let ids: Vec<&str> = untold.iter().map(|(id, _)| id.as_str()).collect();
        store.told(&ids).map_err(|error| error.message)
    }

    /// What the rows come to, with those that are new where there is room for them.
    fn settle(
        &self,
        book: &Book,
        stored: &BTreeMap<Key, Tally>,
        store: &Store,
    ) -> std::result::Result<BTreeMap<Key, Tally>, ApiError> {
        let mut occupied =
            self.occupied.try_borrow_mut().map_err(|_| ApiError::unavailable("the insights are busy"))?;
        for key in book.tallies.keys().filter(|key| !stored.contains_key(key)) {
            if let Entry::Vacant(window) = occupied.entry((key.kind.clone(), key.hour)) {
                window.insert(store.count_names(&key.kind, key.hour)?);
            }
        }
        Ok(settle(book.tallies.clone(), stored, &mut occupied))
    }

    /// Whether nobody came before, or the same one did.
    fn is_first(&self, (window, own): &(String, String), at: i64) -> std::result::Result<bool, ApiError> {
        let store = self.store()?;
        let given = store.given(&[window, own])?;
        if given.contains(window) {
            return Ok(given.contains(own));
        }
        let hour = hour_of(at);
        store.remember_given(&[(window.clone(), hour), (own.clone(), hour)])?;
        Ok(true)
    }

    /// What was not signalled before, and what is to be remembered as signalled.
    fn fresh(&self, candidates: Vec<Candidate>, store: &Store) -> std::result::Result<Fresh, ApiError> {
        if candidates.is_empty() {
            return Ok(Fresh::default());
        }
        let ids: Vec<&str> = candidates
            .iter()
            .flat_map(|candidate| std::iter::once(&candidate.id).chain(&candidate.implies))
            .map(String::as_str)
            .collect();
        let given = store.given(&ids)?;
        Ok(tracker::fresh(candidates, &given))
    }

    /// Removes what is no longer kept, as much as goes at once.
    fn forget(&self, now: i64) -> std::result::Result<Forgotten, ApiError> {
        let settings = settings::read(&self.env)?;
        let store = self.store()?;
        let oldest = settings.oldest_hour(now);
        let more = [
            store.prune_tallies(oldest)?,
            store.prune_seen(now.div_euclid(DAY_MILLIS).saturating_sub(SEEN_DAYS))?,
            store.prune_notes(oldest)?,
        ];
        self.occupied.replace(Occupied::new());
        Ok(Forgotten { more: more.contains(&true), is_empty: store.is_empty()? })
    }

    fn store(&self) -> std::result::Result<&Store, ApiError> {
        once(&self.store, || Store::open(self.state.storage().sql()))
    }
}

/// Enters into a book what was not counted before; answers what that is, by delivery.
fn enter<'a>(
    book: &mut Book,
    batch: &'a Batch,
    today: i64,
    store: &Store,
    settings: &Settings,
) -> std::result::Result<HashMap<&'a str, Measures>, ApiError> {
    let mut counted = HashMap::<&str, Measures>::new();
    if batch.observations.is_empty() {
        return Ok(counted);
    }
    let days: Vec<i64> = (today.saturating_sub(SEEN_DAYS)..=today).collect();
    let ids: Vec<&str> =
        batch.observations.iter().map(|observation| observation.delivery_id.as_str()).collect();
    let seen = store.seen(&days, &ids)?;
    for observation in &batch.observations {
        let before = seen.get(&observation.delivery_id).copied().unwrap_or_default();
        let now = counted.entry(observation.delivery_id.as_str()).or_default();
        let fresh = Measures::of(&observation.want).without(before.and(*now));
        *now = now.and(fresh);
        book.add(observation, fresh, settings, batch.now);
    }
    counted.retain(|_, measures| !measures.is_empty());
    Ok(counted)
}

/// How long it is until a little after the next day's beginning, in milliseconds.
fn until_tomorrow(now: i64) -> i64 {
    const A_LITTLE: i64 = 300_000;
    DAY_MILLIS.saturating_sub(now.rem_euclid(DAY_MILLIS)).saturating_add(A_LITTLE)
}
