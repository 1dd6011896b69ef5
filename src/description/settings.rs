//! What a client may set on a webhook, field by field. A field that `core::subscription` learns gets a line in `fields`;
//! a native test fails until it has one.

use serde_json::{Map, Value, json};

use super::{
    operation::{object, schema_ref},
    shaping,
};
use crate::core::{
    api_version::ApiVersion,
    delivery::headers::{MAX_BYTES, MAX_HEADERS, MAX_NAME, MAX_VALUE},
    destination::MAX_URL,
    event::{MAX_EVENT_TYPE, MAX_EVENT_TYPES, REQUEST_COMPLETED},
    retry,
    shaping::SETTINGS,
    signature::SignatureScheme,
    subscription::bounds,
};

/// `whsec_` and the base64 of 24 to 64 bytes, as far as a pattern says it plainly.
pub const SIGNING_SECRET: &str = "^whsec_[A-Za-z0-9+/]{32,86}={0,2}$";

/// A type, a prefix, or all.
pub const EVENT_TYPE_PATTERN: &str = r"^(?:\*|[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*(?:\.\*)?)$";

/// `POST /v1/webhooks`.
pub fn creation() -> Value {
    let mut fields = fields(false);
    fields.insert(
        "signing_secret".to_owned(),
        json!({
            "type": ["string", "null"], "pattern": SIGNING_SECRET,
            "description": "A Standard Webhooks secret of your own: `whsec_` and the base64 of 24 to 64 bytes. Made up where absent.",
        }),
    );
    fields.insert("headers".to_owned(), headers(false));
    object("A new webhook.", &["destination"], fields)
}

/// `PATCH /v1/webhooks/{id}`.
pub fn change() -> Value {
    let mut fields = fields(true);
    fields.insert("headers".to_owned(), headers(true));
    object(
        "A JSON merge patch (RFC 7396): what is given replaces what is there, objects merge, null restores the default.",
        &[],
        fields,
    )
}

/// `POST /v1/webhooks/shape`.
pub fn shaping() -> Value {
    let mut members = fields(false);
    members.retain(|name, _| SETTINGS.contains(&name.as_str()));
    let event = json!({
        "anyOf": [schema_ref("Event"), {"type": "null"}],
        "description": "The event to look at; the newest archived one where absent.",
    });
    members.insert("event".to_owned(), event);
    if let Some(fields) = members.get_mut("fields").and_then(Value::as_object_mut) {
        fields.insert("type".to_owned(), "object".into());
    }
    object("A webhook's settings as in a creation, as far as they decide what is sent.", &["fields"], members)
}

/// The fields that decide which events a webhook gets.
pub fn criteria() -> Map<String, Value> {
    let mut fields = fields(false);
    fields.retain(|name, _| bounds::CRITERIA.contains(&name.as_str()));
    fields
}

/// Headers of the owner's own; in a change a null removes one, and the bound is on what comes of it.
fn headers(is_change: bool) -> Value {
    let mut headers = json!({
        "type": ["object", "null"],
        "propertyNames": {"minLength": 1, "maxLength": MAX_NAME, "pattern": "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"},
        "additionalProperties": {
            "type": if is_change { json!(["string", "null"]) } else { json!("string") },
            "minLength": 1, "maxLength": MAX_VALUE, "pattern": "^[ -~]*[!-~][ -~]*$",
        },
        "description": format!(
            "Headers sent with each delivery, such as an API key for the endpoint; their values are never shown again. At most \
             {MAX_HEADERS} of {MAX_BYTES} bytes in all, each named once, in whatever case. Refused are those that frame the message, \
             tell where it comes from, or belong to Heliograph, such as `Host`, `Content-Type`, `X-Forwarded-*` and `Webhook-*`."
        ),
    });
    if let (false, Some(headers)) = (is_change, headers.as_object_mut()) {
        headers.insert("maxProperties".to_owned(), MAX_HEADERS.into());
    }
    headers
}

