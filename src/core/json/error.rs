//! What can be wrong with a JSON text.

use std::fmt;

/// Why a text was refused. Holds no part of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JsonError {
    /// Not JSON; what is wrong, and where (line and column, both from 1).
    Syntax(String),
    /// Nested deeper than 127 arrays and objects.
    TooDeep,
    /// More than [`MAX_OPEN_MEMBERS`] members in one object and those around it.
    TooWide,
    /// More values than whoever parses it takes.
    TooMany,
}

/// Bounds the memory that one text can make the writer hold besides its output.
pub(super) const MAX_OPEN_MEMBERS: usize = 100_000;
/// How these errors are known among the parser's.
pub(super) const TOO_WIDE: &str = "too many members";
pub(super) const TOO_MANY: &str = "too many values";

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(problem) => write!(f, "not valid JSON: {problem}"),
            Self::TooWide => {
                write!(
                    f,
                    "an object has too many members: at most {MAX_OPEN_MEMBERS} are allowed, those of the objects around it included"
                )
            }
            Self::TooMany => f.write_str("holds too many values"),
            Self::TooDeep => {
                f.write_str("nested too deep: at most 127 levels of arrays and objects are allowed")
            }
        }
    }
}

impl From<serde_json::Error> for JsonError {
    fn from(error: serde_json::Error) -> Self {
        let text = error.to_string();
        if text.starts_with("recursion limit exceeded") {
            Self::TooDeep
        } else if text.starts_with(TOO_WIDE) {
            Self::TooWide
        } else if text.starts_with(TOO_MANY) {
            Self::TooMany
        } else {
            Self::Syntax(text)
        }
    }
}
