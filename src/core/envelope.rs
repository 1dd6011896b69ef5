//! The one shape of every answer: `{"data":…,"error":null}` or `{"data":null,"error":"…","code":"…","field":"…"}`.

use serde::{Deserialize, Serialize};

use super::field::FieldError;

/// What kind of refusal or failure it is, for programs. A code that was once answered keeps its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The request as a whole is wrong.
    InvalidRequest,
    /// A field is wrong, or there is none of that name; `field` says which.
    InvalidField,
    /// No valid credential.
    Unauthorized,
    /// A valid credential that may not do this.
    Forbidden,
    /// There is nothing of that name.
    NotFound,
    /// The path has no such method.
    MethodNotAllowed,
    /// It exists already.
    AlreadyExists,
    /// There are as many as there may be.
    LimitReached,
    /// It is not in a state in which this can be done.
    Conflict,
    /// `If-Match` names another revision.
    RevisionMismatch,
    /// The body is too large.
    TooLarge,
    /// A `Content-Type` or `Content-Encoding` that is not taken.
    UnsupportedMediaType,
    /// The `Range` begins behind the end.
    RangeNotSatisfiable,
    /// The `Idempotency-Key` was used for another request.
    IdempotencyKeyReused,
    /// Too many requests for now.
    RateLimited,
    /// A setting of the deployment is wrong or missing; or something else of ours is.
    Internal,
    /// Nothing was changed; the same request is safe to repeat.
    Unavailable,
}

impl ErrorCode {
    /// Every code.
    pub const ALL: [Self; 17] = [
        Self::InvalidRequest,
        Self::InvalidField,
        Self::Unauthorized,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::AlreadyExists,
        Self::LimitReached,
        Self::Conflict,
        Self::RevisionMismatch,
        Self::TooLarge,
        Self::UnsupportedMediaType,
        Self::RangeNotSatisfiable,
        Self::IdempotencyKeyReused,
        Self::RateLimited,
        Self::Internal,
        Self::Unavailable,
    ];

    /// What a status means where nothing closer is said.
    fn of_status(status: u16) -> Self {
        match status {
            401 => Self::Unauthorized,
            403 => Self::Forbidden,
            404 => Self::NotFound,
            405 => Self::MethodNotAllowed,
            409 => Self::Conflict,
            412 => Self::RevisionMismatch,
            413 => Self::TooLarge,
            415 => Self::UnsupportedMediaType,
            416 => Self::RangeNotSatisfiable,
            422 => Self::IdempotencyKeyReused,
            429 => Self::RateLimited,
            503 => Self::Unavailable,
            500.. => Self::Internal,
            _ => Self::InvalidRequest,
        }
    }
}

/// A refusal or a failure, ready to be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// The HTTP status.
    pub status: u16,
    /// What was wrong, where, and what is allowed. Never holds what was sent.
    pub message: String,
    /// The same for programs.
    pub code: ErrorCode,
    /// The JSON path of the field that is wrong, where it is one.
    pub field: Option<String>,
    /// For 503 and 429: when to come back, in seconds.
    pub retry_after: Option<u32>,
    /// For 405: the methods that are allowed.
    pub allow: Option<&'static str>,
}

impl ApiError {
    /// An error with a status and a message.
    pub fn new(status: u16, message: impl Into<String>) -> Self {
        let code = ErrorCode::of_status(status);
        Self { status, message: message.into(), code, field: None, retry_after: None, allow: None }
    }

    /// 409: it exists already.
    pub fn exists(message: impl Into<String>) -> Self {
        Self { code: ErrorCode::AlreadyExists, ..Self::new(409, message) }
    }

    /// 409: there are as many as there may be.
    pub fn limit(message: impl Into<String>) -> Self {
        Self { code: ErrorCode::LimitReached, ..Self::new(409, message) }
    }

    /// 400: what was sent is wrong.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, message)
    }

    /// 404: there is nothing of that name, or nothing that this key may know of.
    pub fn not_found(what: &str) -> Self {
        Self::new(404, format!("{what} not found"))
    }

    /// 405, naming the methods that are allowed.
    pub fn method(allow: &'static str) -> Self {
        Self { allow: Some(allow), ..Self::new(405, format!("method not allowed; allowed: {allow}")) }
    }

    /// 503: nothing was accepted, and the same request is safe to repeat.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self { retry_after: Some(5), ..Self::new(503, message) }
    }

    /// 429: too many for now; when to come back, in seconds.
    pub fn too_many(retry_after: u32) -> Self {
        let message = format!("too many requests: come back in {retry_after} seconds");
        Self { retry_after: Some(retry_after), ..Self::new(429, message) }
    }

    /// 500: this deployment is set up wrongly; `message` names the setting.
    pub fn misconfigured(message: impl Into<String>) -> Self {
        Self::new(500, message)
    }

    /// What the field that is wrong must be: the message without its name.
    pub fn rule(&self) -> &str {
        let field = self.field.as_deref().unwrap_or_default();
        let rest = self.message.strip_prefix(field).and_then(|rest| rest.strip_prefix(": "));
        rest.unwrap_or(&self.message)
    }

    /// The body.
    pub fn body(&self) -> Vec<u8> {
        render(&Refused { data: (), error: &self.message, code: self.code, field: self.field.as_deref() })
    }
}

impl From<FieldError> for ApiError {
    fn from(error: FieldError) -> Self {
        let message = error.to_string();
        match error.path.is_empty() {
            true => Self::bad_request(message),
            false => {
                Self { code: ErrorCode::InvalidField, field: Some(error.path), ..Self::bad_request(message) }
            }
        }
    }
}

/// The body of a success.
pub fn success<T: Serialize>(data: &T) -> Vec<u8> {
    render(&Envelope { data, error: () })
}

#[derive(Serialize)]
struct Envelope<'a, T> {
    data: &'a T,
    error: (),
}

#[derive(Serialize)]
struct Refused<'a> {
    data: (),
    error: &'a str,
    code: ErrorCode,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
}

fn render<T: Serialize>(envelope: &T) -> Vec<u8> {
    serde_json::to_vec(envelope).unwrap_or_else(|_| {
        br#"{"data":null,"error":"the answer could not be written","code":"internal"}"#.to_vec()
    })
}