/// Every field that can be set, as it stands in a creation or in a change.
fn fields(is_change: bool) -> Map<String, Value> {
    let rate = json!({
        "type": ["number", "null"], "minimum": 0, "maximum": 100, "default": 100,
        "description": "Percent of the matching events.",
    });
    let filters = json!({
        "type": ["array", "null"], "maxItems": bounds::MAX_FILTERS, "default": [],
        "description": "Conditions on custom properties, all of which must hold.",
        "items": {
            "type": "object",
            "required": ["key", "value"],
            "properties": {
                "key": {"type": "string", "minLength": 1, "maxLength": bounds::MAX_FILTER_TEXT, "description": "The property's name; case does not count. The bound is in bytes."},
                "value": {"type": "string", "maxLength": bounds::MAX_FILTER_TEXT, "description": "The value, compared exactly. The bound is in bytes."},
            },
        },
    });
    let versions: Vec<Value> =
        ApiVersion::ALL.map(|version| version.name().into()).into_iter().chain([Value::Null]).collect();
    let schemes: Vec<&str> = SignatureScheme::ALL.into_iter().map(SignatureScheme::name).collect();
    let fields = json!({
        "destination": {
            "type": "string", "pattern": r"^https://[^/]+\.[A-Za-z]", "maxLength": MAX_URL,
            "description": "The endpoint: an `https://` URL that names a public host on port 443, without user name or fragment.",
        },
        "handshake": {
            "type": ["boolean", "null"], "default": false,
            "description": "Whether the endpoint is asked first, by CloudEvents' web-hook handshake (an `OPTIONS` with `WebHook-Request-Origin`): at creation, at each change of `destination`, and when this is turned on. One that does not allow it is refused; what it allows a minute bounds `rateLimit`.",
        },
        "description": {
            "type": ["string", "null"], "maxLength": bounds::MAX_DESCRIPTION, "description": "For people.",
        },
        "metadata": {
            "type": ["object", "null"],
            "propertyNames": {"minLength": 1, "maxLength": bounds::MAX_METADATA_KEY},
            "additionalProperties": {
                "type": if is_change { json!(["string", "null"]) } else { json!("string") },
                "maxLength": bounds::MAX_METADATA_VALUE,
            },
            "description": format!("For programs: at most {} names and texts of your own.", bounds::MAX_METADATA),
        },
        "status": choice(&["active", "paused"], "What a paused webhook matches is archived and held: not sent, and not lost."),
        "eventTypes": {
            "type": ["array", "null"], "maxItems": MAX_EVENT_TYPES, "default": [REQUEST_COMPLETED],
            "items": {"type": "string", "pattern": EVENT_TYPE_PATTERN, "maxLength": MAX_EVENT_TYPE},
            "description": "Types such as `request.completed`, prefixes such as `request.*`, or `*` for all but the operational ones (`endpoint.*`, `delivery.*`), which have to be named.",
        },
        "sampleRate": rate,
        "propertyFilters": filters,
        "filter": {
            "anyOf": [{"$ref": "#/components/schemas/Filter"}, {"type": "null"}],
            "description": "A condition on the event's content, such as `{\"cost\": {\"$gt\": 0.5}}`. A change replaces it as a whole.",
        },
        "includeData": {
            "type": ["boolean", "null"], "default": true,
            "description": "Whether the URL of the full exchange, model, provider and metadata are sent along.",
        },
        "format": choice(&["helicone", "standard", "cloudevents"], "The shape of the body. `helicone` is for `request.*`; other types are then sent as `standard`."),
        "contentMode": choice(&["structured", "binary"], "Where the attributes of a CloudEvent stand: in the body, or in `ce-` headers, which no signature covers."),
        "oversize": choice(&["truncate", "marker"], "What becomes of a body over 10 KB: its first 10,240 bytes as a string, or Helicone's marker text."),
        "fields": shaping::fields(),
        "apiVersion": {
            "enum": versions, "default": ApiVersion::NEWEST,
            "description": "The version of what is delivered. A webhook stays at the one that was the newest when it was created.",
        },
        "retrySchedule": {
            "type": ["array", "null"], "maxItems": retry::MAX_RETRIES,
            "items": {"type": "integer", "minimum": 0, "maximum": retry::MAX_DELAY_SECONDS},
            "description": "Delays before the retries in seconds; the deployment's schedule where absent.",
        },
        "timeoutMs": {
            "type": ["integer", "null"], "minimum": bounds::TIMEOUT_MS.start(), "maximum": bounds::TIMEOUT_MS.end(),
            "description": "The deadline of one attempt in milliseconds; the deployment's where absent.",
        },
        "rateLimit": {
            "type": ["integer", "null"], "minimum": bounds::RATE_LIMIT.start(), "maximum": bounds::RATE_LIMIT.end(),
            "description": "How many attempts are made in a second at most; as many as come where absent. What is over waits, and that costs no attempt.",
        },
        "signatures": {
            "type": ["array", "null"], "minItems": 1, "items": {"type": "string", "enum": schemes}, "default": ["helicone", "v1"],
            "contains": {"enum": ["v1", "v1a"]},
            "description": "What deliveries are signed with: `v1` or `v1a` or both, and `helicone` beside them.",
        },
        "config": {
            "type": ["object", "null"],
            "description": "Helicone's place for two of the fields. Where both are given, the one outside counts.",
            "properties": {"sampleRate": rate, "propertyFilters": filters},
        },
    });
    match fields {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// One of some words; the first is the default.
fn choice(words: &[&str], text: &str) -> Value {
    let mut allowed: Vec<Value> = words.iter().copied().map(Value::from).collect();
    allowed.push(Value::Null);
    json!({"type": ["string", "null"], "enum": allowed, "default": words.first(), "description": text})
}
