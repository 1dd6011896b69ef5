//! What an alert sees in what a ledger answers.

use super::{Alert, Metric};
use crate::core::{
    ledger::Hour,
    metrics::{Asked, GroupBy, Reading},
    time::Timestamp,
    window::{Window, hour_of},
};

/// A percentile of callbacks: of the slowest 5 %.
const P95: f64 = 0.95;

/// What an alert sees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sight {
    /// The window holds nothing that a rate or a percentile could be of.
    Empty,
    /// It holds less than such a one needs.
    TooLittle,
    /// This, in the metric's unit.
    Value(f64),
}

/// What a ledger is to be asked, so that all of these alerts see what they look at: by the hour, without grouping.
pub fn asked(alerts: &[Alert], now: Timestamp) -> Asked {
    let hour = hour_of(now.millis());
    let hours = alerts.iter().map(|alert| alert.hours).max().unwrap_or_default();
    Asked {
        since: hour.saturating_sub(i64::from(hours)),
        until: hour.saturating_add(1),
        step: Window::Hour,
        groups: vec![GroupBy::None],
    }
}

impl Alert {
    /// What it sees in an answer to what was [`asked`].
    pub fn sees(&self, reading: &Reading, now: Timestamp) -> Sight {
        // An hour that has just begun holds next to nothing, so the window has whole hours beside it.
        let since = hour_of(now.millis()).saturating_sub(i64::from(self.hours));
        let hour = reading.series.first().map(|series| series.since(since)).unwrap_or_default();
        self.sees_in(&hour, reading, now)
    }

    fn sees_in(&self, hour: &Hour, reading: &Reading, now: Timestamp) -> Sight {
        let ended = hour.delivered.saturating_add(hour.dead);
        let messages = ended.saturating_add(hour.duplicates);
        match self.metric {
            Metric::SuccessRate => self.share(hour.delivered, ended),
            Metric::AttemptFailureRate => self.share(hour.failed, hour.attempts),
            Metric::DuplicateRate => self.share(hour.duplicates, messages),
            // From below, so that what is told is true.
            Metric::CallbackP95 => {
                self.of_many(hour.callback.count(), hour.callback.at_least(P95).unwrap_or_default().round())
            }
            Metric::Dead => Sight::Value(hour.dead as f64),
            Metric::Retrying => Sight::Value(reading.now.retrying as f64),
            // That nothing waits is known, and not unknown.
            Metric::OldestRetrying => Sight::Value(reading.now.age_seconds(now).unwrap_or_default() as f64),
        }
    }

    fn share(&self, part: u64, whole: u64) -> Sight {
        self.of_many(whole, part as f64 * 100.0 / whole as f64)
    }

    fn of_many(&self, count: u64, value: f64) -> Sight {
        match count {
            0 => Sight::Empty,
            count if count < self.min_deliveries => Sight::TooLittle,
            _ => Sight::Value(value),
        }
    }
}
