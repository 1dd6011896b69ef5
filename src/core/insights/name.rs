//! What a sum is of: a model, a user, a property's value. Bounded in length, and told from what has no name.

use std::fmt;

use crate::core::hash;

/// The longest name that is kept whole, in bytes.
const LONGEST: usize = 200;
/// What is kept of a longer one, before a hash that tells it from others that begin alike.
const KEPT: usize = 150;

/// The name of a row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Name {
    /// A name that came with a request.
    Known(String),
    /// Requests that came without one.
    Unknown,
    /// All names beyond as many as are kept apart.
    Rest,
}

impl Name {
    /// What a request said, without control characters; at most 200 bytes.
    pub fn of(text: Option<&str>) -> Self {
        let clean = text.filter(|text| text.contains(char::is_control));
        let clean = clean.map(|text| text.replace(char::is_control, "\u{fffd}"));
        match clean.as_deref().or(text) {
            None | Some("") => Self::Unknown,
            Some(text) if text.len() <= LONGEST => Self::Known(text.to_owned()),
            Some(text) => {
                let end = (0..=KEPT).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
                let (head, _) = text.split_at_checked(end).unwrap_or_default();
                Self::Known(format!("{head}…{}", short_hash("heliograph/insights-name", text)))
            }
        }
    }

    /// From the text that it is stored as.
    pub fn from_key(text: &str) -> Self {
        match text.strip_prefix('=') {
            Some(name) => Self::Known(name.to_owned()),
            None if text == "+" => Self::Rest,
            None => Self::Unknown,
        }
    }

    /// The name, where it is one.
    pub fn known(&self) -> Option<&str> {
        match self {
            Self::Known(name) => Some(name),
            Self::Unknown | Self::Rest => None,
        }
    }
}

/// As it is stored.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(name) => write!(f, "={name}"),
            Self::Unknown => f.write_str("-"),
            Self::Rest => f.write_str("+"),
        }
    }
}

/// 16 hex characters that stand for a text.
pub(super) fn short_hash(label: &str, text: &str) -> String {
    hash::name(label, &[text], 8)
}

/// What a user is called where their id must not be: in signals, which end up in logs and chats.
pub(super) fn user_hash(user: &str) -> String {
    format!("user_{}", short_hash("heliograph/insights-user", user))
}
