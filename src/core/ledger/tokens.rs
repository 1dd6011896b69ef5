//! An endpoint's rate: how many attempts a second it takes.

/// After so many milliseconds an empty bucket is full.
const FULL_MILLIS: i64 = 1000;

/// A token bucket that holds one second's worth.
#[derive(Clone, Copy, Debug)]
pub struct Bucket {
    rate: f64,
    tokens: f64,
    at: i64,
}

impl Bucket {
    /// A full bucket for so many attempts a second.
    pub fn new(per_second: u32, now: i64) -> Self {
        Self { rate: f64::from(per_second), tokens: f64::from(per_second), at: now }
    }

    /// The same bucket at another rate, where the owner changed it.
    pub fn with_rate(self, per_second: u32) -> Self {
        let rate = f64::from(per_second);
        Self { rate, tokens: self.tokens.min(rate), ..self }
    }

    /// Takes a token; where there is none, says after how many seconds to ask again. `ahead` is how many were already told
    /// to wait in this claim: they do not all come back at once.
    pub fn take(&mut self, ahead: u32, now: i64) -> Result<(), u32> {
        if now < self.at.saturating_sub(FULL_MILLIS) {
            // The clock was ahead. Waiting for it to come back there would stop the endpoint for as long.
            self.at = now;
        }
        let elapsed = now.saturating_sub(self.at).max(0) as f64 / 1000.0;
        self.at = self.at.max(now);
        self.tokens = (self.tokens + elapsed * self.rate).min(self.rate);
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Ok(());
        }
        let missing = f64::from(ahead) + 1.0 - self.tokens;
        Err((missing / self.rate).ceil().max(1.0) as u32)
    }
}
