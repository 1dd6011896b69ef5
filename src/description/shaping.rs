//! The setting `fields`.

use serde_json::{Value, json};

use crate::core::shaping::{Bodies, Detector, EDGES, MAX_PATH, MAX_PATHS, MAX_REPLACEMENT};

/// Names, `[n]`, `[*]`, a quoted name, and `*`.
const PATH: &str = r#"^\$?\.?(?:\*|[^.\[\]"'*$]+)(?:\.(?:\*|[^.\[\]"'*]+)|\[(?:[0-9]{1,9}|\*)\])*$"#;

/// What of an event leaves.
pub fn fields() -> Value {
    let paths = |text: &str| {
        json!({
            "type": ["array", "null"], "minItems": 1, "maxItems": MAX_PATHS,
            "items": {"type": "string", "minLength": 1, "maxLength": MAX_PATH, "pattern": PATH},
            "description": text,
        })
    };
    let mut bodies: Vec<Value> = Bodies::ALL.iter().map(|(name, _)| Value::from(*name)).collect();
    bodies.push(Value::Null);
    let detectors: Vec<&str> = Detector::ALL.into_iter().map(Detector::name).collect();
    let edges = EDGES.replace('[', r"\[").replace(']', r"\]");
    json!({
        "type": ["object", "null"],
        "additionalProperties": false,
        "description": "What of an event leaves for this webhook; all of it where absent. Holds for the body, for what is cut of it, and for what its signed URL gives. A change replaces it as a whole.",
        "properties": {
            "include": paths("These fields alone leave, beside the event's ids, type and time. Not together with `exclude`."),
            "exclude": paths("These fields do not leave, such as `response_body.choices[*].message.content`."),
            "bodies": {
                "type": ["string", "null"], "enum": bodies, "default": "truncated",
                "description": "`truncated`: cut over 10 KB as `oversize` says. `full`: uncut up to 1 MiB each. `none`: neither bodies nor a URL of them.",
            },
            "redact": {
                "type": ["object", "null"],
                "additionalProperties": false,
                "description": "What is replaced.",
                "anyOf": [
                    {"required": ["paths"], "properties": {"paths": {"type": "array"}}},
                    {"required": ["detectors"], "properties": {"detectors": {"type": ["array", "string"]}}},
                ],
                "properties": {
                    "paths": paths("Whole values."),
                    "detectors": {
                        "anyOf": [
                            {"const": "all"},
                            {"type": "array", "minItems": 1, "items": {"type": "string", "enum": detectors}},
                            {"type": "null"},
                        ],
                        "description": "Personal data and secrets, wherever they stand in a text or a key.",
                    },
                    "replacement": {
                        "type": ["string", "null"], "minLength": 1, "maxLength": MAX_REPLACEMENT,
                        "pattern": format!("^(?:[{edges}]|[{edges}][A-Za-z _-]*[{edges}])$"),
                        "description": "What stands in place of what is replaced; where absent, the detector's name in brackets, or `[redacted]`.",
                    },
                },
            },
            "hashUserId": {
                "type": ["boolean", "null"], "default": false,
                "description": "Whether the user's id leaves as a hash: the same at each delivery of this webhook, another for each webhook.",
            },
        },
    })
}
