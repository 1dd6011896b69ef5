//! Event types and the patterns that pick them.

use serde::{Deserialize, Serialize};

/// An LLM request finished: the type that Helicone's webhooks know, and the default.
pub const REQUEST_COMPLETED: &str = "request.completed";

/// The longest event type, in characters.
pub const MAX_EVENT_TYPE: usize = 128;

/// Whether a text is an event type: dot-separated, non-empty parts of `[a-zA-Z0-9_]`, at most 128 characters
/// (Standard Webhooks).
pub fn is_event_type(text: &str) -> bool {
    text.len() <= MAX_EVENT_TYPE
        && text.split('.').all(|part| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        })
}

/// One entry of a subscription's `eventTypes`: a type, `prefix.*` for all types below a prefix, or `*` for all.
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

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the pattern picks this type.
    pub fn matches(&self, event_type: &str) -> bool {
        match self.0.strip_suffix('*') {
            Some(prefix) => event_type.starts_with(prefix),
            None => self.0 == event_type,
        }
    }
}
