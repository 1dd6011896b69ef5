//! What is wrong with one field of what a client sent, and what is allowed there.

use std::fmt;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

/// How many characters a name for people may have.
pub const MAX_NAME: usize = 100;

/// An error that names its field. Never holds the value that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The JSON path, such as `config.propertyFilters[2].key`; empty for the value as a whole.
    pub path: String,
    /// What is wrong and what is allowed, as the rest of a sentence.
    pub problem: String,
}

impl FieldError {
    /// An error at `path`.
    pub fn new(path: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { path: path.into(), problem: problem.into() }
    }

    /// The same error seen from one level further out.
    pub fn under(self, parent: &str) -> Self {
        let path = if self.path.is_empty() {
            parent.to_owned()
        } else if self.path.starts_with('[') {
            format!("{parent}{}", self.path)
        } else {
            format!("{parent}.{}", self.path)
        };
        Self { path, ..self }
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.problem)
        } else {
            write!(f, "{}: {}", self.path, self.problem)
        }
    }
}

/// Refuses a field that is not allowed: it is more likely misspelt than meant to be ignored.
pub fn only(fields: &Map<String, Value>, allowed: &[&str]) -> Result<(), FieldError> {
    match fields.keys().find(|name| !allowed.contains(&name.as_str())) {
        Some(unknown) => {
            Err(FieldError::new(unknown, format!("is not a field; allowed: {}", allowed.join(", "))))
        }
        None => Ok(()),
    }
}

/// The field of this name as one of the words that are allowed there; `None` where it is absent or null.
pub fn choice<T: DeserializeOwned>(
    fields: &Map<String, Value>,
    name: &str,
    allowed: &str,
) -> Result<Option<T>, FieldError> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => serde_json::from_value(value.clone())
            .map(Some)
            .map_err(|_| FieldError::new(name, format!("must be one of: {allowed}"))),
    }
}

/// The field `name`: for people, at most [`MAX_NAME`] characters.
pub fn name(fields: &Map<String, Value>) -> Result<String, FieldError> {
    let text = fields.get("name").and_then(Value::as_str).unwrap_or_default();
    match (1..=MAX_NAME).contains(&text.chars().count()) {
        true => Ok(text.to_owned()),
        false => Err(FieldError::new("name", format!("must be a string of 1 to {MAX_NAME} characters"))),
    }
}

/// The fields of what is stored, but for those that no client may say, with a JSON merge patch (RFC 7396) applied to them: null
/// takes one away.
pub fn patched(stored: &impl Serialize, unsaid: &[&str], patch: &Map<String, Value>) -> Map<String, Value> {
    let mut fields = match serde_json::to_value(stored) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    for name in unsaid {
        fields.remove(*name);
    }
    for (name, value) in patch {
        match value {
            Value::Null => fields.remove(name),
            value => fields.insert(name.clone(), value.clone()),
        };
    }
    fields
}

/// The names of a URL's parameters as they are read: each is allowed, and given once.
#[derive(Debug)]
pub struct Parameters<'a> {
    allowed: &'a [&'a str],
    seen: Vec<String>,
}

impl<'a> Parameters<'a> {
    /// None was read yet.
    pub fn new(allowed: &'a [&'a str]) -> Self {
        Self { allowed, seen: Vec::new() }
    }

    /// Refuses a parameter that is not allowed, and one that was given before.
    pub fn check(&mut self, name: &str) -> Result<(), FieldError> {
        if !self.allowed.contains(&name) {
            let rule = format!("is not a parameter; allowed: {}", self.allowed.join(", "));
            return Err(FieldError::new(name, rule));
        }
        if self.seen.iter().any(|known| known == name) {
            return Err(FieldError::new(name, "must be given once"));
        }
        self.seen.push(name.to_owned());
        Ok(())
    }
}
