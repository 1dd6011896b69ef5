//! `Inbox`: which deliveries were seen, and how far each handler is with them. A few objects by the hash of what a delivery is
//! about, because KV has no compare-and-set.
//!
//! A claim is a read and a lease in memory; a delivery's row is written when handlers are done with it or have failed.

pub mod client;
pub mod command;
mod store;

use std::cell::{OnceCell, RefCell};

use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use self::{
    command::{Command, Found, Note, Settled},
    store::Store,
};
use crate::{
    core::{
        envelope::ApiError,
        inbox::{Asked, Entry, Verdict, judge},
        lease::Leases,
    },
    edge::{alarm::Alarm, clock, http, log::Line, object, settings, sql::once},
    receiver::settings as receiver_settings,
};

/// How long a claimed delivery is kept from other messages, in real milliseconds: as long as a consumer can run. A message that
/// claims again was handed out again, so whoever had it before is gone.
const LEASE_MILLIS: i64 = 900_000;

const DAY_MILLIS: i64 = 86_400_000;

/// The object.
#[durable_object]
pub struct Inbox {
    state: State,
    env: Env,
    store: OnceCell<Store>,
    leases: RefCell<Leases>,
    alarm: Alarm,
}

impl DurableObject for Inbox {
    fn new(state: State, env: Env) -> Self {
        Self { state, env, store: OnceCell::new(), leases: RefCell::default(), alarm: Alarm::default() }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        // Sets the pace of the clock, where it is not the real one.
        let _ = settings::roles(&self.env);
        Ok(http::respond(self.answer(&mut request).await))
    }

    async fn alarm(&self) -> Result<Response> {
        let _ = settings::roles(&self.env);
        if let Err(error) = self.upkeep().await {
            Line::error("inbox.upkeep_failed").text("why", &error.message).emit();
            return Err(worker::Error::RustError(error.message));
        }
        Response::empty()
    }
}

impl Inbox {
    async fn answer(&self, request: &mut Request) -> http::Answer {
        let command: Command = object::command(request, "inbox").await?;
        let store = self.store()?;
        match command {
            Command::Claim { asked } => http::ok(200, &self.claim(store, &asked)?),
            Command::Record { on, notes } => {
                self.alarm.ensure(&self.state, DAY_MILLIS).await?;
                http::ok(200, &self.record(store, &on, notes)?)
            }
            Command::Find { id } => http::ok(200, &Found { entry: store.find(&id)? }),
            Command::List(query) => http::ok(200, &store.list(&query)?),
        }
    }

    fn claim(&self, store: &Store, asked: &[Asked]) -> std::result::Result<Vec<Verdict>, ApiError> {
        let (now, real) = (clock::now().millis(), clock::real());
        let mut leases = self.leases.try_borrow_mut().map_err(|_| busy())?;
        leases.prune(real);
        let mut verdicts = Vec::with_capacity(asked.len());
        for one in asked {
            let lease = lease_of(one);
            let verdict = match judge(store.under(one.key())?, one, now) {
                Verdict::Take(entry) => match leases.remaining(&lease, &one.message, real) {
                    0 => {
                        leases.take(&lease, &one.message, real.saturating_add(LEASE_MILLIS));
                        Verdict::Take(entry)
                    }
                    remaining => Verdict::Busy(remaining),
                },
                other => other,
            };
            verdicts.push(verdict);
        }
        Ok(verdicts)
    }

    fn record(
        &self,
        store: &Store,
        on: &[String],
        notes: Vec<Note>,
    ) -> std::result::Result<Vec<Settled>, ApiError> {
        let now = clock::now().millis();
        let mut leases = self.leases.try_borrow_mut().map_err(|_| busy())?;
        let mut settled = Vec::with_capacity(notes.len());
        for note in notes {
            let asked = note.asked;
            let mut entry = store.get(asked.key(), &asked.id)?.unwrap_or_else(|| Entry::new(&asked));
            entry.message.clone_from(&asked.message);
            for (handler, outcome) in note.results {
                entry.note(&handler, outcome, now);
            }
            entry.body = note.body.or(entry.body);
            entry.exchange = note.exchange.or(entry.exchange);
            match note.why {
                Some(why) => entry.bury(why),
                None => entry.settle(on),
            }
            store.put(asked.key(), &entry)?;
            settled.push(Settled { state: entry.state, next: entry.next_due() });
            if note.is_last {
                leases.release(&lease_of(&asked));
            }
        }
        Ok(settled)
    }

    fn store(&self) -> std::result::Result<&Store, ApiError> {
        once(&self.store, || Store::open(self.state.storage().sql()))
    }

    /// Once a day: forgets what no sender tries any more.
    async fn upkeep(&self) -> std::result::Result<(), ApiError> {
        let days = receiver_settings::read(&self.env)?.inbox_days;
        let oldest = clock::now().millis().saturating_sub(i64::from(days).saturating_mul(DAY_MILLIS));
        self.store()?.prune(oldest)?;
        self.alarm.has_gone_off();
        self.alarm.ensure(&self.state, DAY_MILLIS).await
    }
}

fn lease_of(asked: &Asked) -> String {
    format!("{}/{}", asked.key(), asked.id)
}

fn busy() -> ApiError {
    ApiError::unavailable("the inbox is busy")
}
