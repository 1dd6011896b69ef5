//! What happened hour by hour, by event type, provider and model.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Attempt, Histogram, Row, State};
use crate::core::{
    delivery::{Message, label},
    event::Event,
    window::hour_of,
};

/// Which hour, and of what. As text: `{hour}|{event type}|{provider}|{model}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HourKey(pub String);

impl HourKey {
    /// The key that what becomes of a message counts under, at a moment in milliseconds since 1970.
    pub fn of(message: &Message, at: i64) -> Self {
        Self::new(at, &message.event_type, message.provider.as_deref(), message.model.as_deref())
    }

    /// The key that an event counts under where no message is made of it.
    pub fn of_event(event: &Event, at: i64) -> Self {
        let short = |name: &Option<String>| name.as_deref().map(label);
        let (provider, model) = (short(&event.provider), short(&event.model));
        Self::new(at, &event.event_type, provider.as_deref(), model.as_deref())
    }

    fn new(at: i64, event_type: &str, provider: Option<&str>, model: Option<&str>) -> Self {
        let part = |text: Option<&str>| text.unwrap_or_default().replace('|', "_");
        Self(format!("{}|{event_type}|{}|{}", hour_of(at), part(provider), part(model)))
    }

    /// What the keys of an hour, counted from 1970, and of those behind it are not before. As text keys are in the order of their
    /// hours, whose numbers have six digits from 1981 to 2084; beyond there is nothing to count.
    pub fn bound(hour: i64) -> String {
        const FIRST: i64 = 100_000;
        const LAST: i64 = 999_999;
        format!("{}|", hour.clamp(FIRST, LAST))
    }

    /// The hour and what it is of; `None` where the text is no key.
    pub fn parts(&self) -> Option<Parts<'_>> {
        let mut parts = self.0.splitn(4, '|');
        let hour = parts.next()?.parse().ok()?;
        Some(Parts { hour, event_type: parts.next()?, provider: parts.next()?, model: parts.next()? })
    }
}

/// What a key says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts<'a> {
    /// The hour, counted from 1970.
    pub hour: i64,
    /// The event's type.
    pub event_type: &'a str,
    /// Its provider; empty where it named none.
    pub provider: &'a str,
    /// Its model, likewise.
    pub model: &'a str,
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
    /// Messages of deliveries that were settled before, and so not sent.
    pub duplicates: u64,
    /// Deliveries held at intake: their subscription was not sending.
    pub held: u64,
    /// Events of a wanted type that were not in the sample.
    pub sampled_out: u64,
    /// Events of a wanted type that a filter did not let through.
    pub filtered_out: u64,
    /// How long attempts took.
    pub latency: Histogram,
    /// The sum of it, in milliseconds.
    pub latency_ms: u64,
    /// How long it was from intake to the endpoint's acknowledgement.
    pub callback: Histogram,
    /// The sum of it, in milliseconds.
    pub callback_ms: u64,
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
            (&mut self.duplicates, other.duplicates),
            (&mut self.held, other.held),
            (&mut self.sampled_out, other.sampled_out),
            (&mut self.filtered_out, other.filtered_out),
            (&mut self.latency_ms, other.latency_ms),
            (&mut self.callback_ms, other.callback_ms),
        ] {
            *sum = sum.saturating_add(more);
        }
        self.latency.merge(&other.latency);
        self.callback.merge(&other.callback);
    }
}

/// Counts by key, to be merged into what is stored.
pub type Hours = BTreeMap<HourKey, Hour>;

/// Adds counts to others.
pub fn merge(hours: &mut Hours, more: &Hours) {
    for (key, hour) in more {
        hours.entry(key.clone()).or_default().merge(hour);
    }
}

/// Counts a delivery that was given up without an attempt, at a moment in milliseconds since 1970.
pub fn count_given_up(hours: &mut Hours, row: &Row, at: i64) {
    let hour = hours.entry(HourKey::of(&row.message, at)).or_default();
    hour.dead = hour.dead.saturating_add(1);
}

/// Counts an attempt after it was noted in its row.
pub fn count(hours: &mut Hours, row: &Row, attempt: &Attempt) {
    let hour = hours.entry(HourKey::of(&row.message, attempt.at)).or_default();
    let mut other = Hour { attempts: 1, ..Hour::default() };
    other.latency.add(attempt.ms);
    other.latency_ms = whole(attempt.ms);
    if attempt.is_success() {
        other.delivered = 1;
        other.at_once = u64::from(row.made == 1);
        let ended = attempt.at.saturating_add(attempt.ms);
        let took = ended.saturating_sub(row.message.accepted_at);
        other.callback.add(took);
        other.callback_ms = whole(took);
    } else {
        other.failed = 1;
    }
    other.dead = u64::from(row.state == State::Dead);
    hour.merge(&other);
}

/// Milliseconds that a clock which was set back may have made negative.
fn whole(millis: i64) -> u64 {
    u64::try_from(millis).unwrap_or_default()
}
