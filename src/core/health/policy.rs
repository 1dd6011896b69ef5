//! Where the lines are drawn.

/// How much later than its successors an outcome may come in, in milliseconds: the 15 minutes that a queue's consumer may
/// work at one batch.
pub const LATE_MS: i64 = 900_000;

const MINUTE: i64 = 60_000;
const DAY: i64 = 86_400_000;

/// From when on an endpoint counts as failing, as given up, as slow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// An endpoint is failing after so many failures in a row, …
    pub failing_after_attempts: u32,
    /// … with so many milliseconds at least between the first and the last of them: one batch of deliveries in one bad
    /// second is no trend.
    pub failing_after_ms: i64,
    /// It is disabled after so many milliseconds of nothing but failures, …
    pub disable_after_ms: i64,
    /// … of which there must be so many.
    pub disable_min_attempts: u32,
    /// The success rate of the last 24 hours is low below so many percent, …
    pub low_rate_percent: u32,
    /// … if there were so many attempts; …
    pub low_rate_min_attempts: u32,
    /// … and it has recovered from so many percent on, so that a rate near the bound is not told over and over.
    pub recovered_rate_percent: u32,
    /// For so many milliseconds an endpoint is treated as slow after it has shown to be.
    pub slow_ms: i64,
}

impl Default for Policy {
    /// Failing: 5 in a row over a minute (with the default schedule the third attempt of a single delivery, where others
    /// fail beside it). Disabled: 5 days and 20 attempts, as hosted peers do. Low rate: below 50 % of at least 20, until
    /// 60 %. Slow: 10 minutes.
    fn default() -> Self {
        Self {
            failing_after_attempts: 5,
            failing_after_ms: MINUTE,
            disable_after_ms: DAY.saturating_mul(5),
            disable_min_attempts: 20,
            low_rate_percent: 50,
            low_rate_min_attempts: 20,
            recovered_rate_percent: 60,
            slow_ms: MINUTE.saturating_mul(10),
        }
    }
}
