//! `Ledger`: everything about one subscription's deliveries. One object per subscription, so that there is one writer and
//! no endpoint waits for another's bookkeeping.
//!
//! A claim is a read and a lease in memory; a record is the only write, once per batch.

pub mod client;
pub mod command;
mod metrics;
mod recovery;
mod store;
mod tail;
mod upkeep;

use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::{HashMap, HashSet},
};

use worker::{
    DurableObject, Env, Error, Request, Response, Result, State, WebSocket, WebSocketIncomingMessage,
    durable_object,
};

use self::{
    command::{Claimed, Command, Found, FoundJob, Record, Recorded, Stored, Wanted},
    store::Store,
};
use crate::{
    core::{
        envelope::ApiError,
        health::Health,
        lease::Leases,
        ledger::{Bucket, Grant, Heard, Hours, Lane, Sending, Standing, judge},
        tail::Tail,
        time::Timestamp,
    },
    edge::{clock, http, log::Line, object, settings, sql::once},
};

/// The notes' names.
const STANDING: &str = "standing";
const HEALTH: &str = "health";

/// How old what is stored of the endpoint's health may be while all goes well, in milliseconds.
const HEALTH_MILLIS: i64 = 60_000;

/// How long after a failure the upkeep is tried again, in milliseconds.
const AGAIN_MILLIS: i64 = 60_000;

/// The object.
#[durable_object]
pub struct Ledger {
    state: State,
    env: Env,
    store: OnceCell<Store>,
    leases: RefCell<Leases>,
    heard: RefCell<Heard<Recorded>>,
    /// Duplicates that were not written yet.
    duplicates: RefCell<Hours>,
    bucket: Cell<Option<Bucket>>,
    /// What the notes hold, read once.
    health: RefCell<Option<Health>>,
    /// In milliseconds of the real clock.
    health_written_at: Cell<i64>,
    standing: Cell<Option<Standing>>,
    /// When the alarm goes off, in milliseconds of the real clock; unknown at first.
    alarm_at: Cell<Option<i64>>,
    /// For those who watch.
    tail: OnceCell<RefCell<Tail>>,
}

/// What deliveries are claimed on.
struct Terms {
    lane: Lane,
    lease_ms: u32,
    rate_limit: Option<u32>,
}

impl DurableObject for Ledger {
    fn new(state: State, env: Env) -> Self {
        Self {
            state,
            env,
            store: OnceCell::new(),
            leases: RefCell::default(),
            heard: RefCell::default(),
            duplicates: RefCell::default(),
            bucket: Cell::new(None),
            health: RefCell::default(),
            health_written_at: Cell::new(0),
            standing: Cell::new(None),
            alarm_at: Cell::new(None),
            tail: OnceCell::new(),
        }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        // Sets the pace of the clock, where it is not the real one.
        let _ = settings::roles(&self.env);
        if http::wants_socket(&request) {
            return Ok(http::respond(self.watch(&request)));
        }
        Ok(http::respond(self.answer(&mut request).await))
    }

    async fn alarm(&self) -> Result<Response> {
        let _ = settings::roles(&self.env);
        self.alarm_at.set(None);
        if let Err(error) = self.upkeep().await {
            Line::error("ledger.upkeep_failed").text("why", &error.message).emit();
            // Later, by an alarm of its own: one that returns an error is run again only a few times.
            self.wake_in(AGAIN_MILLIS).await;
        }
        Response::empty()
    }

    async fn websocket_message(&self, socket: WebSocket, message: WebSocketIncomingMessage) -> Result<()> {
        self.heard_of(&socket, &message);
        Ok(())
    }

    async fn websocket_close(
        &self,
        socket: WebSocket,
        _code: usize,
        _why: String,
        _clean: bool,
    ) -> Result<()> {
        Self::left(&socket);
        Ok(())
    }

    async fn websocket_error(&self, socket: WebSocket, _error: Error) -> Result<()> {
        Self::left(&socket);
        Ok(())
    }
}

