//! Requests of the history.

use serde::Deserialize;
use serde_json::{Map, Value, value::RawValue};

use super::{delivery::Delivery, subscription::Why, webhook::Webhook};
use crate::core::filter::PropertyFilter;

/// A request, by its facts.
#[derive(Clone, Debug, Deserialize)]
pub struct LlmRequest {
    /// The gateway's id of it.
    pub request_id: String,
    /// When it was made.
    pub request_created_at: String,
    /// The type of the newest event about it.
    pub event_type: String,
    /// The end user.
    pub request_user_id: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// The provider.
    pub provider: Option<String>,
    /// The HTTP status of the response.
    pub response_status: Option<u16>,
    /// How long the provider took, in milliseconds.
    pub delay_ms: Option<f64>,
    /// How long its first token took, in milliseconds.
    pub time_to_first_token: Option<f64>,
    /// Tokens of the prompt.
    pub prompt_tokens: Option<u64>,
    /// Tokens of the completion.
    pub completion_tokens: Option<u64>,
    /// Tokens in all.
    pub total_tokens: Option<u64>,
    /// Of the prompt's, those read from a cache.
    pub prompt_cache_read_tokens: Option<u64>,
    /// Of the completion's, thoughts.
    pub reasoning_tokens: Option<u64>,
    /// US dollars.
    pub cost: Option<f64>,
    /// How the cost came about, where it did not come with the event.
    pub cost_status: Option<String>,
    /// Whether the gateway answered from its cache.
    pub cached: Option<bool>,
    /// The custom properties.
    pub properties: Map<String, Value>,
    /// Whether some of them are in the archive alone.
    pub properties_truncated: bool,
    /// The scores by name.
    pub scores: Option<Map<String, Value>>,
    /// Its place in the list.
    pub cursor: String,
}

/// What was asked and answered.
#[derive(Clone, Debug, Deserialize)]
pub struct Bodies {
    /// What was asked; absent where it is not kept any more.
    pub request_body: Option<Box<RawValue>>,
    /// What was answered, likewise.
    pub response_body: Option<Box<RawValue>>,
    /// Where both can be fetched for a while.
    pub signed_body_url: String,
}

/// What webhooks make of its newest event.
#[derive(Clone, Debug, Deserialize)]
pub struct Verdicts {
    /// The gateway's id of the trace.
    pub trace_id: Option<String>,
    /// Each webhook.
    pub webhooks: Vec<Verdict>,
}

/// What one makes of it.
#[derive(Clone, Debug, Deserialize)]
pub struct Verdict {
    /// Which webhook.
    pub webhook_id: String,
    /// What the event fails at first.
    pub why: Option<Why>,
    /// The delivery, where one was attempted.
    pub delivery: Option<Delivery>,
}

/// A webhook with what it asks of properties.
#[derive(Clone, Debug, Deserialize)]
pub struct Watcher {
    /// The webhook.
    #[serde(flatten)]
    pub webhook: Webhook,
    /// What properties have to be.
    #[serde(default, rename = "propertyFilters")]
    pub property_filters: Vec<PropertyFilter>,
}

/// What of the requests is kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    /// `none`, `matched` or `all`.
    pub retain: String,
}
