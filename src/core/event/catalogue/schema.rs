//! JSON Schemas (draft 2020-12) of what is delivered: of each type, in each version and format. All allow for members that they
//! don't name, since members may be added within a version.

use serde_json::{Map, Value, json};

use super::Spec;
use crate::core::{
    api_version::ApiVersion,
    event::is_request,
    format::{ContentMode, Format},
};

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Where the schema of a type's `data` is served, below the deployment's address.
pub fn schema_path(event_type: &str, version: ApiVersion) -> String {
    format!("/schemas/{}/{event_type}.json", version.name())
}

/// The schema of the `data` of a type in a version, or of a type that an org describes with a schema of its own.
pub fn data_schema(spec: Option<&Spec>, own: Option<&Value>, version: ApiVersion) -> Value {
    let mut properties = common(version);
    let mut required = vec![json!("request_id")];
    let known: Option<Value> = spec.and_then(|spec| serde_json::from_str(spec.own).ok());
    if let Some(known) = known {
        properties.extend(known.get("properties").and_then(Value::as_object).cloned().unwrap_or_default());
        required.extend(known.get("required").and_then(Value::as_array).cloned().unwrap_or_default());
    }
    let mut schema = json!({
        "$schema": DRAFT, "type": "object", "required": required, "properties": properties,
    });
    if let (Some(own), Some(schema)) = (own, schema.as_object_mut()) {
        let mut own = own.clone();
        if let Some(own) = own.as_object_mut() {
            own.remove("$schema");
        }
        schema.insert("allOf".to_owned(), json!([own]));
    }
    schema
}

/// The schema of a whole body: of the type, in the version and the format.
pub fn body_schema(
    event_type: &str,
    data: Value,
    version: ApiVersion,
    format: Format,
    mode: ContentMode,
) -> Value {
    match (format, mode) {
        (Format::Helicone, _) if is_request(event_type) => helicone(),
        (Format::Helicone | Format::Standard, _) => standard(event_type, data),
        (Format::CloudEvents, ContentMode::Structured) => cloud_event(event_type, data, version),
        (Format::CloudEvents, ContentMode::Binary) => data,
    }
}

/// The members of `data` that a type may have whatever it is.
fn common(version: ApiVersion) -> Map<String, Value> {
    let text = |about: &str| json!({"type": "string", "description": about});
    let status = match version {
        ApiVersion::V2026_11_01 => json!({
            "type": ["integer", "string"],
            "description": "The HTTP status that the provider answered, or the gateway's word for the outcome.",
        }),
        ApiVersion::V2026_11_21 => json!({
            "type": "integer", "minimum": 0, "maximum": 999,
            "description": "The HTTP status that the provider answered.",
        }),
    };
    let members = json!({
        "request_id": {"type": "string", "minLength": 1, "description": "The gateway's id of the LLM request."},
        "user_id": text("The end user that the request was made for."),
        "model": text("The model that answered, else the one that was asked."),
        "provider": text("The provider, in the gateway's spelling."),
        "status": status,
        "cost": {"type": "number", "minimum": 0, "description": "In US dollars; absent where nobody knows it."},
        "cost_status": text("How the cost came about, or why there is none, where it did not come with the event: exact, estimated, cache_hit, unknown_model, unknown_provider or no_usage."),
        "usage": {"type": "object", "description": "Token counts, under OpenAI's names."},
        "latency_ms": {"type": "number", "minimum": 0, "description": "How long the provider took."},
        "properties": {"type": "object", "description": "Custom properties."},
        "trace_id": text("The gateway's id of the trace."),
        "span_id": text("The gateway's id of the span."),
        "request_body": {"description": "The request's body, cut where it is over 10 KB."},
        "response_body": {"description": "The response's body, likewise."},
        "request_response_url": {
            "type": "string", "format": "uri", "description": "Where the full exchange is, for half an hour.",
        },
    });
    let mut members = members.as_object().cloned().unwrap_or_default();
    if version >= ApiVersion::V2026_11_21 {
        let about =
            "success or error, by the status; the gateway's own word where it said one instead of a status.";
        members.insert("outcome".to_owned(), text(about));
    }
    members
}

fn standard(event_type: &str, data: Value) -> Value {
    json!({
        "$schema": DRAFT,
        "type": "object",
        "required": ["type", "timestamp", "data", "delivery"],
        "properties": {
            "type": {"const": event_type},
            "timestamp": {"type": "string", "format": "date-time", "description": "When the event happened."},
            "data": nested(data),
            "delivery": {
                "type": "object",
                "required": ["id", "attempt", "timestamp"],
                "properties": {
                    "id": {"type": "string", "description": "The same at each attempt: the idempotency key."},
                    "attempt": {"type": "integer", "minimum": 1, "description": "Counts the attempts."},
                    "timestamp": {"type": "string", "format": "date-time", "description": "When this one was made."},
                },
            },
        },
    })
}

fn cloud_event(event_type: &str, data: Value, version: ApiVersion) -> Value {
    json!({
        "$schema": DRAFT,
        "type": "object",
        "required": ["specversion", "id", "source", "type", "data"],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": {"type": "string", "minLength": 1, "description": "The event's id."},
            "source": {"type": "string", "format": "uri-reference", "minLength": 1, "description": "The org."},
            "type": {"const": event_type},
            "time": {"type": "string", "format": "date-time"},
            "subject": {"type": "string", "description": "The gateway's id of the LLM request."},
            "datacontenttype": {"const": "application/json"},
            "dataschema": {"type": "string", "format": "uri", "description": format!("Ends in {}.", schema_path(event_type, version))},
            "traceparent": {"type": "string"},
            "data": nested(data),
        },
    })
}

/// Helicone's flat body, whatever the version.
fn helicone() -> Value {
    let count = json!({"type": "integer", "minimum": 0});
    json!({
        "$schema": DRAFT,
        "type": "object",
        "required": ["request_id", "request_body", "response_body"],
        "properties": {
            "request_id": {"type": "string", "minLength": 1},
            "request_body": {}, "response_body": {},
            "user_id": {"type": "string"},
            "request_response_url": {"type": "string", "format": "uri"},
            "model": {"type": "string"},
            "provider": {"type": "string"},
            "metadata": {
                "type": "object",
                "properties": {
                    "cost": {"type": "number", "minimum": 0},
                    "promptTokens": count, "completionTokens": count, "totalTokens": count,
                    "latencyMs": {"type": "number", "minimum": 0},
                },
            },
        },
    })
}

/// A schema as a part of another one, which alone says what draft it is of.
fn nested(mut schema: Value) -> Value {
    if let Some(schema) = schema.as_object_mut() {
        schema.remove("$schema");
    }
    schema
}
