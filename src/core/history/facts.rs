//! What the history keeps of a request, so that it can be found by it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::core::{
    event::{Event, is_request},
    exchange::TokenCounts,
    json::{Canonical, whole},
    pricing::Status,
};

/// How long names and values of the properties may be in all, in bytes; a property that does not fit is left out.
pub const PROPERTIES_BYTES: usize = 4096;

/// What is known of one LLM request. Absent is unknown, which is not zero.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// When it was made, in milliseconds since 1970.
    pub created_at: i64,
    /// The HTTP status of the response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u64>,
    /// US dollars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
    /// How long the provider took, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency_ms: Option<f64>,
    /// How long its first token took, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_token_ms: Option<f64>,
    /// Whether the gateway answered from its cache.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cached: Option<bool>,
    /// The token counts.
    #[serde(default, skip_serializing_if = "Tokens::is_empty")]
    pub tokens: Tokens,
    /// The custom properties that are no objects or lists, as text.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub properties: Map<String, Value>,
    /// Whether some of them did not fit.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_cut: bool,
}

/// Token counts of one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    /// Of the prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<u64>,
    /// Of the completion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completion: Option<u64>,
    /// In all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// Of the prompt, read from a cache.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_read: Option<u64>,
    /// Of the prompt, written to a cache.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_write: Option<u64>,
    /// Of the completion, thoughts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<u64>,
}

impl Tokens {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Facts {
    /// The facts of an event; `None` where it is not about an LLM request.
    pub fn of(event: &Event) -> Option<Self> {
        if !is_request(&event.event_type) {
            return None;
        }
        let (properties, is_cut) = properties(&event.properties);
        let extra = |names: &[&str]| {
            let found = event.extra.iter().find(|(name, _)| names.contains(&name.as_str()));
            found.and_then(|(_, json)| serde_json::from_str::<Value>(json.as_str()).ok())
        };
        Some(Self {
            created_at: event.created_at.millis(),
            status: event.status.as_ref().and_then(status),
            cost: event.cost,
            latency_ms: event.latency_ms,
            first_token_ms: extra(&["time_to_first_token", "time_to_first_token_ms"])
                .and_then(|value| value.as_f64())
                .filter(|millis| *millis >= 0.0),
            cached: extra(&["cached", "cache_hit"]).and_then(|value| value.as_bool()).or_else(|| {
                let status = event.priced.as_ref()?.status;
                (status == Status::CacheHit).then_some(true)
            }),
            tokens: tokens(event),
            properties,
            is_cut,
        })
    }
}

/// An HTTP status, as a number or as its digits; a word is none.
fn status(json: &Canonical) -> Option<u64> {
    let value: Value = serde_json::from_str(json.as_str()).ok()?;
    match &value {
        Value::String(digits) => digits.parse().ok().filter(|status| *status <= 999),
        other => whole(other),
    }
}

fn tokens(event: &Event) -> Tokens {
    let usage: Option<Value> =
        event.usage.json.as_ref().and_then(|json| serde_json::from_str(json.as_str()).ok());
    let counts = usage.as_ref().map(TokenCounts::of_usage).unwrap_or_default();
    // By Helicone's own names, which no provider has.
    let own = |name: &str| whole(usage.as_ref()?.get(name)?);
    Tokens {
        prompt: event.usage.prompt,
        completion: event.usage.completion,
        total: event.usage.total,
        cache_read: counts.cache_read.or_else(|| own("prompt_cache_read_tokens")),
        cache_write: counts.cache_write.or_else(|| own("prompt_cache_write_tokens")),
        reasoning: counts.reasoning,
    }
}

/// Those that fit, in their order, and whether some did not.
fn properties(all: &[(String, String)]) -> (Map<String, Value>, bool) {
    let (mut kept, mut bytes, mut is_cut) = (Map::new(), 0_usize, false);
    for (name, value) in all {
        let grown = bytes.saturating_add(name.len()).saturating_add(value.len());
        if grown > PROPERTIES_BYTES {
            is_cut = true;
            continue;
        }
        bytes = grown;
        kept.insert(name.clone(), value.as_str().into());
    }
    (kept, is_cut)
}
