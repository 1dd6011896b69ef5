//! An LLM call, as the conventions take it apart.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::names;
use crate::core::{
    event::{REQUEST_FAILED, is_request},
    hash::{self, MacKey},
    inbox::Payload,
    json::{Canonical, Fields},
    time::Timestamp,
};

/// A delivery that may be about an LLM call.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The delivery's id.
    pub id: &'a str,
    /// The event's type.
    pub event_type: &'a str,
    /// When the delivery was taken.
    pub received_at: Timestamp,
    /// What it says.
    pub payload: &'a Payload,
    /// What user ids are hashed under; without it they are left out.
    pub user_key: Option<&'a MacKey>,
}

/// An LLM call. Absent is unknown.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// 32 hex characters.
    pub trace_id: String,
    /// 16 hex characters.
    pub span_id: String,
    /// The gateway's span, where it named one.
    pub parent_id: Option<String>,
    /// When it ended, in milliseconds since 1970.
    pub ended: i64,
    /// How long it took, in milliseconds.
    pub latency_ms: Option<u64>,
    /// Such as `chat`.
    pub operation: &'static str,
    /// By the conventions' name.
    pub provider: Option<String>,
    /// The model that was asked.
    pub request_model: Option<String>,
    /// The model that answered.
    pub response_model: Option<String>,
    /// Tokens of the prompt.
    pub input_tokens: Option<u64>,
    /// Tokens of the completion.
    pub output_tokens: Option<u64>,
    /// USD.
    pub cost: Option<f64>,
    /// The gateway's id of the request.
    pub request_id: Option<String>,
    /// The hash of the end user's id.
    pub user: Option<String>,
    /// The provider's HTTP status.
    pub status: Option<u16>,
    /// What went wrong, where something did.
    pub error: Option<String>,
}

impl Call {
    /// The call that a delivery is about; `None` where it is about something else, such as a budget.
    pub fn of(source: Source<'_>) -> Option<Self> {
        if !is_request(source.event_type) {
            return None;
        }
        let Source { payload, .. } = source;
        let metadata = &payload.metadata;
        let (request, response) = (text(payload.request.as_ref()), text(payload.response.as_ref()));
        let (request, response) = (fields(&request), fields(&response));
        let error = match metadata.status {
            Some(status) if status >= 400 => Some(status.to_string()),
            // The conventions' word for an error that nobody named.
            _ if source.event_type == REQUEST_FAILED => Some("_OTHER".to_owned()),
            _ => None,
        };
        // A gateway names the model that answered, else the one that was asked: after an error, that is the one.
        let (asked, answered) = match error {
            Some(_) => (payload.model.clone(), None),
            None => (None, payload.model.clone()),
        };
        let request_model = request.get("model").and_then(own_text).or(asked);
        let (trace_id, parent_id) = match payload.trace.ids() {
            Some((trace, parent)) => (trace.to_owned(), parent.map(str::to_owned)),
            None => (derived("heliograph/otel-trace", source.id, 16), None),
        };
        Some(Self {
            trace_id,
            span_id: derived("heliograph/otel-span", source.id, 8),
            parent_id,
            ended: metadata.at.unwrap_or(source.received_at).millis(),
            latency_ms: metadata.latency_ms,
            operation: operation(&request, &response),
            provider: payload.provider.as_deref().map(names::provider).filter(|name| !name.is_empty()),
            request_model,
            response_model: answered,
            input_tokens: metadata.prompt_tokens,
            output_tokens: metadata.completion_tokens,
            cost: payload.cost,
            request_id: payload.request_id.clone(),
            user: source.user_key.zip(payload.user_id.as_deref()).map(|(key, user)| hashed(key, user)),
            status: metadata.status,
            error,
        })
    }

    /// When it began, in milliseconds since 1970; when it ended where nobody knows how long it took.
    pub fn began(&self) -> i64 {
        let latency = i64::try_from(self.latency_ms.unwrap_or_default()).unwrap_or(i64::MAX);
        self.ended.saturating_sub(latency).max(0)
    }
}

/// A body's text; of a body that is a JSON string, that string.
fn text(body: Option<&Canonical>) -> Cow<'_, str> {
    match body {
        Some(body) => body.string_value().map_or(Cow::Borrowed(body.as_str()), Cow::Owned),
        None => Cow::Borrowed(""),
    }
}

/// A body's members; none where it is no object, or was cut.
fn fields(text: &str) -> Fields<'_> {
    serde_json::from_str(text).unwrap_or_default()
}

fn own_text(raw: &RawValue) -> Option<String> {
    serde_json::from_str(raw.get()).ok().filter(|text: &String| !text.is_empty())
}

/// What the request asks for, by what it has and by what came back. Most is chat, and so is what does not tell.
fn operation(request: &Fields<'_>, response: &Fields<'_>) -> &'static str {
    let has = |name: &str| request.get(name).is_some();
    let has_vectors = || ["data", "embeddings", "embedding"].iter().any(|name| response.get(name).is_some());
    if has("messages") {
        "chat"
    } else if has("contents") {
        "generate_content"
    } else if has("input") && has_vectors() {
        "embeddings"
    } else if has("prompt") {
        "text_completion"
    } else {
        "chat"
    }
}

/// The same for the same delivery, so that one which is sent twice makes one span.
fn derived(label: &str, id: &str, bytes: usize) -> String {
    hash::name(label, &[id], bytes)
}

fn hashed(key: &MacKey, user: &str) -> String {
    let tag = key.sign(&[user.as_bytes()]);
    let (head, _) = tag.split_at(16);
    hex::encode(head)
}
