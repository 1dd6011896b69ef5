//! One body, in whatever form it was delivered.

use serde_json::Value;

use crate::core::json::Canonical;

/// How the text begins that Helicone sends in place of a body over 10 KB.
const TOO_LARGE: &str = "Body too large for webhook";

static NOTHING: Value = Value::Null;

/// The body of a request or a response.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Body {
    /// JSON: an object or a list, also one that came as text inside a JSON string, or a number or boolean.
    Json(Value),
    /// Text that is no JSON, or JSON that can't be held: nested deeper than 127 levels, or with a number beyond a double.
    Text(String),
    /// JSON text that stops before its end: a body over 10 KB that was cut.
    Cut(String),
    /// Too large to be delivered; it has to be fetched.
    TooLarge,
    /// Not there, `null`, or empty text.
    #[default]
    Absent,
}

impl Body {
    /// Reads a body from its JSON text. Text that is no JSON is taken as it is.
    pub fn from_json(text: &str) -> Self {
        parse(text).map_or_else(|_| Self::from_text(text.to_owned()), Self::from_value)
    }

    /// Reads a body from its JSON value.
    pub fn from_value(value: Value) -> Self {
        match value {
            Value::Null => Self::Absent,
            Value::String(text) => Self::from_text(text),
            value => Self::Json(value),
        }
    }

    /// Reads a body from the text that a gateway took off the wire.
    pub fn from_text(text: String) -> Self {
        let start = text.trim_start();
        if start.is_empty() {
            return Self::Absent;
        }
        if start.starts_with(TOO_LARGE) {
            return Self::TooLarge;
        }
        if !start.starts_with(['{', '[']) {
            return Self::Text(text);
        }
        match parse(&text) {
            Ok(value) => Self::Json(value),
            Err(error) if error.is_eof() => Self::Cut(text),
            Err(_) => Self::Text(text),
        }
    }

    /// The JSON that it holds, `null` where it holds none.
    pub fn json(&self) -> &Value {
        if let Self::Json(value) = self { value } else { &NOTHING }
    }
}

/// Parses, with escaped lone surrogates read as U+FFFD.
pub(super) fn parse(text: &str) -> Result<Value, serde_json::Error> {
    serde_json::from_str(text).or_else(|error| match Canonical::from_text(text) {
        Ok(repaired) => serde_json::from_str(repaired.as_str()),
        Err(_) => Err(error),
    })
}
