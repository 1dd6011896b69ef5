//! What the ratio of completion to prompt tokens usually is for a model, and what is out of the ordinary.
//!
//! Ratios are spread like their logarithms: twice and half the usual are equally far off. So mean and deviation are of the
//! logarithm, kept by Welford's method.

use serde::{Deserialize, Serialize};

use super::OutlierRule;

/// From so many requests on, each new one takes the place of a part of the old: what is usual may change.
const MEMORY: f64 = 10_000.0;

/// The least deviation that is believed: answers that are all alike shall not make a small difference look large.
const LEAST_DEVIATION: f64 = 0.05;

/// The tokens of one request, where both counts are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Which delivery tells of it.
    pub delivery_id: String,
    /// The hour that it was made in.
    pub hour: i64,
    /// Tokens of the prompt.
    pub prompt: u64,
    /// Tokens of the completion.
    pub completion: u64,
}

impl Sample {
    /// Completion tokens per prompt token. One is added to both counts, since either may be 0.
    pub fn ratio(&self) -> f64 {
        (self.completion as f64 + 1.0) / (self.prompt as f64 + 1.0)
    }
}

/// How far a ratio is from what is usual.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outlier {
    /// The ratio.
    pub ratio: f64,
    /// What it usually is: the geometric mean.
    pub usual: f64,
    /// How many standard deviations lie between them; negative below.
    pub deviations: f64,
}

/// The ratios of a model's requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ratios {
    /// How many there were, at most 10,000.
    pub count: f64,
    /// The mean of their logarithms.
    pub mean: f64,
    /// The sum of the squared differences from the mean.
    pub squares: f64,
}

impl Ratios {
    /// Adds a request.
    pub fn add(&mut self, sample: &Sample) {
        let logarithm = sample.ratio().ln();
        if self.count < MEMORY {
            self.count += 1.0;
        } else {
            self.squares *= 1.0 - 1.0 / MEMORY;
        }
        let difference = logarithm - self.mean;
        self.mean += difference / self.count;
        self.squares += difference * (logarithm - self.mean);
    }

    /// The usual ratio: the geometric mean. `None` where there was no request.
    pub fn usual(&self) -> Option<f64> {
        (self.count > 0.0).then(|| self.mean.exp())
    }

    /// Whether a request that is not among them is out of the ordinary: further off than the rule allows, once there were as
    /// many as it wants.
    pub fn judge(&self, sample: &Sample, rule: &OutlierRule) -> Option<Outlier> {
        if self.count < (rule.minimum as f64).max(2.0) {
            return None;
        }
        let deviation = (self.squares / (self.count - 1.0)).sqrt().max(LEAST_DEVIATION);
        let ratio = sample.ratio();
        let deviations = (ratio.ln() - self.mean) / deviation;
        (deviations.abs() > rule.deviations).then(|| Outlier { ratio, usual: self.mean.exp(), deviations })
    }
}
