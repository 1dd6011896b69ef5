//! Event types and the patterns that pick them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::core::field::FieldError;

/// An LLM request finished: the type that Helicone's webhooks know, and the default.
pub const REQUEST_COMPLETED: &str = "request.completed";

/// An LLM request ended in an error.
pub const REQUEST_FAILED: &str = "request.failed";

/// A guardrail kept a request from the model, or an answer from the user.
pub const GUARDRAIL_BLOCKED: &str = "guardrail.blocked";

/// A guardrail found something and let it pass, or changed it.
pub const GUARDRAIL_FLAGGED: &str = "guardrail.flagged";

/// Another model was asked than the one that was meant.
pub const MODEL_FALLBACK_TRIGGERED: &str = "model_fallback.triggered";

/// Operational: an endpoint has begun to take nothing.
pub const ENDPOINT_FAILING: &str = "endpoint.failing";

/// Operational: an endpoint that was failing takes deliveries again.
pub const ENDPOINT_RECOVERED: &str = "endpoint.recovered";

/// Operational: an endpoint is sent nothing any more.
pub const ENDPOINT_DISABLED: &str = "endpoint.disabled";

/// Operational: too many of an endpoint's attempts failed in the last day.
pub const ENDPOINT_SUCCESS_RATE_LOW: &str = "endpoint.success_rate_low";

/// Operational: a delivery was given up after its last retry.
pub const DELIVERY_EXHAUSTED: &str = "delivery.exhausted";

/// Operational: what deliveries come to has crossed an alert's threshold.
pub const DELIVERY_ALERT_FIRED: &str = "delivery.alert_fired";

/// Operational: it is over.
pub const DELIVERY_ALERT_RESOLVED: &str = "delivery.alert_resolved";

/// The longest event type, in characters.
pub const MAX_EVENT_TYPE: usize = 128;

/// How many patterns one list may hold.
pub const MAX_EVENT_TYPES: usize = 100;

/// Whether a text is an event type: dot-separated, non-empty parts of `[a-zA-Z0-9_]`, at most 128 characters
/// (Standard Webhooks).
pub fn is_event_type(text: &str) -> bool {
    text.len() <= MAX_EVENT_TYPE
        && text.split('.').all(|part| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        })
}

/// Whether a type is of what became of an LLM request, which Helicone's webhooks tell of.
pub fn is_request(event_type: &str) -> bool {
    event_type.starts_with("request.")
}

/// Whether a type is one of Heliograph's own, which tell about deliveries and endpoints instead of LLM requests. The types
/// are listed, not taken by prefix: a gateway may well have an `endpoint.called` of its own.
pub fn is_operational(event_type: &str) -> bool {
    matches!(
        event_type,
        ENDPOINT_FAILING
            | ENDPOINT_RECOVERED
            | ENDPOINT_DISABLED
            | ENDPOINT_SUCCESS_RATE_LOW
            | DELIVERY_EXHAUSTED
            | DELIVERY_ALERT_FIRED
            | DELIVERY_ALERT_RESOLVED
    )
}

/// One entry of a subscription's `eventTypes`: a type, `prefix.*` for all types below a prefix, or `*` for all but the
/// operational ones.
///
/// Whoever wants operational types has to name them, or their prefix (`endpoint.*`, `delivery.*`): a subscription to all LLM
/// events does not expect them, and one that failed would be sent the news of its own failing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct EventTypePattern(String);

impl EventTypePattern {
    /// Reads a pattern; `None` when it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let literal = text.strip_suffix(".*").unwrap_or(text);
        (text == "*" || is_event_type(literal)).then(|| Self(text.to_owned()))
    }

    /// Reads a list of patterns, `eventTypes` wherever it stands: at most [`MAX_EVENT_TYPES`], none where it is absent or null.
    pub fn read_list(value: Option<&Value>) -> Result<Vec<Self>, FieldError> {
        let list = match value {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Array(list)) if list.len() <= MAX_EVENT_TYPES => list,
            Some(_) => {
                let problem = format!("must be a list of at most {MAX_EVENT_TYPES} event types");
                return Err(FieldError::new("eventTypes", problem));
            }
        };
        let pattern = |(at, value): (usize, &Value)| {
            value.as_str().and_then(Self::parse).ok_or_else(|| {
                FieldError::new(
                    format!("eventTypes[{at}]"),
                    "must be an event type such as request.completed, a prefix such as request.*, or *",
                )
            })
        };
        list.iter().enumerate().map(pattern).collect()
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the pattern picks this type.
    pub fn matches(&self, event_type: &str) -> bool {
        match self.0.strip_suffix('*') {
            Some("") => !is_operational(event_type),
            Some(prefix) => event_type.starts_with(prefix),
            None => self.0 == event_type,
        }
    }
}
