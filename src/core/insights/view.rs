//! Sums as the API shows them. Amounts are in US dollars, each rounded once from an exact sum.

use serde::{Deserialize, Serialize};

use super::{Latency, Name, Place, Query, Spend, Tokens, Usage, name::user_hash};

/// What requests cost.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = Spend))]
pub struct SpendView {
    /// When the range begins: the first moment of a day.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    pub since: String,
    /// When it ends; this moment is not in it.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    pub until: String,
    /// Of all requests in the range; with `model`, of those to the model.
    pub total: SpendRow,
    /// By day in its order, or by what costs most.
    pub groups: Vec<SpendRow>,
}

/// What some requests cost.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct SpendRow {
    /// The day, model, user or value; null where requests name none, for the total, and for the rest.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub group: Option<String>,
    /// Whether it is the sum of all that there was no room to tell apart.
    pub is_rest: bool,
    /// How many requests.
    pub requests: u64,
    /// How many of them have a cost that nobody knows; `cost` is without them.
    pub unknown: u64,
    /// What the others cost, in US dollars.
    pub cost: f64,
}

/// How long requests took.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = Latency))]
pub struct LatencyView {
    /// When the range begins: the first moment of an hour.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    pub since: String,
    /// When it ends; this moment is not in it.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    pub until: String,
    /// By hour or day in their order, or by model, that with the most requests first.
    pub groups: Vec<LatencyRow>,
}

/// How long some requests took. Percentiles are of the buckets in which durations are counted: at most 9 % above the true one,
/// and never below.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct LatencyRow {
    /// The hour, day or model; null where requests name none, and for the rest.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub group: Option<String>,
    /// Whether it is the sum of all that there was no room to tell apart.
    pub is_rest: bool,
    /// How many requests it is known of.
    pub requests: u64,
    /// The mean, in milliseconds.
    pub mean_ms: u64,
    /// Half of them took no longer, in milliseconds.
    pub p50_ms: u64,
    /// Nine tenths of them.
    pub p90_ms: u64,
    /// 95 % of them.
    pub p95_ms: u64,
    /// 99 % of them.
    pub p99_ms: u64,
}

/// The tokens of requests.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = TokenCounts))]
pub struct TokensView {
    /// When the range begins: the first moment of a day.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    pub since: String,
    /// When it ends; this moment is not in it.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    pub until: String,
    /// By day in its order, or by model, that with the most requests first.
    pub groups: Vec<TokensRow>,
}

/// The tokens of some requests.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct TokensRow {
    /// The day or model; null where requests name none, and for the rest.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub group: Option<String>,
    /// Whether it is the sum of all that there was no room to tell apart.
    pub is_rest: bool,
    /// How many requests.
    pub requests: u64,
    /// How many of them have counts that nobody knows; the sums are without them.
    pub unknown: u64,
    /// Tokens of prompts.
    pub prompt_tokens: u64,
    /// Tokens of completions.
    pub completion_tokens: u64,
    /// Tokens of prompts that are known to have come from a cache.
    pub cached_tokens: u64,
    /// Completion tokens per prompt token as the model usually has it, over all time that it is known; null for a day.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub usual_ratio: Option<f64>,
}

/// Who made requests.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = UserPage))]
pub struct UsersView {
    /// When the range begins: the first moment of a day.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    pub since: String,
    /// When it ends; this moment is not in it.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    pub until: String,
    /// Those with the most requests first.
    pub users: Vec<UserRow>,
    /// The `cursor` of the next page; null at the end.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub next_cursor: Option<String>,
}

/// What a user has used.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct UserRow {
    /// The user; null where requests name none, and for the rest.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub user: Option<String>,
    /// What the user is called in alerts, which do not tell the id.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub alias: Option<String>,
    /// Whether it is the sum of all that there was no room to tell apart.
    pub is_rest: bool,
    /// How many requests.
    pub requests: u64,
    /// How many of them failed.
    pub failed: u64,
    /// Tokens of prompts and completions, as far as both are known.
    pub tokens: u64,
    /// How many requests have a cost that nobody knows; `cost` is without them.
    pub unknown: u64,
    /// What the others cost, in US dollars.
    pub cost: f64,
}

