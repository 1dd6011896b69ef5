//! Events, what becomes of them, and what is known of their types.

use serde_json::{Value, json};

use super::shared::{PLACE, to_value};
use crate::core::{
    answer::{Accepted, Logged},
    api_version::ApiVersion,
    event::catalogue::example,
    event_types::ShownAs,
    format::ContentMode,
    intake::Rejection,
};

/// An event, as a gateway sends it.
pub fn event() -> Value {
    example("request.completed", "0f4d7f3e-6d0c-4c53-9a53-1f6f1d2b7c11")
}

/// A span of an LLM call, as an OpenTelemetry SDK exports it.
pub fn traces() -> Value {
    let text = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
    let number = |key: &str, value: &str| json!({"key": key, "value": {"intValue": value}});
    let messages =
        json!([{"role": "user", "parts": [{"type": "text", "content": "Say hello."}]}]).to_string();
    let span = json!({
        "traceId": "4bf92f3577b34da6a3ce929d0e0e4736",
        "spanId": "00f067aa0ba902b7",
        "name": "chat gpt-4o",
        "kind": 3,
        "startTimeUnixNano": "1795251599070000000",
        "endTimeUnixNano": "1795251600000000000",
        "attributes": [
            text("gen_ai.operation.name", "chat"),
            text("gen_ai.provider.name", "openai"),
            text("gen_ai.request.model", "gpt-4o"),
            text("gen_ai.response.model", "gpt-4o-2024-08-06"),
            number("gen_ai.usage.input_tokens", "13"),
            number("gen_ai.usage.output_tokens", "17"),
            text("gen_ai.input.messages", &messages),
            text("user.id", "test-user"),
        ],
    });
    json!({"resourceSpans": [{
        "resource": {"attributes": [text("service.name", "shop")]},
        "scopeSpans": [{"scope": {"name": "instrumentation"}, "spans": [span]}],
    }]})
}

/// Several of different types.
pub fn events() -> Value {
    json!([event(), example("guardrail.blocked", "5b2f7c11-9a53-4c53-6d0c-0f4d7f3e1f6f")])
}

/// The same as NDJSON.
pub fn ndjson() -> Value {
    let lines: Vec<String> =
        events().as_array().into_iter().flatten().map(|event| format!("{event}\n")).collect();
    lines.concat().into()
}

/// What became of events.
pub fn accepted() -> Value {
    let error =
        "request_id: is required: a non-empty string of at most 256 characters without control characters";
    to_value(&Accepted {
        accepted: 2,
        deliveries: 2,
        held: 0,
        rejected: vec![Rejection { index: 1, error: error.to_owned() }],
    })
}

/// What became of a log.
pub fn logged() -> Value {
    to_value(&Logged { request_id: "0f4d7f3e-6d0c-4c53-9a53-1f6f1d2b7c11", deliveries: 1, held: 0 })
}

/// A full exchange.
pub fn exchange() -> Value {
    let event = event();
    json!({"request": event.get("request"), "response": event.get("response")})
}

/// An event type as the catalogue shows it.
pub fn event_type() -> Value {
    let shown = ShownAs { version: ApiVersion::NEWEST, format: None, content_mode: ContentMode::default() };
    to_value(&shown.one("eval.failed", &[], PLACE))
}
