//! Durations, counted in buckets whose width grows with the duration: small to store, and exact to about a tenth.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Buckets per doubling of the duration.
const PER_DOUBLING: f64 = 8.0;

/// How many durations fell into which bucket. Bucket `n` ends at 2^(n/8) milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Histogram(BTreeMap<u16, u64>);

impl Histogram {
    /// Counts a duration in milliseconds.
    pub fn add(&mut self, millis: i64) {
        let bucket = (millis.max(1) as f64).log2() * PER_DOUBLING;
        let count = self.0.entry(bucket.ceil() as u16).or_default();
        *count = count.saturating_add(1);
    }

    /// Adds another's counts.
    pub fn merge(&mut self, other: &Self) {
        for (bucket, more) in &other.0 {
            let count = self.0.entry(*bucket).or_default();
            *count = count.saturating_add(*more);
        }
    }

    /// How many of them were at most 2 to this power of milliseconds, where a bucket ends: exact.
    pub fn up_to(&self, power: u16) -> u64 {
        let last = power.saturating_mul(PER_DOUBLING as u16);
        self.0.range(..=last).fold(0, |sum, (_, count)| sum.saturating_add(*count))
    }

    /// How many were counted.
    pub fn count(&self) -> u64 {
        self.0.values().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// The duration in milliseconds that this share of all durations does not exceed, to the end of its bucket: at most 9 %
    /// more than it was. `None` where nothing was counted.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        self.bucket(share).map(|bucket| (f64::from(bucket) / PER_DOUBLING).exp2())
    }

    /// The same from the beginning of its bucket: what it is at least.
    pub fn at_least(&self, share: f64) -> Option<f64> {
        self.bucket(share).map(|bucket| ((f64::from(bucket) - 1.0) / PER_DOUBLING).exp2())
    }

    /// The bucket that the last of this share falls into.
    fn bucket(&self, share: f64) -> Option<u16> {
        let wanted = (self.count() as f64 * share.clamp(0.0, 1.0)).ceil().max(1.0);
        let mut seen = 0.0;
        for (bucket, count) in &self.0 {
            seen += *count as f64;
            if seen >= wanted {
                return Some(*bucket);
            }
        }
        None
    }
}
