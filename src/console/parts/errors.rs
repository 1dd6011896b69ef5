//! What the API said of a form: at the field that is meant, or above them all.

use maud::{Markup, html};

use crate::core::envelope::ApiError;

/// Why a form was not taken; nothing before it was sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Errors<'a>(pub Option<&'a ApiError>);

impl<'a> Errors<'a> {
    /// What was wrong with a field, or with a part of it.
    pub fn at(&self, name: &str) -> Option<&'a str> {
        let (error, field) = self.field()?;
        let rest = field.strip_prefix(name)?;
        let is_meant = rest.is_empty() || rest.starts_with(['.', '[']);
        // The field is known by where it stands: its name need not be said.
        let said = error.message.strip_prefix(field).and_then(|rest| rest.strip_prefix(": "));
        is_meant.then(|| said.unwrap_or(&error.message))
    }

    /// What is said above the form: whatever is wrong with none of its fields.
    pub fn above(&self, fields: &[&str]) -> Markup {
        let is_below = fields.iter().any(|name| self.at(name).is_some());
        html! {
            @if let Some(error) = self.0.filter(|_| !is_below) { p.notice.bad role="alert" { (error.message) } }
        }
    }

    fn field(&self) -> Option<(&'a ApiError, &'a str)> {
        let error = self.0?;
        Some((error, error.field.as_deref()?))
    }
}
