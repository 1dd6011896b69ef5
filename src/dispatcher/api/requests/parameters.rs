//! What these calls read of their URLs.

use worker::Url;

use crate::core::field::FieldError;

/// A parameter that is `true` or `false`; false where it is absent.
pub(super) fn flag(url: &Url, name: &'static str) -> Result<bool, FieldError> {
    match url.query_pairs().find(|(known, _)| known == name).as_ref().map(|(_, value)| value.as_ref()) {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(FieldError::new(name, "must be true or false")),
    }
}

/// Refuses a parameter that is not allowed.
pub(super) fn only(url: &Url, allowed: &[&str]) -> Result<(), FieldError> {
    match url.query_pairs().find(|(name, _)| !allowed.contains(&name.as_ref())) {
        Some((unknown, _)) => {
            Err(FieldError::new(unknown, format!("is not a parameter; allowed: {}", allowed.join(", "))))
        }
        None => Ok(()),
    }
}
