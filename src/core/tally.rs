//! Counting requests by where they come from, so that somebody else has to be asked about few of them.

use std::collections::HashMap;

/// Up to so many in a period are asked about one by one.
const EACH: u32 = 64;

/// Beyond that, each of so many.
const STRIDE: u32 = 64;

/// Beyond so many keys, counting begins anew.
const MOST_KEYS: usize = 10_000;

/// What is to be done with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toll {
    /// It may pass.
    Free,
    /// Ask whether it may.
    Ask,
    /// One like it was refused in this period.
    Refused,
}

/// The counts of one period.
#[derive(Debug, Default)]
pub struct Tally {
    period: i64,
    counts: HashMap<String, Count>,
}

#[derive(Debug, Default)]
struct Count {
    requests: u32,
    is_refused: bool,
}

impl Tally {
    /// Counts a request of a key in a period.
    pub fn add(&mut self, key: &str, period: i64) -> Toll {
        if self.period != period || self.counts.len() > MOST_KEYS {
            self.counts.clear();
            self.period = period;
        }
        let count = match self.counts.get_mut(key) {
            Some(count) => count,
            None => self.counts.entry(key.to_owned()).or_default(),
        };
        if count.is_refused {
            return Toll::Refused;
        }
        count.requests = count.requests.saturating_add(1);
        match count.requests <= EACH || count.requests.is_multiple_of(STRIDE) {
            true => Toll::Ask,
            false => Toll::Free,
        }
    }

    /// Notes that a key was refused: it is for the rest of the period.
    pub fn refuse(&mut self, key: &str, period: i64) {
        if self.period == period {
            self.counts.entry(key.to_owned()).or_default().is_refused = true;
        }
    }
}
