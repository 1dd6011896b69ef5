//! What happened hour by hour, by event type, provider and model.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Attempt, Histogram, Row, State};
use crate::core::delivery::Message;

const HOUR_MILLIS: i64 = 3_600_000;

/// Which hour, and of what. As text: `{hour}|{event type}|{provider}|{model}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HourKey(pub String);

impl HourKey {
    /// The number of the hour that a moment is in, counted from 1970; moments are in milliseconds.
    pub fn hour(at: i64) -> i64 {
        at.div_euclid(HOUR_MILLIS)
    }

    /// The key that an attempt of a message counts under.
    pub fn of(message: &Message, at: i64) -> Self {
        let hour = Self::hour(at);
        let part = |text: Option<&str>| text.unwrap_or_default().replace('|', "_");
        let (provider, model) = (part(message.provider.as_deref()), part(message.model.as_deref()));
        Self(format!("{hour}|{}|{provider}|{model}", message.event_type))
    }
}

/// What happened in an hour.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hour {
    /// Attempts made.
    pub attempts: u64,
    /// Those of them that failed.
    pub failed: u64,
    /// Deliveries that the endpoint took.
    pub delivered: u64,
    /// Those of them at their first attempt.
    pub at_once: u64,
    /// Deliveries given up.
    pub dead: u64,
    /// How long attempts took.
    pub latency: Histogram,
    /// How long it was from intake to the endpoint's acknowledgement.
    pub callback: Histogram,
}

impl Hour {
    /// Adds another's counts.
    pub fn merge(&mut self, other: &Self) {
        for (sum, more) in [
            (&mut self.attempts, other.attempts),
            (&mut self.failed, other.failed),
            (&mut self.delivered, other.delivered),
            (&mut self.at_once, other.at_once),
            (&mut self.dead, other.dead),
        ] {
            *sum = sum.saturating_add(more);
        }
        self.latency.merge(&other.latency);
        self.callback.merge(&other.callback);
    }
}

/// Counts by key, to be merged into what is stored.
pub type Hours = BTreeMap<HourKey, Hour>;

/// Counts an attempt after it was noted in its row.
pub fn count(hours: &mut Hours, row: &Row, attempt: &Attempt) {
    let hour = hours.entry(HourKey::of(&row.message, attempt.at)).or_default();
    let mut other = Hour { attempts: 1, ..Hour::default() };
    other.latency.add(attempt.ms);
    if attempt.is_success() {
        other.delivered = 1;
        other.at_once = u64::from(row.made == 1);
        let ended = attempt.at.saturating_add(attempt.ms);
        other.callback.add(ended.saturating_sub(row.message.accepted_at));
    } else {
        other.failed = 1;
    }
    other.dead = u64::from(row.state == State::Dead);
    hour.merge(&other);
}
