//! How many runs of handlers are under way at once.

/// An invocation has six connections that may wait for response headers.
const MOST: u32 = 6;

/// For each of these, in milliseconds that a run takes, one more is worth having under way.
const STEP_MILLIS: f64 = 10.0;

/// How much a single run moves the mean.
const WEIGHT: f64 = 0.2;

/// How many runs at once it takes for a hundred of them a second, up to six. No more than that, because what is under way when a
/// consumer ends is done again.
#[derive(Clone, Copy, Debug, Default)]
pub struct Width {
    mean_millis: f64,
}

impl Width {
    /// How many may be under way.
    pub fn at_once(self) -> usize {
        let more = (self.mean_millis / STEP_MILLIS) as u32;
        more.saturating_add(1).min(MOST) as usize
    }

    /// Notes how long a run took.
    pub fn note(&mut self, millis: i64) {
        let millis = millis.max(0) as f64;
        self.mean_millis += (millis - self.mean_millis) * WEIGHT;
    }
}
