//! What a scorer is given, and what it gives.

use serde::Serialize;

use crate::core::{exchange::Exchange, inbox::Payload};

/// A score's value. Helicone takes no other: a fraction is refused with all the scores beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Score {
    /// A count.
    Integer(i64),
    /// A yes or no.
    Boolean(bool),
}

impl Score {
    /// A count of things; what is beyond an `i64` is the largest.
    pub fn count(things: impl TryInto<i64>) -> Self {
        Self::Integer(things.try_into().unwrap_or(i64::MAX))
    }
}

/// What is known of a delivery.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// What was asked and answered.
    pub exchange: &'a Exchange,
    /// What else the delivery tells: model, cost, tokens, latency, status, properties.
    pub payload: &'a Payload,
}

/// A rule that scores exchanges.
pub trait Scorer: Sync {
    /// The scores by name; none where there is nothing to say. What can't be told is left out, never guessed.
    fn scores(&self, known: &Known<'_>) -> Vec<(String, Score)>;
}