impl Ledger {
    async fn answer(&self, request: &mut Request) -> http::Answer {
        let command: Command = object::command(request, "ledger").await?;
        let store = self.store()?;
        match command {
            Command::Claim { wanted, lane, lease_ms, rate_limit } => {
                let terms = Terms { lane, lease_ms, rate_limit };
                http::ok(200, &self.claim(store, &wanted, &terms)?)
            }
            Command::Record(record) => http::ok(200, &self.record(store, &record).await?),
            Command::Configure(standing) => {
                self.configure(store, standing).await?;
                http::ok(200, &true)
            }
            Command::Find { id } => http::ok(200, &Found { row: store.find(&id)? }),
            Command::List(query) => http::ok(200, &store.page(&query)?.shortened()),
            Command::Known { ids } => http::ok(200, &store.remembered(&ids)?),
            Command::Recover(spec) => http::ok(200, &self.begin(store, spec).await?),
            Command::FindJob { id } => http::ok(200, &FoundJob { job: store.job(&id)? }),
            Command::Count(hours) => {
                self.count(store, &hours)?;
                http::ok(200, &true)
            }
            Command::Metrics(asked) => http::ok(200, &self.metrics(store, &asked)?),
            Command::CancelJob { id } => http::ok(200, &FoundJob { job: self.cancel(store, &id)? }),
        }
    }

    fn claim(
        &self,
        store: &Store,
        wanted: &[Wanted],
        terms: &Terms,
    ) -> std::result::Result<Claimed, ApiError> {
        let now = clock::now();
        let standing = self.standing(store)?;
        let health = self.health(store)?;
        let is_active = standing.sending == Sending::Active && health.disabled.is_none();
        let standing = match (standing.sending, health.disabled) {
            (Sending::Active, Some(_)) => Standing { sending: Sending::Disabled, ..standing },
            _ => standing,
        };
        let is_elsewhere = terms.lane == Lane::Express && health.is_slow(now);
        let grants =
            if is_active && !is_elsewhere { self.grants(store, wanted, terms, now)? } else { Vec::new() };
        Ok(Claimed { standing, disabled: health.disabled, is_elsewhere, grants })
    }

    fn grants(
        &self,
        store: &Store,
        wanted: &[Wanted],
        terms: &Terms,
        now: Timestamp,
    ) -> std::result::Result<Vec<Grant>, ApiError> {
        let real = clock::real();
        let until = real.saturating_add(i64::from(terms.lease_ms));
        let ids: Vec<&str> = wanted.iter().map(|wanted| wanted.id.as_str()).collect();
        let mut existing: HashMap<_, _> =
            store.existing(&ids)?.into_iter().map(|row| (row.id.clone(), row)).collect();
        let mut bucket = terms.rate_limit.map(|rate| {
            self.bucket.get().map_or_else(|| Bucket::new(rate, real), |bucket| bucket.with_rate(rate))
        });
        let mut leases =
            self.leases.try_borrow_mut().map_err(|_| ApiError::unavailable("the ledger is busy"))?;
        leases.prune(real);
        let mut limited: u32 = 0;
        let mut grants = Vec::with_capacity(wanted.len());
        let mut granted = HashSet::new();
        for Wanted { id, holder, resend } in wanted {
            let row = existing.get(id);
            let busy = match granted.contains(id) {
                // Two messages of one delivery in one batch.
                true => i64::from(terms.lease_ms),
                false => leases.remaining(id, holder, real),
            };
            let brief = row.map(|row| &row.brief);
            // A lease runs in real time, and whoever waits for its end does so by the clock.
            let grant = match judge(brief, clock::paced_millis(busy), resend.as_deref(), now.millis()) {
                Err(grant) => {
                    if let (Grant::Settled, Some(row)) = (&grant, row) {
                        self.note_duplicate(&store.read(&row.id, row.body.get())?.message, now);
                    }
                    grant
                }
                Ok(()) => match bucket.as_mut().map_or(Ok(()), |bucket| bucket.take(limited, real)) {
                    Err(seconds) => {
                        limited = limited.saturating_add(1);
                        Grant::Limited(seconds)
                    }
                    Ok(()) => {
                        leases.take(id, holder, until);
                        granted.insert(id);
                        Grant::Send(existing.remove(id).map(|row| row.body))
                    }
                },
            };
            grants.push(grant);
        }
        self.bucket.set(bucket);
        if granted.is_empty() && grants.iter().any(|grant| matches!(grant, Grant::Settled)) {
            // No record follows that would write them.
            self.add(store, &Hours::new())?;
        }
        Ok(grants)
    }

