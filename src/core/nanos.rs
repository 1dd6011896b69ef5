//! Amounts of money, in whole billionths of a US dollar, so that sums are exact.

use serde::{Deserialize, Serialize};

const PER_DOLLAR: f64 = 1e9;

/// The largest cost of one request that is believed, in US dollars: a sum of all that a database could hold stays exact.
const MOST_DOLLARS: f64 = 100_000.0;

/// Nano-dollars.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Nanos(pub u64);

impl Nanos {
    /// The cost of one request in US dollars, rounded this once. `None` for what is no cost: negative, not finite, or over
    /// $100,000.
    pub fn of_dollars(dollars: f64) -> Option<Self> {
        (0.0..=MOST_DOLLARS).contains(&dollars).then(|| Self((dollars * PER_DOLLAR).round() as u64))
    }

    /// In US dollars, to the nearest double.
    pub fn dollars(self) -> f64 {
        self.0 as f64 / PER_DOLLAR
    }

    /// The sum of two.
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}
