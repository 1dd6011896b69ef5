//! An event while its fields are gathered.

use serde_json::{Map, Value, value::to_raw_value};

use super::span::Attributes;
use crate::core::{
    event::{Event, read_event},
    field::FieldError,
    time::Timestamp,
};

/// An event on its way, and which attribute each of its fields came from.
#[derive(Default)]
pub(super) struct Draft {
    fields: Map<String, Value>,
    origins: Vec<(&'static str, &'static str)>,
}

impl Draft {
    pub(super) fn put(&mut self, field: &str, value: Value) {
        self.fields.insert(field.to_owned(), value);
    }

    /// Of an object without members nothing is known.
    pub(super) fn put_object(&mut self, field: &str, members: Map<String, Value>) {
        if !members.is_empty() {
            self.put(field, members.into());
        }
    }

    pub(super) fn take(&mut self, field: &'static str, attribute: &'static str, value: Value) {
        self.comes_from(field, attribute);
        self.put(field, value);
    }

    pub(super) fn fact(&mut self, field: &'static str, attributes: &Attributes, names: &[&'static str]) {
        if let Some((name, value)) = attributes.first(names) {
            self.take(field, name, as_text(value));
        }
    }

    /// Notes where a field, or a member of one, came from.
    pub(super) fn comes_from(&mut self, field: &'static str, attribute: &'static str) {
        self.origins.push((field, attribute));
    }

    pub(super) fn read(self, now: Timestamp) -> Result<Event, FieldError> {
        let raw = to_raw_value(&self.fields)
            .map_err(|_| FieldError::new("", "could not be written as an event"))?;
        read_event(&raw, now).map_err(|error| {
            let origin = self.origins.iter().find(|(field, _)| *field == error.path);
            match origin {
                Some((_, attribute)) => FieldError { path: format!("attributes[\"{attribute}\"]"), ..error },
                None => error,
            }
        })
    }
}

/// A number or a boolean as text; anything else as it is.
pub(super) fn as_text(value: &Value) -> Value {
    match value {
        Value::Number(_) | Value::Bool(_) => value.to_string().into(),
        other => other.clone(),
    }
}
