//! Statements and what is bound to them.

use serde::Serialize;

/// A value that a statement gets beside its text.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Bound {
    /// None.
    Null,
    /// A number; whole ones are exact up to 2^53.
    Number(f64),
    /// Text.
    Text(String),
}

/// A statement with numbered parameters, and their values: `?1` is the first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Statement {
    /// The text, made of constants alone.
    pub text: String,
    /// The values.
    pub values: Vec<Bound>,
}

impl Statement {
    /// A statement without values yet.
    pub(super) fn new(text: &str) -> Self {
        Self { text: text.to_owned(), values: Vec::new() }
    }

    /// Appends to the text, which must be a constant or what [`Self::bind`] returned.
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Binds a value and returns what stands for it. A value that was bound before is not bound twice.
    pub(super) fn bind(&mut self, value: impl Into<Bound>) -> String {
        let value = value.into();
        let at = match self.values.iter().position(|known| *known == value) {
            Some(at) => at,
            None => {
                self.values.push(value);
                self.values.len().saturating_sub(1)
            }
        };
        format!("?{}", at.saturating_add(1))
    }
}

impl From<f64> for Bound {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<i64> for Bound {
    fn from(number: i64) -> Self {
        Self::Number(number as f64)
    }
}

impl From<u64> for Bound {
    fn from(number: u64) -> Self {
        Self::Number(number as f64)
    }
}

impl From<usize> for Bound {
    fn from(number: usize) -> Self {
        Self::Number(number as f64)
    }
}

impl From<bool> for Bound {
    fn from(flag: bool) -> Self {
        Self::Number(f64::from(u8::from(flag)))
    }
}

impl From<&str> for Bound {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Bound {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<T: Into<Self>> From<Option<T>> for Bound {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
