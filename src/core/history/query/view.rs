//! A request as the API shows it: under Helicone's names.

use serde::Serialize;
use serde_json::{Map, Value, value::RawValue};

use super::{
    key::{Place, RowKey},
    row::Row,
};
use crate::core::time::Timestamp;

/// Some of the requests.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct RequestPage<'a> {
    /// Newest first.
    pub requests: Vec<RequestView<'a>>,
    /// The `cursor` of the next page; null at the end.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub next_cursor: Option<String>,
}

/// How one day was looked through.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct DayPlan {
    /// The day, in UTC.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = Date))]
    pub day: String,
    /// How many rows were found.
    pub rows: usize,
    /// SQLite's plan, step by step: `SEARCH` goes to a place, `SCAN` would go through all of it.
    pub plan: Vec<String>,
}

/// One LLM request. Null is unknown, which is not zero.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = LlmRequest))]
pub struct RequestView<'a> {
    /// The gateway's id of the request.
    request_id: &'a str,
    /// When it was made.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    request_created_at: String,
    /// The type of the newest event about it.
    event_type: &'a str,
    /// The end user.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    request_user_id: Option<&'a str>,
    /// The model.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    request_model: Option<&'a str>,
    /// The same.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    response_model: Option<&'a str>,
    /// The same.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    model: Option<&'a str>,
    /// The provider, in the gateway's spelling.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    provider: Option<&'a str>,
    /// The HTTP status of the response.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    response_status: Option<u16>,
    /// How long the provider took, in milliseconds.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    delay_ms: Option<f64>,
    /// How long its first token took, in milliseconds.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    time_to_first_token: Option<f64>,
    /// Tokens of the prompt.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    prompt_tokens: Option<u64>,
    /// Tokens of the completion.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    completion_tokens: Option<u64>,
    /// Tokens in all.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    total_tokens: Option<u64>,
    /// Of the prompt's, those read from a cache.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    prompt_cache_read_tokens: Option<u64>,
    /// Of the prompt's, those written to a cache.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    prompt_cache_write_tokens: Option<u64>,
    /// Of the completion's, thoughts.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    reasoning_tokens: Option<u64>,
    /// US dollars.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    cost: Option<f64>,
    /// The same.
    #[serde(rename = "costUSD")]
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    cost_usd: Option<f64>,
    /// How the cost came about, or why there is none; null where it came with the event.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    cost_status: Option<&'a str>,
    /// Whether the gateway answered from its cache.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    cached: Option<bool>,
    /// The custom properties as text, with those that were added later.
    #[cfg_attr(not(target_arch = "wasm32"), schema(value_type = std::collections::BTreeMap<String, String>))]
    request_properties: Map<String, Value>,
    /// The same.
    #[cfg_attr(not(target_arch = "wasm32"), schema(value_type = std::collections::BTreeMap<String, String>))]
    properties: Map<String, Value>,
    /// Whether some properties did not fit and are in the archive alone.
    properties_truncated: bool,
    /// The scores by name; null where there is none.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required, value_type = Option<std::collections::BTreeMap<String, i64>>))]
    scores: Option<Map<String, Value>>,
    /// What was asked; null where it was not asked for, or is not kept any more.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required, value_type = Option<Object>))]
    request_body: Option<&'a RawValue>,
    /// What was answered, likewise.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required, value_type = Option<Object>))]
    response_body: Option<&'a RawValue>,
    /// Where the full exchange can be fetched for a while.
    signed_body_url: String,
    /// Its place in the list: as `cursor` it leads to what follows it.
    cursor: String,
}

impl<'a> RequestView<'a> {
    /// A row of a day, without its bodies.
    pub fn new(day: i64, row: &'a Row, signed_body_url: String) -> Self {
        let properties = row.properties();
        let count = |number: Option<f64>| number.map(|number| number as u64);
        Self {
            request_id: &row.request_id,
            request_created_at: Timestamp::from_millis(row.created_at as i64).to_string(),
            event_type: &row.event_type,
            request_user_id: row.user_id.as_deref(),
            request_model: row.model.as_deref(),
            response_model: row.model.as_deref(),
            model: row.model.as_deref(),
            provider: row.provider.as_deref(),
            response_status: row.status.map(|status| status as u16),
            delay_ms: row.latency_ms,
            time_to_first_token: row.first_token_ms,
            prompt_tokens: count(row.prompt_tokens),
            completion_tokens: count(row.completion_tokens),
            total_tokens: count(row.total_tokens),
            prompt_cache_read_tokens: count(row.cache_read_tokens),
            prompt_cache_write_tokens: count(row.cache_write_tokens),
            reasoning_tokens: count(row.reasoning_tokens),
            cost: row.cost,
            cost_usd: row.cost,
            cost_status: row.cost_status.as_deref(),
            cached: row.cached.map(|cached| cached > 0.0),
            request_properties: properties.clone(),
            properties,
            properties_truncated: row.is_cut > 0.0,
            scores: row.scores.is_some().then(|| row.scores()),
            request_body: None,
            response_body: None,
            signed_body_url,
            cursor: Place { day, key: RowKey(row.key as u64) }.to_string(),
        }
    }

    /// The same with its bodies, of an exchange as the archive has it.
    pub fn with_bodies(self, request: Option<&'a RawValue>, response: Option<&'a RawValue>) -> Self {
        Self { request_body: request, response_body: response, ..self }
    }

    /// Its place in the list.
    pub fn cursor(&self) -> &str {
        &self.cursor
    }
}
