//! What came of a message, and why nothing did.

use crate::core::{delivery::Message, health::Observed, ledger::Row};

/// A part of ours failed: which, and how. Later it may work.
pub type Fault = String;

/// What came of a message.
pub struct Attempted {
    /// The row as it is to be recorded.
    pub row: Row,
    /// What it says about the endpoint.
    pub observed: Option<Observed>,
    /// Whether the endpoint let the deadline pass.
    pub is_hanging: bool,
    /// Whether there was an attempt.
    pub is_counted: bool,
}

impl Attempted {
    /// What the message itself brings along: an attempt that could not be recorded when it was made.
    pub fn of_unrecorded(message: &Message) -> Option<Self> {
        let row = serde_json::from_value(message.unrecorded.clone()?).ok()?;
        Some(Self { row, observed: None, is_hanging: false, is_counted: true })
    }
}
