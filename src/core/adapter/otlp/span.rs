//! A span as both encodings come to: what of it can matter to an event.

use serde_json::Value;

use crate::core::field::FieldError;

/// How many names and values one span or resource may hold: attributes, events, and what stands in their lists.
pub const MAX_VALUES: usize = 50_000;

/// How many levels of lists in an attribute's value are read.
pub const MAX_DEPTH: usize = 24;

/// A span. An empty text is one that was not given, and so is a time of 0.
#[derive(Debug, Default)]
pub(super) struct Span {
    /// 32 hex characters, lower-case.
    pub(super) trace_id: String,
    /// 16 hex characters, lower-case.
    pub(super) span_id: String,
    /// In nanoseconds since 1970.
    pub(super) start: u64,
    /// Likewise.
    pub(super) end: u64,
    pub(super) attributes: Attributes,
    pub(super) events: Vec<SpanEvent>,
    pub(super) is_error: bool,
    /// What its status says.
    pub(super) message: String,
}

/// Something that happened during a span.
#[derive(Debug, Default)]
pub(super) struct SpanEvent {
    pub(super) name: String,
    pub(super) attributes: Attributes,
}

/// Names and values, in the order they came. A value that is null was not given.
#[derive(Debug, Default)]
pub(super) struct Attributes(pub(super) Vec<(String, Value)>);

impl Attributes {
    /// The value of a name.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(key, value)| key == name && is_given(value)).map(|(_, value)| value)
    }

    /// The first of these names that has a value.
    pub(super) fn first<'n>(&self, names: &[&'n str]) -> Option<(&'n str, &Value)> {
        names.iter().find_map(|name| Some((*name, self.get(name)?)))
    }

    /// The text of the first of these names that has one.
    pub(super) fn text(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.get(name)?.as_str())
    }

    /// Every attribute whose name begins so, and the rest of its name.
    pub(super) fn below<'s>(&'s self, prefix: &'s str) -> impl Iterator<Item = (&'s str, &'s Value)> {
        let given = self.0.iter().filter(|(_, value)| is_given(value));
        given.filter_map(move |(key, value)| Some((key.strip_prefix(prefix)?, value)))
    }
}

fn is_given(value: &Value) -> bool {
    !value.is_null() && value.as_str() != Some("")
}

/// What is left of what a span may hold.
pub(super) struct Budget(usize);

impl Budget {
    pub(super) fn new() -> Self {
        Self(MAX_VALUES)
    }

    pub(super) fn take(&mut self) -> Result<(), FieldError> {
        self.0 = self.0.checked_sub(1).ok_or_else(|| {
            FieldError::new("", format!("holds too many values: at most {MAX_VALUES} are taken of one span"))
        })?;
        Ok(())
    }
}

pub(super) fn too_deep() -> FieldError {
    FieldError::new("", format!("is nested too deep: at most {MAX_DEPTH} levels of lists are taken"))
}

/// An id of so many bytes, in hex; not all of it 0.
pub(super) fn id(bytes: &[u8], length: usize, name: &str) -> Result<String, FieldError> {
    if bytes.len() == length && bytes.iter().any(|byte| *byte != 0) {
        return Ok(hex::encode(bytes));
    }
    let problem = format!(
        "must be {length} bytes ({} hex characters in JSON), not all of them 0",
        length.saturating_mul(2)
    );
    Err(FieldError::new(name, problem))
}
