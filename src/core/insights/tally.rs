//! Sums. Each part belongs to one measure, since each is counted on its own.

use serde::{Deserialize, Serialize};

use super::{Nanos, Observation};
use crate::core::ledger::Histogram;

/// What requests cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spend {
    /// Requests.
    pub requests: u64,
    /// Those of them whose cost nobody knows; the sum is without them.
    pub unknown: u64,
    /// What the others cost.
    pub nanos: Nanos,
}

/// Tokens of requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    /// Requests.
    pub requests: u64,
    /// Those of them of which the prompt's or the completion's tokens are unknown; the sums are without them.
    pub unknown: u64,
    /// Tokens of prompts.
    pub prompt: u64,
    /// Tokens of completions.
    pub completion: u64,
    /// Tokens of prompts that are known to have come from a cache.
    pub cached: u64,
}

/// What somebody has used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Requests.
    pub requests: u64,
    /// Those of them that failed.
    pub failed: u64,
    /// Tokens of prompts and completions, as far as both are known.
    pub tokens: u64,
    /// What the requests cost, as far as it is known.
    pub nanos: Nanos,
    /// Requests whose cost nobody knows.
    pub unknown: u64,
}

/// How long requests took.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Latency {
    /// The sum in milliseconds.
    pub millis: u64,
    /// Each.
    pub each: Histogram,
}

/// A row's sums; what was never counted there is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tally {
    /// For the measure of spend.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spend: Option<Spend>,
    /// For the measure of tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Tokens>,
    /// For the measure of usage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// For the measure of latency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency: Option<Latency>,
    /// For counters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
}

impl Spend {
    /// One request.
    pub fn of(observation: &Observation) -> Self {
        let unknown = u64::from(observation.cost.is_none());
        Self { requests: 1, unknown, nanos: observation.cost.unwrap_or_default() }
    }

    fn merge(&mut self, other: &Self) {
        self.requests = self.requests.saturating_add(other.requests);
        self.unknown = self.unknown.saturating_add(other.unknown);
        self.nanos = self.nanos.plus(other.nanos);
    }
}

impl Tokens {
    /// One request.
    pub fn of(observation: &Observation) -> Self {
        match observation.tokens() {
            None => Self { requests: 1, unknown: 1, ..Self::default() },
            Some((prompt, completion)) => {
                let cached = observation.cached().unwrap_or_default();
                Self { requests: 1, unknown: 0, prompt, completion, cached }
            }
        }
    }

    fn merge(&mut self, other: &Self) {
        for (sum, more) in [
            (&mut self.requests, other.requests),
            (&mut self.unknown, other.unknown),
            (&mut self.prompt, other.prompt),
            (&mut self.completion, other.completion),
            (&mut self.cached, other.cached),
        ] {
            *sum = sum.saturating_add(more);
        }
    }
}

impl Usage {
    /// One request.
    pub fn of(observation: &Observation) -> Self {
        let tokens = observation.tokens().map_or(0, |(prompt, completion)| prompt.saturating_add(completion));
        Self {
            requests: 1,
            failed: u64::from(observation.failed),
            tokens,
            nanos: observation.cost.unwrap_or_default(),
            unknown: u64::from(observation.cost.is_none()),
        }
    }

    fn merge(&mut self, other: &Self) {
        for (sum, more) in [
            (&mut self.requests, other.requests),
            (&mut self.failed, other.failed),
            (&mut self.tokens, other.tokens),
            (&mut self.unknown, other.unknown),
        ] {
            *sum = sum.saturating_add(more);
        }
        self.nanos = self.nanos.plus(other.nanos);
    }
}

impl Latency {
    /// One request, where it is known how long it took.
    pub fn of(observation: &Observation) -> Option<Self> {
        let millis = observation.latency()?;
        let mut each = Histogram::default();
        each.add(i64::try_from(millis).unwrap_or(i64::MAX));
        Some(Self { millis, each })
    }

    /// Adds another's counts.
    pub fn merge(&mut self, other: &Self) {
        self.millis = self.millis.saturating_add(other.millis);
        self.each.merge(&other.each);
    }

    /// The mean in milliseconds; `None` where nothing was counted.
    pub fn mean(&self) -> Option<f64> {
        let count = self.each.count();
        (count > 0).then(|| self.millis as f64 / count as f64)
    }
}

impl Tally {
    /// Adds another's sums.
    pub fn merge(&mut self, other: &Self) {
        add(&mut self.spend, &other.spend, Spend::merge);
        add(&mut self.tokens, &other.tokens, Tokens::merge);
        add(&mut self.usage, &other.usage, Usage::merge);
        add(&mut self.latency, &other.latency, Latency::merge);
        add(&mut self.count, &other.count, |sum, more| *sum = sum.saturating_add(*more));
    }
}

fn add<T: Clone>(sum: &mut Option<T>, more: &Option<T>, merge: impl Fn(&mut T, &T)) {
    match (sum.as_mut(), more) {
        (_, None) => {}
        (Some(sum), Some(more)) => merge(sum, more),
        (None, Some(more)) => *sum = Some(more.clone()),
    }
}
