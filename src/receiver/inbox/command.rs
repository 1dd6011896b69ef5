//! What an `Inbox` can be asked.

use serde::{Deserialize, Serialize};

use crate::core::inbox::{Asked, Entry, Outcome, Query, State};

/// One call.
#[derive(Debug, Serialize, Deserialize)]
pub enum Command {
    /// Whose are these deliveries? Those that are the asker's are kept from others for a while. Answers a `Verdict` for each.
    Claim {
        /// The deliveries.
        asked: Vec<Asked>,
    },
    /// What came of handlers. Answers a [`Settled`] for each note.
    Record {
        /// The handlers that are on.
        on: Vec<String>,
        /// Notes, one a delivery.
        notes: Vec<Note>,
    },
    /// One delivery. Answers a [`Found`].
    Find {
        /// Its id.
        id: String,
    },
    /// Deliveries of a state, newest first. Answers a list of [`Entry`].
    List(Query),
}

/// What came of some handlers with one delivery.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Note {
    /// The delivery, as it was claimed.
    pub asked: Asked,
    /// What each handler's run came to, by the handler's name.
    pub results: Vec<(String, Outcome)>,
    /// The R2 object with its body, where it is kept from now on.
    pub body: Option<String>,
    /// The R2 object with its exchange, likewise.
    pub exchange: Option<String>,
    /// Why it comes to no handler: it is dead then.
    pub why: Option<String>,
    /// Whether nothing more comes from this claim.
    pub is_last: bool,
}

impl Note {
    /// That nothing more comes from this claim, and nothing else.
    pub fn last(asked: Asked) -> Self {
        Self { asked, results: Vec::new(), body: None, exchange: None, why: None, is_last: true }
    }
}

/// How a delivery stands after a note.
#[derive(Debug, Serialize, Deserialize)]
pub struct Settled {
    /// Its state.
    pub state: State,
    /// When a handler is run again, in milliseconds since 1970.
    pub next: Option<i64>,
}

/// A delivery that was looked for.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Found {
    /// Its row.
    pub entry: Option<Entry>,
}
