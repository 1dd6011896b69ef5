//! What is refused, and how: one component for each status, all in the one envelope.

use serde_json::{Map, Value, json};

use crate::core::{
    envelope::{ApiError, ErrorCode},
    field::FieldError,
};

/// Status, name, what it means, and an example of its message.
const ERRORS: [(u16, &str, &str, &str); 14] = [
    (
        400,
        "BadRequest",
        "What was sent is wrong; the error names the field and says what is allowed there.",
        "sampleRate: Sample rate must be between 0 and 100 (a number, in percent)",
    ),
    (
        401,
        "Unauthorized",
        "No valid credential.",
        "authorization: a valid API key is required, as `Bearer <key>`",
    ),
    (
        403,
        "Forbidden",
        "A valid credential that may not do this.",
        "this key may not do that: the scope webhooks:write is required",
    ),
    (
        404,
        "NotFound",
        "There is nothing of that name, or nothing that this key may know of.",
        "webhook not found",
    ),
    (408, "Timeout", "The body did not arrive in time.", "the body did not arrive in time"),
    (
        409,
        "Conflict",
        "It exists already, or there are as many as there may be.",
        "an org may have at most 100 webhooks; delete one first",
    ),
    (
        412,
        "PreconditionFailed",
        "`If-Match` names another revision than the current one.",
        "the webhook was changed by somebody else; read again and repeat the change",
    ),
    (
        413,
        "TooLarge",
        "The body is larger than this call takes, counted after decompression.",
        "the body is too large: at most 262144 bytes are taken, counted after decompression",
    ),
    (
        415,
        "UnsupportedMediaType",
        "A `Content-Type` or `Content-Encoding` that is not taken here.",
        "content-encoding: must be gzip or absent",
    ),
    (
        416,
        "RangeNotSatisfiable",
        "The `Range` begins behind the end of what there is.",
        "range: begins behind the end; the exchange has 156 bytes",
    ),
    (
        422,
        "IdempotencyKeyReused",
        "The `Idempotency-Key` was used for another request.",
        "idempotency-key: was used for another request; use a new key",
    ),
    (
        429,
        "TooMany",
        "There are too many requests for now; `Retry-After` says when to come back.",
        "too many requests: come back in 10 seconds",
    ),
    (
        500,
        "Misconfigured",
        "The deployment is set up wrongly; the error names the setting.",
        "SEALING_KEY: must be 64 hex characters",
    ),
    (
        503,
        "Unavailable",
        "Nothing was changed; the same request is safe to repeat.",
        "the registry could not write; nothing was changed",
    ),
];

/// The body of every refusal and failure.
pub fn schema() -> Value {
    json!({
        "type": "object",
        "description": "A refusal or a failure.",
        "required": ["data", "error", "code"],
        "properties": {
            "data": {"type": "null"},
            "error": {"type": "string", "description": "What was wrong, where, and what is allowed. Never holds what was sent."},
            "code": {"enum": ErrorCode::ALL, "description": "The same for programs. A code keeps its meaning; more may come."},
            "field": {"type": "string", "description": "The JSON path of the field that is wrong, where it is one."},
        },
    })
}

/// The name of the component for a status.
pub fn name(status: u16) -> &'static str {
    ERRORS.iter().find(|(known, ..)| *known == status).map_or("Unavailable", |(_, name, ..)| name)
}

/// Every component.
pub fn all() -> Value {
    ERRORS
        .iter()
        .map(|(status, name, text, message)| ((*name).to_owned(), response(*status, text, message)))
        .collect::<Map<_, _>>()
        .into()
}

fn response(status: u16, text: &str, message: &str) -> Value {
    let error = match (status, message.split_once(": ")) {
        (400, Some((field, problem))) => FieldError::new(field, problem).into(),
        (409, _) => ApiError::limit(message),
        _ => ApiError::new(status, message),
    };
    let example: Value = serde_json::from_slice(&error.body()).unwrap_or_default();
    let mut response = json!({
        "description": text,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}, "example": example}},
    });
    let header = match status {
        401 => Some("WWW-Authenticate"),
        416 => Some("Content-Range"),
        429 | 503 => Some("Retry-After"),
        _ => None,
    };
    if let (Some(header), Some(fields)) = (header, response.as_object_mut()) {
        let reference = json!({"$ref": format!("#/components/headers/{header}")});
        fields.insert("headers".to_owned(), json!({header: reference}));
    }
    response
}
