//! Telling deliveries apart by what their endpoint answered last.

use serde::{Deserialize, Serialize};

use super::Row;
use crate::core::retry::Failure;

/// What the endpoint answered at the last attempt, or why it did not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answered {
    /// This status.
    Status(u16),
    /// A status of this hundred.
    Class(u16),
    /// No answer, for this reason: a code of [`Failure`].
    Failed(String),
}

impl Answered {
    /// What [`Self::parse`] takes.
    pub const RULE: &str =
        "must be a status such as 503, a class such as 5xx, or why there was no answer, such as timeout";

    /// Reads one: `503`, `5xx` or `timeout`.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(class) = text.strip_suffix("xx") {
            let class = class.parse().ok().filter(|class| (1..=9).contains(class) && text.len() == 3);
            return class.map(Self::Class);
        }
        if text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return text.parse().ok().map(Self::Status);
        }
        Failure::from_code(text).map(|failure| Self::Failed(failure.code().to_owned()))
    }

    /// Whether a delivery's last attempt came to this.
    pub fn fits(&self, row: &Row) -> bool {
        row.attempts.last().is_some_and(|last| match self {
            Self::Status(status) => last.status == Some(*status),
            Self::Class(class) => last.status.is_some_and(|status| status.div_euclid(100) == *class),
            Self::Failed(failure) => last.failure.as_ref() == Some(failure),
        })
    }
}
