//! What is known of one delivery: which handlers are done with it, which try again, and which gave it up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{origin::Origin, retry::retry_delay};
use crate::core::event::is_request;

/// How long after its time a waiting delivery's message counts as lost, in milliseconds: another message about it then takes
/// its place. Until then it may wait behind others.
pub const TAKE_OVER_MILLIS: i64 = 600_000;

/// How a delivery stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Some handler has still to be run, or to be run again.
    #[default]
    Open,
    /// Every handler is done with it.
    Done,
    /// Every handler is done, and at least one has given it up.
    Dead,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Open, Self::Done, Self::Dead];

    /// As it is stored and listed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Dead => "dead",
        }
    }
}

/// How far one handler is with one delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "state")]
pub enum Progress {
    /// It has handled it.
    Done {
        /// In how many runs.
        attempts: u32,
    },
    /// It failed and is run again.
    Waiting {
        /// How often it failed.
        attempts: u32,
        /// When it is run again, in milliseconds since 1970.
        due: i64,
        /// Why it failed the last time.
        why: String,
    },
    /// It has given it up.
    Dead {
        /// How often it failed.
        attempts: u32,
        /// Why it failed the last time.
        why: String,
    },
}

/// What a run of a handler came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The delivery is handled.
    Done,
    /// It may be handled later.
    Later {
        /// What went wrong; holds nothing of the delivery.
        why: String,
        /// Not before so many seconds, where whoever refused said so.
        after_seconds: Option<u32>,
    },
    /// Trying again would change nothing.
    Never {
        /// What is wrong; holds nothing of the delivery.
        why: String,
    },
}

/// A delivery's row in the inbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The delivery's id.
    pub id: String,
    /// What its request is filed under, where the body names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// The event's type, as far as the sender said it.
    pub event_type: Option<String>,
    /// How it came.
    pub origin: Origin,
    /// When it was taken, in milliseconds since 1970.
    pub received_at: i64,
    /// The queue's id of the message that carries it: that one alone is retried.
    pub message: String,
    /// How it stands.
    pub state: State,
    /// How far each handler is, by name.
    pub handlers: BTreeMap<String, Progress>,
    /// The R2 object with its body, where it is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The R2 object with its full exchange, where it is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<String>,
    /// Why it came to no handler at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// Which delivery is asked about, by which message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// What its request is filed under, where the body names one.
    pub request: Option<String>,
    /// The delivery's id.
    pub id: String,
    /// The event's type, as far as the sender said it.
    pub event_type: Option<String>,
    /// How it came.
    pub origin: Origin,
    /// When it was taken, in milliseconds since 1970.
    pub received_at: i64,
    /// The queue's id of the message.
    pub message: String,
}

impl Asked {
    /// What the inbox files it under: its request, so that a delivery and a backfill of one request meet; else its id.
    ///
    /// Made of signed text alone. The event type is none, and a replay under another type must meet its row.
    pub fn key(&self) -> &str {
        self.request.as_deref().unwrap_or(&self.id)
    }
}

/// What is to be done with a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It is the asker's to handle. What is known of it, where it was tried before.
    Take(Option<Entry>),
    /// It was handled, or another message sees to it.
    Duplicate,
    /// Somebody is at it, for so many milliseconds more at most.
    Busy(i64),
}

/// Whose a delivery is, by the rows of its key. A backfill and a delivery about one request are the same thing twice; two
/// deliveries of different ids are not, because one request may raise several events.
pub fn judge(rows: Vec<Entry>, asked: &Asked, now: i64) -> Verdict {
    let is_about_request = |event_type: Option<&str>| event_type.is_none_or(is_request);
    let is_twin = |row: &Entry| {
        let one_is_backfill = (row.origin == Origin::Backfill) != (asked.origin == Origin::Backfill);
        one_is_backfill
            && is_about_request(row.event_type.as_deref())
            && is_about_request(asked.event_type.as_deref())
    };
    if rows.iter().any(|row| row.id != asked.id && is_twin(row)) {
        return Verdict::Duplicate;
    }
    match rows.into_iter().find(|row| row.id == asked.id) {
        None => Verdict::Take(None),
        // It was given up, and somebody sends it again.
        Some(mut row) if row.state == State::Dead && row.message != asked.message => {
            row.revive();
            Verdict::Take(Some(row))
        }
        Some(row) if row.state != State::Open => Verdict::Duplicate,
        Some(row) if row.message == asked.message || row.is_overdue(now) => Verdict::Take(Some(row)),
        Some(_) => Verdict::Duplicate,
    }
}

