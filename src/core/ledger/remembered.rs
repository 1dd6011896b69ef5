//! What a ledger remembers of some deliveries.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

/// Which of them have a row, and how far back that says anything.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Remembered {
    /// Those that have one.
    pub ids: HashSet<String>,
    /// What was accepted by then, in milliseconds since 1970, may have had one that is forgotten; `None` where nothing is.
    pub forgotten_until: Option<i64>,
}

impl Remembered {
    /// Whether a delivery surely has had no row, so that it was never tried. `accepted_at` is when its event was accepted.
    pub fn lacks(&self, id: &str, accepted_at: i64) -> bool {
        !self.ids.contains(id) && self.forgotten_until.is_none_or(|until| accepted_at > until)
    }

    /// The same of more.
    pub fn merge(&mut self, other: Self) {
        self.ids.extend(other.ids);
        self.forgotten_until = self.forgotten_until.max(other.forgotten_until);
    }
}
