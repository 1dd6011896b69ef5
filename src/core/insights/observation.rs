//! One LLM request, as a delivery tells of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Nanos;

/// The largest count of tokens and the longest latency that are believed.
const MOST: u64 = 1_000_000_000;

/// What is counted of a request. Each has a handler of its own, and is counted once per delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// What it cost: by model, user and property, and against the budgets.
    Spend,
    /// How long it took, by model.
    Latency,
    /// Its tokens, by model, and whether their ratio is out of the ordinary.
    Tokens,
    /// That its user made it, and against the user's limits.
    Usage,
}

impl Measure {
    fn bit(self) -> u8 {
        match self {
            Self::Spend => 1,
            Self::Latency => 2,
            Self::Tokens => 4,
            Self::Usage => 8,
        }
    }
}

/// Some measures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Measures(u8);

impl Measures {
    /// These.
    pub fn of(measures: &[Measure]) -> Self {
        Self(measures.iter().fold(0, |bits, measure| bits | measure.bit()))
    }

    /// From the number that they are stored as.
    pub fn from_bits(bits: u8) -> Self {
        Self(bits)
    }

    /// The number that they are stored as.
    pub fn bits(self) -> u8 {
        self.0
    }

    /// Whether one is among them.
    pub fn has(self, measure: Measure) -> bool {
        self.0 & measure.bit() != 0
    }

    /// All of both.
    pub fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Those that are not among the others.
    pub fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// One request. What the delivery does not say is absent: unknown is not zero.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Observation {
    /// The delivery's idempotency key: each measure of it counts once.
    pub delivery_id: String,
    /// When the request was made, in milliseconds since 1970: it counts for that day.
    pub at: i64,
    /// The model that answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The provider, in the gateway's spelling.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The end user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// What it cost: [`Nanos::of_dollars`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Nanos>,
    /// Tokens of the prompt, cached ones included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt_tokens: Option<u64>,
    /// Tokens of the completion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completion_tokens: Option<u64>,
    /// Tokens of the prompt that came from a cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cached_tokens: Option<u64>,
    /// How long it took, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency_ms: Option<u64>,
    /// The gateway's properties; of these the chosen ones are counted.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub properties: BTreeMap<String, String>,
    /// Whether the request failed.
    pub failed: bool,
    /// What is to be counted of it now.
    pub want: Vec<Measure>,
}

impl Observation {
    /// The prompt's and the completion's tokens, where both are known.
    pub fn tokens(&self) -> Option<(u64, u64)> {
        Some((self.prompt_tokens?.min(MOST), self.completion_tokens?.min(MOST)))
    }

    /// The tokens from a cache, where known.
    pub fn cached(&self) -> Option<u64> {
        self.cached_tokens.map(|tokens| tokens.min(MOST))
    }

    /// How long it took in milliseconds, where known.
    pub fn latency(&self) -> Option<u64> {
        self.latency_ms.map(|millis| millis.min(MOST))
    }
}
