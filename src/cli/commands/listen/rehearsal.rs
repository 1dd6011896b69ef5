//! Failures on purpose.

use std::time::Duration;

/// What is answered other than would be right.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rehearsal {
    /// How many percent of the deliveries are refused.
    pub fail_percent: Option<f64>,
    /// What these are answered; all, where there is no such share.
    pub status: Option<u16>,
    /// How long each answer takes at least.
    pub delay: Duration,
}

impl Rehearsal {
    /// What a delivery is answered instead; `None` where it is taken. `draw` is a random number from 0 up to 1.
    pub fn answer(&self, draw: f64) -> Option<u16> {
        match self.fail_percent {
            Some(percent) => (draw * 100.0 < percent).then(|| self.status.unwrap_or(500)),
            None => self.status,
        }
    }
}

/// Reads a percentage.
pub fn percent(text: &str) -> Result<f64, String> {
    let number: Option<f64> = text.trim_end_matches('%').parse().ok();
    number
        .filter(|number| (0.0..=100.0).contains(number))
        .ok_or_else(|| "must be a number from 0 to 100".to_owned())
}