    async fn record(&self, store: &Store, record: &Record) -> std::result::Result<Recorded, ApiError> {
        if let Some(answer) = self.heard.try_borrow().ok().and_then(|heard| heard.answer(&record.mark)) {
            return Ok(answer);
        }
        let now = clock::now();
        self.keep(store, &record.rows, now)?;
        self.add(store, &record.hours)?;
        let mut health = self.health(store)?;
        let before = health.clone();
        let policy = &settings::dispatcher(&self.env)?.health;
        let mut signals = Vec::new();
        for observed in &record.observed {
            signals.extend(health.observe(*observed, policy));
        }
        self.keep_health(store, &before, &health)?;
        if let Ok(mut leases) = self.leases.try_borrow_mut() {
            for id in record.rows.iter().map(|row| &row.id).chain(&record.released) {
                leases.release(id);
            }
        }
        let recorded = Recorded { signals, health };
        if let Ok(mut heard) = self.heard.try_borrow_mut() {
            heard.remember(&record.mark, recorded.clone());
        }
        self.tell(store, &record.rows);
        self.wake_for(store).await?;
        Ok(recorded)
    }

    /// Stores rows. Where the space is used up the oldest deliveries go for it, before the platform refuses to write.
    fn keep(&self, store: &Store, rows: &[Stored], now: Timestamp) -> std::result::Result<(), ApiError> {
        let room = settings::dispatcher(&self.env)?.room;
        store.put(rows, &room, now.millis())?;
        let dropped = store.drop_for_space(&room, now.millis())?;
        if dropped > 0 {
            let (org, subscription) = self.name()?;
            Line::warn("ledger.full")
                .text("org", &org)
                .text("subscription", &subscription)
                .size("volumes_dropped", dropped)
                .emit();
        }
        Ok(())
    }

    async fn configure(&self, store: &Store, standing: Standing) -> std::result::Result<(), ApiError> {
        let known = self.standing(store)?;
        if standing.revision <= known.revision {
            return Ok(());
        }
        store.set_note(STANDING, &standing)?;
        self.standing.set(Some(standing));
        if standing.sending == Sending::Deleted {
            self.end_watching();
        }
        let health = self.health(store)?;
        if standing.sending == Sending::Active && health.disabled.is_some() {
            let mut fresh = health.clone();
            fresh.enable(clock::now());
            self.keep_health(store, &health, &fresh)?;
        }
        self.wake_for(store).await
    }

    fn standing(&self, store: &Store) -> std::result::Result<Standing, ApiError> {
        if let Some(standing) = self.standing.get() {
            return Ok(standing);
        }
        let standing = store.note(STANDING)?.unwrap_or_default();
        self.standing.set(Some(standing));
        Ok(standing)
    }

    fn health(&self, store: &Store) -> std::result::Result<Health, ApiError> {
        let known = self.health.try_borrow().ok().and_then(|health| health.clone());
        match known {
            Some(health) => Ok(health),
            None => Ok(store.note(HEALTH)?.unwrap_or_else(|| {
                // The attempt that it is made for has ended already, and counts.
                let mut health = Health::new(clock::now());
                health.fresh_since = 0;
                health
            })),
        }
    }

    /// Keeps health in memory, and writes it where something changed that must not be forgotten: of the course of mere
    /// successes a lost minute is no harm, and a row written for each batch of them is.
    fn keep_health(
        &self,
        store: &Store,
        before: &Health,
        health: &Health,
    ) -> std::result::Result<(), ApiError> {
        let real = clock::real();
        let is_old = real.saturating_sub(self.health_written_at.get()) >= HEALTH_MILLIS;
        if is_old || health.is_news_after(before) {
            store.set_note(HEALTH, health)?;
            self.health_written_at.set(real);
        }
        self.health.replace(Some(health.clone()));
        Ok(())
    }

    /// The org and the subscription, which are the object's name.
    fn name(&self) -> std::result::Result<(String, String), ApiError> {
        let name = self.state.id().name().unwrap_or_default();
        let parts = name.split_once('/').map(|(org, id)| (org.to_owned(), id.to_owned()));
        parts.ok_or_else(|| ApiError::unavailable("the ledger has no name"))
    }

    fn store(&self) -> std::result::Result<&Store, ApiError> {
        once(&self.store, || Store::open(self.state.storage().sql(), self.name()?))
    }
}
