//! What the receiver has counted.

use serde::Deserialize;

/// What requests cost.
#[derive(Clone, Debug, Deserialize)]
pub struct Spend {
    /// When the range begins.
    pub since: String,
    /// Of all.
    pub total: SpendRow,
    /// By day or model.
    pub groups: Vec<SpendRow>,
}

/// What some of them cost.
#[derive(Clone, Debug, Deserialize)]
pub struct SpendRow {
    /// The day or model.
    pub group: Option<String>,
    /// Whether it is the sum of those that are not told apart.
    pub is_rest: bool,
    /// How many requests.
    pub requests: u64,
    /// How many of unknown cost.
    pub unknown: u64,
    /// What the others cost, in US dollars.
    pub cost: f64,
}

impl SpendRow {
    /// What is known of the cost: nothing where no request's is.
    pub fn known(&self) -> Option<f64> {
        (self.requests == 0 || self.requests > self.unknown).then_some(self.cost)
    }
}

/// How long requests took.
#[derive(Clone, Debug, Deserialize)]
pub struct Latency {
    /// By hour, day or model.
    pub groups: Vec<LatencyRow>,
}

/// How long some of them took.
#[derive(Clone, Debug, Deserialize)]
pub struct LatencyRow {
    /// The hour, day or model.
    pub group: Option<String>,
    /// Whether it is the sum of those that are not told apart.
    pub is_rest: bool,
    /// How many it is known of.
    pub requests: u64,
    /// Half took no longer, in milliseconds.
    pub p50_ms: u64,
    /// 90 %.
    pub p90_ms: u64,
    /// 95 %.
    pub p95_ms: u64,
    /// 99 %.
    pub p99_ms: u64,
}

/// Tokens of requests.
#[derive(Clone, Debug, Deserialize)]
pub struct Tokens {
    /// By model.
    pub groups: Vec<TokensRow>,
}

/// Tokens of some of them.
#[derive(Clone, Debug, Deserialize)]
pub struct TokensRow {
    /// The model.
    pub group: Option<String>,
    /// Whether it is the sum of those that are not told apart.
    pub is_rest: bool,
    /// How many requests.
    pub requests: u64,
    /// How many of unknown counts.
    pub unknown: u64,
    /// Of prompts.
    pub prompt_tokens: u64,
    /// Of completions.
    pub completion_tokens: u64,
    /// Of prompts, from a cache.
    pub cached_tokens: u64,
    /// Completion tokens per prompt token, as the model usually has it.
    pub usual_ratio: Option<f64>,
}

impl TokensRow {
    /// Completion tokens per prompt token; nothing where no prompt's are known.
    pub fn ratio(&self) -> Option<f64> {
        (self.prompt_tokens > 0).then(|| self.completion_tokens as f64 / self.prompt_tokens as f64)
    }
}

/// Who made requests.
#[derive(Clone, Debug, Deserialize)]
pub struct UserPage {
    /// Those with the most first.
    pub users: Vec<UserRow>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

/// What a user has used.
#[derive(Clone, Debug, Deserialize)]
pub struct UserRow {
    /// The user.
    pub user: Option<String>,
    /// What alerts call the user.
    pub alias: Option<String>,
    /// Whether it is the sum of those that are not told apart.
    pub is_rest: bool,
    /// How many requests.
    pub requests: u64,
    /// How many of them failed.
    pub failed: u64,
    /// Tokens, as far as known.
    pub tokens: u64,
    /// How many of unknown cost.
    pub unknown: u64,
    /// What the others cost, in US dollars.
    pub cost: f64,
}

/// What the receiver has counted of its own doings.
#[derive(Clone, Debug, Deserialize)]
pub struct Counters {
    /// Each, over the whole range.
    pub counters: Vec<CounterRow>,
}

/// One counter.
#[derive(Clone, Debug, Deserialize)]
pub struct CounterRow {
    /// Its name; absent for the rest.
    pub name: Option<String>,
    /// How often.
    pub count: u64,
}
