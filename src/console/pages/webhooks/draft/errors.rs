//! What is wrong with a draft, by field.

use std::collections::BTreeMap;

use crate::core::{envelope::ApiError, field::FieldError};

/// The fields at which something may be wrong, by the API's names for them, in the order of the form; each with its label.
pub const NAMES: [(&str, &str); 18] = [
    ("destination", "Destination"),
    ("description", "Description"),
    ("eventTypes", "Event types"),
    ("sampleRate", "Sample rate"),
    ("propertyFilters", "Properties"),
    ("filter", "Content filter"),
    ("includeData", "Full exchange"),
    ("format", "Format"),
    ("contentMode", "CloudEvents mode"),
    ("oversize", "Large bodies"),
    ("fields", "Field rules"),
    ("apiVersion", "Version"),
    ("signatures", "Signatures"),
    ("headers", "Headers"),
    ("timeoutMs", "Timeout"),
    ("rateLimit", "Rate limit"),
    ("handshake", "Handshake"),
    ("retrySchedule", "Retry schedule"),
];

/// The first thing that is wrong with each field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Errors(BTreeMap<&'static str, String>);

impl Errors {
    /// What is wrong with a field.
    pub fn at(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Whether nothing is.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether something is with one of these.
    pub fn any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.0.contains_key(name))
    }

    /// Each with its field's name and label, in the order of the form.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &'static str, &str)> {
        NAMES.into_iter().filter_map(|(name, label)| self.at(name).map(|error| (name, label, error)))
    }

    /// Takes away what is said of a field.
    pub fn forget(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// Says it of the field that a path leads into; whether the form has that field.
    pub fn add(&mut self, error: &FieldError) -> bool {
        let root = error.path.split(['.', '[']).next().unwrap_or_default();
        let Some((name, _)) = NAMES.into_iter().find(|(name, _)| *name == root) else { return false };
        // The label beside it says which field; where in it stands in the path.
        let inside = error.path.strip_prefix(name).unwrap_or_default().trim_start_matches('.');
        let text = match inside {
            "" => error.problem.clone(),
            inside => format!("{inside}: {}", error.problem),
        };
        self.0.entry(name).or_insert(text);
        true
    }

    /// Says what the API refused at its field; whether it named one that the form has.
    pub fn add_refusal(&mut self, error: &ApiError) -> bool {
        let Some(path) = error.field.clone() else { return false };
        let problem = error.message.strip_prefix(&path).and_then(|rest| rest.strip_prefix(": "));
        let problem = problem.unwrap_or(&error.message).to_owned();
        self.add(&FieldError { path, problem })
    }
}
