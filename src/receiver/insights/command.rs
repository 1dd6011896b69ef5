//! What `Insights` can be asked, and what it answers.

use serde::{Deserialize, Serialize};

use crate::core::insights::{Observation, Query, Signal};

/// One call.
#[derive(Debug, Serialize, Deserialize)]
pub enum Command {
    /// Counts a batch. Answers [`Observed`]. An observation that comes again counts nothing; a batch that is sent again under its
    /// mark, because its answer was not heard, gets the same answer.
    Observe(Batch),
    /// Whether this is the first of its subject in a window; the one that was first stays so, however often it asks. Answers a
    /// truth value.
    Once {
        /// What it is about.
        subject: String,
        /// Who asks.
        by: String,
        /// Which window: the one that this moment is in, in milliseconds since 1970.
        at: i64,
        /// How long windows are.
        window_seconds: i64,
    },
    /// Looks at the sums. Answers the view of what the query is about.
    Look(Query),
    /// Forgets what is no longer kept; the alarm does the same. Answers [`Forgotten`].
    Forget {
        /// The moment that it is, in milliseconds since 1970.
        now: i64,
    },
}

/// What one batch of the queue has to tell.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Batch {
    /// Tells it from every other one, so that it can be sent twice.
    #[serde(default)]
    pub mark: String,
    /// The moment that it is, in milliseconds since 1970.
    pub now: i64,
    /// At most 100 requests.
    #[serde(default)]
    pub observations: Vec<Observation>,
    /// What to add to which counter: `core::insights::counters` has the names.
    #[serde(default)]
    pub counters: Vec<(String, u64)>,
}

/// A batch was counted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Observed {
    /// What is worth telling somebody, each once per window.
    pub signals: Vec<Signal>,
}

/// What is no longer kept is gone.
#[derive(Debug, Serialize, Deserialize)]
pub struct Forgotten {
    /// Whether some of it is still there: one call removes a bounded number of rows.
    pub more: bool,
    /// Whether nothing is left at all.
    pub is_empty: bool,
}