/// What the receiver has counted of its own doings.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = Counters))]
pub struct CountersView {
    /// When the range begins: the first moment of an hour.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    pub since: String,
    /// When it ends; this moment is not in it.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    pub until: String,
    /// By time, then by name.
    pub counters: Vec<CounterRow>,
}

/// One counter.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct CounterRow {
    /// The hour or day; null where the whole range is one.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub group: Option<String>,
    /// `accepted`, `duplicates`, `signature.{code}`, `fetch.{outcome}`, `handler.{name}.{ok|failed|dead}` or
    /// `handler.{name}.ms`; null for the rest.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub name: Option<String>,
    /// How often; of `handler.{name}.ms` how many milliseconds in all.
    pub count: u64,
}

/// What a group is called, and whether it is the rest.
fn label(query: &Query, hour: i64, name: &Name) -> (Option<String>, bool) {
    match query.group_by.window() {
        Some(window) => (Some(window.label(hour)), false),
        None => (name.known().map(str::to_owned), *name == Name::Rest),
    }
}

impl SpendRow {
    /// Of a group.
    pub fn new(query: &Query, hour: i64, name: &Name, spend: &Spend) -> Self {
        let (group, is_rest) = label(query, hour, name);
        Self { group, is_rest, ..Self::total(spend) }
    }

    /// Of all.
    pub fn total(spend: &Spend) -> Self {
        let Spend { requests, unknown, nanos } = *spend;
        Self { group: None, is_rest: false, requests, unknown, cost: nanos.dollars() }
    }
}

impl LatencyRow {
    /// Of a group.
    pub fn new(query: &Query, hour: i64, name: &Name, latency: &Latency) -> Self {
        let (group, is_rest) = label(query, hour, name);
        // Durations are whole, so rounding takes none below itself.
        let percentile = |share: f64| latency.each.quantile(share).unwrap_or_default().round() as u64;
        Self {
            group,
            is_rest,
            requests: latency.each.count(),
            mean_ms: latency.mean().unwrap_or_default().round() as u64,
            p50_ms: percentile(0.5),
            p90_ms: percentile(0.9),
            p95_ms: percentile(0.95),
            p99_ms: percentile(0.99),
        }
    }
}

impl TokensRow {
    /// Of a group, with its model's usual ratio.
    pub fn new(query: &Query, hour: i64, name: &Name, tokens: &Tokens, usual_ratio: Option<f64>) -> Self {
        let (group, is_rest) = label(query, hour, name);
        Self {
            group,
            is_rest,
            requests: tokens.requests,
            unknown: tokens.unknown,
            prompt_tokens: tokens.prompt,
            completion_tokens: tokens.completion,
            cached_tokens: tokens.cached,
            usual_ratio,
        }
    }
}

impl UserRow {
    /// Of a user.
    pub fn new(name: &Name, usage: &Usage) -> Self {
        Self {
            user: name.known().map(str::to_owned),
            alias: name.known().map(user_hash),
            is_rest: *name == Name::Rest,
            requests: usage.requests,
            failed: usage.failed,
            tokens: usage.tokens,
            unknown: usage.unknown,
            cost: usage.nanos.dollars(),
        }
    }
}

impl UsersView {
    /// A page of at most as many as were asked for; of `users` one more shows that it is not the last.
    pub fn new(query: &Query, users: &[(Name, Usage)]) -> Self {
        let page = users.get(..query.limit).unwrap_or(users);
        let last = page.last().filter(|_| users.len() > page.len());
        let place =
            |(name, usage): &(Name, Usage)| Place { requests: usage.requests, name: name.to_string() };
        Self {
            since: query.begins().to_string(),
            until: query.ends().to_string(),
            users: page.iter().map(|(name, usage)| UserRow::new(name, usage)).collect(),
            next_cursor: last.map(|last| place(last).to_string()),
        }
    }
}

impl CounterRow {
    /// Of a counter in a group.
    pub fn new(query: &Query, hour: i64, name: &Name, count: u64) -> Self {
        let group = query.group_by.window().map(|window| window.label(hour));
        Self { group, name: name.known().map(str::to_owned), count }
    }
}
