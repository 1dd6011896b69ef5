//! An event as a gateway sends it: the fields that `core::event` reads, under every name that it reads them by.

use serde_json::{Map, Value, json};

use crate::core::event::{MAX_EVENT_TYPE, MAX_ID, MAX_STATUS, MAX_TEXT, REQUEST_COMPLETED};

/// Names that fields are read by besides their own. They are told in the fields' descriptions alone: where both are
/// given the first one counts, which no schema can say.
pub const ALIASES: [(&str, &str); 7] = [
    ("requestId", "request_id"),
    ("userId", "user_id"),
    ("cost_usd", "cost"),
    ("latencyMs", "latency_ms"),
    ("latency", "latency_ms"),
    ("request_body", "request"),
    ("response_body", "response"),
];

/// The schema.
pub fn schema() -> Value {
    let mut fields = fields();
    for (alias, name) in ALIASES {
        if let Some(Value::String(text)) = fields.get_mut(name).and_then(|field| field.get_mut("description"))
        {
            text.push_str(&format!(" Also read as `{alias}`."));
        }
    }
    json!({
        "type": "object",
        "description": "An event. Fields that are not known are kept, and passed on with the full exchange.",
        "required": ["request_id"],
        "maxProperties": 1000,
        "properties": fields,
    })
}

fn fields() -> Map<String, Value> {
    let short = |text: &str| json!({"type": ["string", "null"], "maxLength": MAX_TEXT, "description": text});
    let amount = |text: &str| json!({"type": ["number", "null"], "minimum": 0, "description": text});
    let id = |null: bool, text: &str| {
        let kind = if null { json!(["string", "null"]) } else { json!("string") };
        json!({
            "type": kind, "minLength": 1, "maxLength": MAX_ID, "pattern": r"^[^\u0000-\u001f\u007f-\u009f]+$",
            "description": text,
        })
    };
    let tokens = || json!({"type": ["integer", "null"], "minimum": 0, "maximum": 9_007_199_254_740_991_u64});
    let fields = json!({
        "request_id": id(false, "The gateway's id of the LLM request, without control characters."),
        "id": id(true, "The event's own id, which tells a repetition; `{type}:{request_id}` where absent."),
        "type": {
            "type": ["string", "null"], "pattern": r"^[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*$",
            "maxLength": MAX_EVENT_TYPE, "default": REQUEST_COMPLETED,
            "description": "Dot-separated parts of letters, digits and underscores.",
        },
        "created_at": {
            "anyOf": [
                {"type": "string", "format": "date-time", "pattern": "^(?:19[7-9]|2[0-9]{2})[0-9]"},
                {"type": "number", "minimum": 0, "maximum": 253_402_300_799_999_i64},
                {"type": "null"},
            ],
            "description": "When it happened: RFC 3339, or seconds or milliseconds since 1970. The time of intake where absent.",
        },
        "user_id": short("The end user that the request was made for."),
        "properties": {
            "type": ["object", "null"], "maxProperties": 1000,
            "description": "Custom properties, which filters look at.",
        },
        "model": short("The model that answered, else the one that was asked."),
        "provider": short("The provider, in the gateway's spelling."),
        "status": {
            "anyOf": [
                {"type": "integer", "minimum": 0, "maximum": 999},
                {"type": "string", "maxLength": MAX_STATUS},
                {"type": "null"},
            ],
            "description": "The HTTP status that the provider answered, or the gateway's word for the outcome.",
        },
        "usage": {
            "type": ["object", "null"], "maxProperties": 1000,
            "properties": {"prompt_tokens": tokens(), "completion_tokens": tokens(), "total_tokens": tokens()},
            "description": "Token counts; the names that providers use are understood, and details are passed on.",
        },
        "cost": amount("In US dollars. Where it is absent, the cost of a request is told from provider, model and token counts (`docs/PRICES.md`); deliveries then say how in `webhook-cost-status`: `exact`, `estimated`, `cache_hit`, `unknown_model`, `unknown_provider` or `no_usage`."),
        "latency_ms": amount("How long the provider took, in milliseconds."),
        "trace_id": short("W3C trace context."),
        "span_id": short("W3C trace context."),
        "traceparent": short("W3C trace context, passed on with each delivery."),
        "request": {"description": "The request's body: any JSON."},
        "response": {"description": "The response's body: any JSON."},
        "data": {"description": "The event's own data, for types other than requests: any JSON."},
    });
    match fields {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}
