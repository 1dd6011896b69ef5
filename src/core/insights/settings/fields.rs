//! Reading a JSON object of a setting, field by field.

use serde_json::{Map, Value};

use super::super::{Nanos, Window};
use crate::core::{field::FieldError, json::whole};

/// The longest text, in characters.
const MAX_TEXT: usize = 200;
/// The largest budget, in US dollars.
const MOST_DOLLARS: f64 = 1e9;
const NANOS: f64 = 1e9;

/// An object, and where it stands.
pub struct Fields<'a> {
    path: String,
    fields: &'a Map<String, Value>,
}

impl<'a> Fields<'a> {
    /// An object at a place.
    pub fn of(path: String, value: &'a Value) -> Result<Self, FieldError> {
        match value {
            Value::Object(fields) => Ok(Self { path, fields }),
            _ => Err(FieldError::new(path, "must be an object")),
        }
    }

    /// An error at a field.
    pub fn wrong(&self, name: &str, problem: &str) -> FieldError {
        FieldError::new(format!("{}.{name}", self.path), problem)
    }

    /// Refuses fields that are none.
    pub fn only(&self, allowed: &[&str]) -> Result<(), FieldError> {
        match self.fields.keys().find(|name| !allowed.contains(&name.as_str())) {
            Some(name) => Err(self.wrong(name, &format!("is not a field; allowed: {}", allowed.join(", ")))),
            None => Ok(()),
        }
    }

    /// What has to be there.
    pub fn required<T>(&self, name: &str, value: Option<T>) -> Result<T, FieldError> {
        value.ok_or_else(|| self.wrong(name, "is required"))
    }

    /// A text of 1 to 200 characters.
    pub fn text(&self, name: &str) -> Result<Option<&'a str>, FieldError> {
        let is_text = |text: &&str| (1..=MAX_TEXT).contains(&text.chars().count());
        self.read(name, "must be a string of 1 to 200 characters", |value| value.as_str().filter(is_text))
    }

    /// A number above 0.
    pub fn amount(&self, name: &str) -> Result<Option<f64>, FieldError> {
        self.read(name, "must be a number above 0", |value| value.as_f64().filter(|number| *number > 0.0))
    }

    /// An amount of US dollars.
    pub fn dollars(&self, name: &str) -> Result<Option<Nanos>, FieldError> {
        self.read(name, "must be an amount of US dollars above 0, at most a billion", |value| {
            let dollars = value.as_f64().filter(|dollars| *dollars <= MOST_DOLLARS)?;
            Some(Nanos((dollars * NANOS).round() as u64)).filter(|nanos| nanos.0 > 0)
        })
    }

    /// A whole number from 1.
    pub fn whole(&self, name: &str) -> Result<Option<u64>, FieldError> {
        self.read(name, "must be a whole number from 1", |value| whole(value).filter(|number| *number > 0))
    }

    /// `day` or `month`.
    pub fn window(&self, name: &str) -> Result<Option<Window>, FieldError> {
        self.read(name, "must be day or month", |value| match value.as_str() {
            Some("day") => Some(Window::Day),
            Some("month") => Some(Window::Month),
            _ => None,
        })
    }

    /// An object.
    pub fn object(&self, name: &str) -> Result<Option<Fields<'a>>, FieldError> {
        let path = format!("{}.{name}", self.path);
        self.fields.get(name).map(|value| Fields::of(path, value)).transpose()
    }

    fn read<T>(
        &self,
        name: &str,
        problem: &str,
        read: impl Fn(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, FieldError> {
        match self.fields.get(name) {
            None => Ok(None),
            Some(value) => read(value).map(Some).ok_or_else(|| self.wrong(name, problem)),
        }
    }
}

/// A list of at most so many.
pub fn list<'a>(path: &str, value: &'a Value, most: usize) -> Result<&'a [Value], FieldError> {
    match value {
        Value::Array(values) if values.len() <= most => Ok(values),
        _ => Err(FieldError::new(path, format!("must be a list of at most {most}"))),
    }
}