/// What a delivery's turn is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// The handlers to run, and how often each has failed so far.
    pub run: Vec<(&'static str, u32)>,
    /// When the next of the others is due, in milliseconds since 1970.
    pub next: Option<i64>,
}

impl Work {
    /// Which of the handlers that are on are to be run now.
    pub fn of(entry: Option<&Entry>, on: &[&'static str], now: i64) -> Self {
        let mut work = Self::default();
        for name in on {
            match entry.and_then(|entry| entry.handlers.get(*name)) {
                None => work.run.push((name, 0)),
                Some(Progress::Waiting { attempts, due, .. }) if *due <= now => {
                    work.run.push((name, *attempts));
                }
                Some(Progress::Waiting { due, .. }) => {
                    work.next = Some(work.next.map_or(*due, |next| next.min(*due)));
                }
                Some(Progress::Done { .. } | Progress::Dead { .. }) => {}
            }
        }
        work
    }
}

impl Entry {
    /// The row of a delivery that nothing is known of yet.
    pub fn new(asked: &Asked) -> Self {
        Self {
            id: asked.id.clone(),
            request: asked.request.clone(),
            event_type: asked.event_type.clone(),
            origin: asked.origin,
            received_at: asked.received_at,
            message: asked.message.clone(),
            state: State::Open,
            handlers: BTreeMap::new(),
            body: None,
            exchange: None,
            why: None,
        }
    }

    /// Notes what a handler's run came to.
    pub fn note(&mut self, handler: &str, outcome: Outcome, now: i64) {
        let attempts = self.handlers.get(handler).map_or(0, Progress::attempts).saturating_add(1);
        let progress = match outcome {
            Outcome::Done => Progress::Done { attempts },
            Outcome::Never { why } => Progress::Dead { attempts, why },
            Outcome::Later { why, after_seconds } => match retry_delay(attempts) {
                None => Progress::Dead { attempts, why },
                Some(delay) => {
                    let seconds = i64::from(delay.max(after_seconds.unwrap_or_default()));
                    let due = now.saturating_add(seconds.saturating_mul(1000));
                    Progress::Waiting { attempts, due, why }
                }
            },
        };
        self.handlers.insert(handler.to_owned(), progress);
    }

    /// Says anew how the delivery stands, by the handlers that are on.
    pub fn settle(&mut self, on: &[String]) {
        let is_settled = on.iter().all(|name| {
            matches!(self.handlers.get(name), Some(Progress::Done { .. } | Progress::Dead { .. }))
        });
        let is_dead = self.handlers.values().any(|progress| matches!(progress, Progress::Dead { .. }));
        self.state = match (is_settled, is_dead) {
            (false, _) => State::Open,
            (true, true) => State::Dead,
            (true, false) => State::Done,
        };
    }

    /// Gives the delivery up before any handler.
    pub fn bury(&mut self, why: String) {
        self.why = Some(why);
        self.state = State::Dead;
    }

    /// When a handler is run again; the earliest of several.
    pub fn next_due(&self) -> Option<i64> {
        let due = |progress: &Progress| match progress {
            Progress::Waiting { due, .. } => Some(*due),
            Progress::Done { .. } | Progress::Dead { .. } => None,
        };
        self.handlers.values().filter_map(due).min()
    }

    /// Opens a dead delivery again, for the handlers that gave it up.
    pub fn revive(&mut self) {
        self.handlers.retain(|_, progress| !matches!(progress, Progress::Dead { .. }));
        self.why = None;
        self.state = State::Open;
    }

    fn is_overdue(&self, now: i64) -> bool {
        self.next_due().is_none_or(|due| now > due.saturating_add(TAKE_OVER_MILLIS))
    }
}

impl Progress {
    fn attempts(&self) -> u32 {
        match self {
            Self::Done { attempts } | Self::Waiting { attempts, .. } | Self::Dead { attempts, .. } => {
                *attempts
            }
        }
    }
}
