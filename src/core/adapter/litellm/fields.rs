//! How the members of a payload are found.

use serde_json::value::RawValue;

use crate::core::{event::object, field::FieldError, json::Fields};

/// A member that is there, not null, and no empty text.
pub(super) fn present<'a>(fields: &Fields<'a>, name: &str) -> Option<&'a RawValue> {
    fields.get(name).filter(|value| !matches!(value.get(), "null" | r#""""#))
}

/// A member that is an object; an empty one where there is none.
pub(super) fn part<'a>(fields: &Fields<'a>, name: &str) -> Result<Fields<'a>, FieldError> {
    match present(fields, name) {
        Some(raw) => object(raw, name),
        None => Ok(Fields::default()),
    }
}

/// A member's text, where it is text.
pub(super) fn word(fields: &Fields<'_>, name: &str) -> Option<String> {
    present(fields, name).and_then(|raw| serde_json::from_str(raw.get()).ok())
}
