//! Data points about deliveries for the platform's Analytics Engine: what a batch came to, by webhook, type, provider and model.
//!
//! They are made of what the ledgers count (`core::ledger::Hour`), so both say the same. docs/OPERATIONS.md names the columns.

use std::collections::BTreeMap;

use super::{
    histogram::Histogram,
    ledger::{Hour, Hours},
};

/// How many points one invocation writes: as many as the platform says that it takes.
pub const MAX_POINTS: usize = 25;

/// Stands for what there was no room to tell apart.
const OTHER: &str = "other";

/// The powers of two, in milliseconds, that callbacks are counted up to: 64 ms to 32.768 s.
const UP_TO: std::ops::RangeInclusive<u16> = 6..=15;

/// One data point.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// What the platform samples by: the webhook's id.
    pub index: String,
    /// Org, webhook, event type, provider and model; empty where the event named none.
    pub blobs: Vec<String>,
    /// Attempts, failed ones, deliveries taken, those at once, deliveries given up, the milliseconds of all attempts and of all
    /// callbacks, and how many callbacks took at most 64 ms, 128 ms and so on to 32.768 s.
    pub doubles: Vec<f64>,
}

/// What points are told apart by, in the order of their blobs.
type Key = [String; 5];

/// What a batch came to.
#[derive(Clone, Debug, Default)]
pub struct Gathered(BTreeMap<Key, Hour>);

impl Gathered {
    /// Adds what deliveries of a webhook came to.
    pub fn add(&mut self, org: &str, webhook: &str, hours: &Hours) {
        for (key, hour) in hours {
            let Some(parts) = key.parts() else { continue };
            let key = [org, webhook, parts.event_type, parts.provider, parts.model].map(str::to_owned);
            self.0.entry(key).or_default().merge(hour);
        }
    }

    /// The points: at most [`MAX_POINTS`]. Where there are more, types, providers and models are not told apart, and where there
    /// still are, neither are the webhooks with the fewest attempts.
    pub fn points(&self) -> Vec<Point> {
        let mut by = self.0.clone();
        if by.len() > MAX_POINTS {
            by = merged(by, |[org, webhook, ..]| {
                let rest = || OTHER.to_owned();
                [org, webhook, rest(), rest(), rest()]
            });
        }
        if by.len() > MAX_POINTS {
            let mut most: Vec<(u64, Key)> =
                by.iter().map(|(key, hour)| (hour.attempts, key.clone())).collect();
            most.sort_by(|one, other| other.cmp(one));
            most.truncate(MAX_POINTS.saturating_sub(1));
            by = merged(by, |key| match most.iter().any(|(_, kept)| *kept == key) {
                true => key,
                false => [OTHER; 5].map(str::to_owned),
            });
        }
        by.into_iter().map(|(key, hour)| point(key, &hour)).collect()
    }
}

/// The same under other keys, where several may become one.
fn merged(by: BTreeMap<Key, Hour>, rename: impl Fn(Key) -> Key) -> BTreeMap<Key, Hour> {
    let mut merged = BTreeMap::<Key, Hour>::new();
    for (key, hour) in by {
        merged.entry(rename(key)).or_default().merge(&hour);
    }
    merged
}

fn point(key: Key, hour: &Hour) -> Point {
    let [_, webhook, ..] = &key;
    let counts = [
        hour.attempts,
        hour.failed,
        hour.delivered,
        hour.at_once,
        hour.dead,
        hour.latency_ms,
        hour.callback_ms,
    ];
    Point {
        index: webhook.clone(),
        doubles: counts.into_iter().chain(up_to(&hour.callback)).map(|count| count as f64).collect(),
        blobs: key.into(),
    }
}

fn up_to(callbacks: &Histogram) -> impl Iterator<Item = u64> {
    UP_TO.map(|power| callbacks.up_to(power))
}
