//! What a field may hold, each error naming the field and saying what it must be.

use serde_json::value::RawValue;

use crate::core::{
    field::FieldError,
    json::{Canonical, Fields},
};

/// The longest id, in characters.
pub const MAX_ID: usize = 256;
/// The longest short text, such as a model's name, in characters.
pub const MAX_TEXT: usize = 1024;

pub(super) const ID_RULE: &str = "a non-empty string of at most 256 characters without control characters";

/// The kind of a JSON value, for errors: what was sent is never repeated.
pub(super) fn kind_of(raw: &RawValue) -> &'static str {
    match raw.get().as_bytes().first() {
        Some(b'"') => "a string",
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "that number",
    }
}

pub(in crate::core) fn object<'a>(raw: &'a RawValue, path: &str) -> Result<Fields<'a>, FieldError> {
    if !raw.get().starts_with('{') {
        return Err(FieldError::new(path, format!("must be a JSON object, not {}", kind_of(raw))));
    }
    serde_json::from_str(raw.get()).map_err(|_| {
        FieldError::new(path, "must be a JSON object of at most 1,000 fields whose keys are valid Unicode")
    })
}

pub(in crate::core) fn number(raw: &RawValue, path: &str) -> Result<f64, FieldError> {
    serde_json::from_str::<f64>(raw.get())
        .ok()
        .filter(|number| number.is_finite())
        .ok_or_else(|| FieldError::new(path, format!("must be a number, not {}", kind_of(raw))))
}

pub(in crate::core) fn text(raw: &RawValue, path: &str) -> Result<String, FieldError> {
    canonical(raw, path)?
        .string_value()
        .ok_or_else(|| FieldError::new(path, format!("must be a string, not {}", kind_of(raw))))
}

pub(in crate::core) fn short_text(raw: &RawValue, path: &str) -> Result<String, FieldError> {
    let text = text(raw, path)?;
    if text.chars().count() > MAX_TEXT {
        return Err(FieldError::new(path, format!("must be at most {MAX_TEXT} characters long")));
    }
    Ok(text)
}

pub(in crate::core) fn id_text(raw: &RawValue, path: &str) -> Result<String, FieldError> {
    checked_id(text(raw, path)?, path)
}

/// A text as an id.
pub(in crate::core) fn checked_id(text: String, path: &str) -> Result<String, FieldError> {
    if text.is_empty() || text.chars().count() > MAX_ID || text.chars().any(char::is_control) {
        return Err(FieldError::new(path, format!("must be {ID_RULE}")));
    }
    Ok(text)
}

pub(in crate::core) fn canonical(raw: &RawValue, path: &str) -> Result<Canonical, FieldError> {
    Canonical::from_text(raw.get()).map_err(|error| FieldError::new(path, error.to_string()))
}
