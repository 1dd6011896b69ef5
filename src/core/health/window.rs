//! The attempts of the last day, counted by the hour.

use serde::{Deserialize, Serialize};

/// How many hours the window holds, the present one included.
pub const HOURS: i64 = 24;

const HOUR_MS: i64 = 3_600_000;

/// How many attempts ended well and how many did not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rate {
    /// Deliveries that were taken.
    pub ok: u32,
    /// Attempts that failed.
    pub failed: u32,
}

impl Rate {
    /// Both.
    pub fn attempts(self) -> u32 {
        self.ok.saturating_add(self.failed)
    }

    /// The share of successes, in whole percent, rounded down; 100 where there was no attempt.
    pub fn percent(self) -> u32 {
        let percent = self.hundredfold().checked_div(u64::from(self.attempts())).unwrap_or(100);
        u32::try_from(percent).unwrap_or(100)
    }

    /// Whether the share of successes is below so many percent; never, where there was no attempt.
    pub fn is_below(self, percent: u32) -> bool {
        self.hundredfold() < u64::from(percent).saturating_mul(u64::from(self.attempts()))
    }

    fn hundredfold(self) -> u64 {
        u64::from(self.ok).saturating_mul(100)
    }
}

/// One hour, as `[hours since the epoch, successes, failures]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Hour(i64, u32, u32);

/// The hours in which there was an attempt, in no order: at most [`HOURS`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Window(Vec<Hour>);

impl Window {
    /// Counts one attempt. An attempt older than the whole window shows that the clock has been set back since: the window
    /// then begins anew.
    pub(super) fn count(&mut self, at: i64, ok: bool) {
        let hour = hour_of(at);
        let newest = self.0.iter().map(|known| known.0).max().unwrap_or(hour);
        if hour.saturating_add(HOURS) <= newest {
            self.0.clear();
        }
        let newest = newest.max(hour);
        self.0.retain(|known| known.0.saturating_add(HOURS) > newest);
        let (success, failure) = if ok { (1, 0) } else { (0, 1) };
        match self.0.iter_mut().find(|known| known.0 == hour) {
            Some(known) => {
                known.1 = known.1.saturating_add(success);
                known.2 = known.2.saturating_add(failure);
            }
            None => self.0.push(Hour(hour, success, failure)),
        }
    }

    /// Of all that it holds.
    pub(super) fn rate(&self) -> Rate {
        sum(self.0.iter())
    }

    /// Of the hours that are in the window at a moment.
    pub(super) fn rate_at(&self, now: i64) -> Rate {
        let hour = hour_of(now);
        sum(self.0.iter().filter(|known| known.0.saturating_add(HOURS) > hour))
    }
}

fn hour_of(at: i64) -> i64 {
    at.div_euclid(HOUR_MS)
}

fn sum<'a>(hours: impl Iterator<Item = &'a Hour>) -> Rate {
    hours.fold(Rate::default(), |rate, hour| Rate {
        ok: rate.ok.saturating_add(hour.1),
        failed: rate.failed.saturating_add(hour.2),
    })
}
