//! Where a page of the log ends.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A place in the log: everything before it is older.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The batch.
    pub seq: u64,
    /// How many of the batch's deliveries are older.
    pub at: usize,
}

impl Place {
    /// Reads what [`fmt::Display`] writes: the cursor of a list.
    pub fn parse(text: &str) -> Option<Self> {
        // `parse` takes a plus sign as well, which no cursor has.
        if text.contains('+') {
            return None;
        }
        let (seq, at) = text.split_once('.')?;
        Some(Self { seq: seq.parse().ok()?, at: at.parse().ok()? })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.seq, self.at)
    }
}
