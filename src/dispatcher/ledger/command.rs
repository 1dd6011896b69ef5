//! What a subscription's `Ledger` can be asked, and what it answers.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::core::{
    health::{Disabled, Health, Observed, Signal},
    ledger::{Answered, Grant, Hours, Lane, Place, Row, Standing, State},
    metrics::Asked,
    replay::{Job, Spec},
};

/// One call.
#[derive(Debug, Serialize, Deserialize)]
pub enum Command {
    /// Which of these deliveries may be sent now? Answers [`Claimed`].
    Claim {
        /// Which.
        wanted: Vec<Wanted>,
        /// Where they wait.
        lane: Lane,
        /// For how long they are the caller's, in milliseconds of the real clock.
        lease_ms: u32,
        /// How many attempts a second the endpoint takes.
        rate_limit: Option<u32>,
    },
    /// This came of them. Answers [`Recorded`].
    Record(Box<Record>),
    /// The registry has changed the subscription. Answers nothing.
    Configure(Standing),
    /// One delivery. Answers [`Found`].
    Find {
        /// Which.
        id: String,
    },
    /// Deliveries, newest first. Answers a [`Page`].
    List(Query),
    /// Which of these have a row? Answers [`Remembered`](crate::core::ledger::Remembered).
    Known {
        /// Which.
        ids: Vec<String>,
    },
    /// Begins a recovery. Answers the [`Job`]; 409 where there are too many.
    Recover(Spec),
    /// A recovery. Answers [`FoundJob`].
    FindJob {
        /// Which.
        id: String,
    },
    /// Stops a recovery. Answers [`FoundJob`].
    CancelJob {
        /// Which.
        id: String,
    },
    /// Counts of what it hears nothing else of. Answers nothing.
    Count(Hours),
    /// What was counted, and how it stands. Answers a [`Reading`](crate::core::metrics::Reading).
    Metrics(Asked),
}

/// A delivery that somebody wants to send.
#[derive(Debug, Serialize, Deserialize)]
pub struct Wanted {
    /// Its id.
    pub id: String,
    /// The queue's id of its message, which holds what was granted to it before: the queue hands a message out again where
    /// its consumer has ended, or did not hear the answer.
    pub holder: String,
    /// The resend that its message is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resend: Option<String>,
}

/// The answer to a claim.
#[derive(Debug, Serialize, Deserialize)]
pub struct Claimed {
    /// How the subscription stands. Where it is not active nothing was granted.
    pub standing: Standing,
    /// Why the endpoint was given up, where it was: for the registry, should it not know yet.
    pub disabled: Option<Disabled>,
    /// Whether they belong in the slow lane, where they are not: then nothing was granted either.
    pub is_elsewhere: bool,
    /// For each delivery in the order in which they were asked for.
    pub grants: Vec<Grant>,
}

/// What came of what was claimed.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Record {
    /// Tells it from every other one, so that it can be sent twice.
    #[serde(default)]
    pub mark: String,
    /// The rows as they are now.
    pub rows: Vec<Stored>,
    /// Attempts, for the endpoint's health.
    pub observed: Vec<Observed>,
    /// Counts to add.
    pub hours: Hours,
    /// Deliveries that were claimed and not sent.
    pub released: Vec<String>,
}

/// A row on its way into the database.
#[derive(Debug, Serialize, Deserialize)]
pub struct Stored {
    /// The delivery.
    pub id: String,
    /// How it stands.
    pub state: State,
    /// When it is due again.
    pub due: Option<i64>,
    /// When its event was accepted.
    pub accepted_at: i64,
    /// The resend of its round.
    pub resend: Option<String>,
    /// How many attempts were made: of two rows the one with more is newer.
    pub made: u32,
    /// Whether the ledger has not seen it before.
    pub is_new: bool,
    /// Whether it was due again before: then it has to be struck off that list.
    pub was_open: bool,
    /// The [`Row`], as it is kept.
    pub body: Box<RawValue>,
}

impl Stored {
    /// A row as it is written; `None` where it can't be.
    pub fn new(row: &Row, is_new: bool) -> Option<Self> {
        Some(Self {
            id: row.message.id.clone(),
            state: row.state,
            due: row.due,
            accepted_at: row.message.accepted_at,
            resend: row.resend.clone(),
            made: row.made,
            is_new,
            was_open: !is_new,
            body: row.keep()?,
        })
    }
}

/// The answer to a record.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Recorded {
    /// What changed in the endpoint's health.
    pub signals: Vec<Signal>,
    /// Its health as it is now.
    pub health: Health,
}

/// One delivery.
#[derive(Debug, Serialize, Deserialize)]
pub struct Found {
    /// Its row, where it has one.
    pub row: Option<Row>,
}

/// A recovery.
#[derive(Debug, Serialize, Deserialize)]
pub struct FoundJob {
    /// If there is one of that id.
    pub job: Option<Job>,
}

/// Which deliveries are listed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Query {
    /// Where the page before ended.
    pub before: Option<Place>,
    /// How many.
    pub limit: usize,
    /// Those in one of these states alone; all where empty.
    pub states: Vec<State>,
    /// Those of these event types alone; all where empty.
    pub event_types: Vec<String>,
    /// Those that intake accepted at this moment or later, in milliseconds since 1970.
    pub since: Option<i64>,
    /// Those that it accepted before this moment.
    pub until: Option<i64>,
    /// Those whose last attempt came to one of these alone; all where empty.
    #[serde(default)]
    pub answered: Vec<Answered>,
    /// These alone, all at once; the whole log where absent.
    #[serde(default)]
    pub ids: Option<Vec<String>>,
}

impl Query {
    /// Whether it is about a delivery.
    pub fn fits(&self, row: &Row) -> bool {
        let message = &row.message;
        (self.states.is_empty() || self.states.contains(&row.state))
            && (self.event_types.is_empty() || self.event_types.contains(&message.event_type))
            && (self.answered.is_empty() || self.answered.iter().any(|answered| answered.fits(row)))
            && self.covers(message.accepted_at)
    }

    /// Whether it is about what was accepted at a moment.
    pub fn covers(&self, accepted_at: i64) -> bool {
        self.since.is_none_or(|since| accepted_at >= since)
            && self.until.is_none_or(|until| accepted_at < until)
    }
}

/// Some deliveries.
#[derive(Debug, Serialize, Deserialize)]
pub struct Page {
    /// Newest first.
    pub rows: Vec<Row>,
    /// Where to go on; absent at the end.
    pub next: Option<Place>,
}

impl Page {
    /// The same with as much of each row as lists show: of all attempts what the last one came to.
    pub fn shortened(mut self) -> Self {
        for row in &mut self.rows {
            let earlier = row.attempts.len().saturating_sub(1);
            row.attempts.drain(..earlier);
            for last in &mut row.attempts {
                last.reply = String::new();
                last.signatures = Vec::new();
            }
        }
        self
    }
}
