//! The one shape of every answer: `{"data":…,"error":null}` or `{"data":null,"error":"…"}`.

use serde::Serialize;

use super::field::FieldError;

/// A refusal or a failure, ready to be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// The HTTP status.
    pub status: u16,
    /// What was wrong, where, and what is allowed. Never holds what was sent.
    pub message: String,
    /// For 503 and 429: when to come back, in seconds.
    pub retry_after: Option<u32>,
    /// For 405: the methods that are allowed.
    pub allow: Option<&'static str>,
}

impl ApiError {
    /// An error with a status and a message.
    pub fn new(status: u16, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), retry_after: None, allow: None }
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

    /// 500: this deployment is set up wrongly; `message` names the setting.
    pub fn misconfigured(message: impl Into<String>) -> Self {
        Self::new(500, message)
    }

    /// The body.
    pub fn body(&self) -> Vec<u8> {
        render(&Envelope::<()> { data: None, error: Some(&self.message) })
    }
}

impl From<FieldError> for ApiError {
    fn from(error: FieldError) -> Self {
        Self::bad_request(error.to_string())
    }
}

/// The body of a success.
pub fn success<T: Serialize>(data: &T) -> Vec<u8> {
    render(&Envelope { data: Some(data), error: None })
}

#[derive(Serialize)]
struct Envelope<'a, T> {
    data: Option<&'a T>,
    error: Option<&'a str>,
}

fn render<T: Serialize>(envelope: &Envelope<'_, T>) -> Vec<u8> {
    serde_json::to_vec(envelope)
        .unwrap_or_else(|_| br#"{"data":null,"error":"the answer could not be written"}"#.to_vec())
}
