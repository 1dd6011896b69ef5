//! What people say to the queue.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::core::{field::FieldError, json, limits};

/// How long a claim is good for unless it says otherwise: a quarter of an hour.
pub const DEFAULT_CLAIM_SECONDS: i64 = 900;

/// How long at most: a day.
pub const MAX_CLAIM_SECONDS: i64 = 86_400;

/// The longest label, in characters.
pub const MAX_LABEL: usize = 64;

/// The longest comment, in characters.
pub const MAX_COMMENT: usize = 4000;

/// The fields of a claim.
pub const CLAIM_FIELDS: [&str; 2] = ["reviewer", "seconds"];

/// The field of a release.
pub const RELEASE_FIELDS: [&str; 1] = ["reviewer"];

/// The fields of a label.
pub const LABEL_FIELDS: [&str; 3] = ["label", "comment", "reviewer"];

/// Somebody wants an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimRequest {
    /// Who.
    pub reviewer: String,
    /// For how long, in seconds.
    pub seconds: i64,
}

impl ClaimRequest {
    /// Reads a claim.
    pub fn read(fields: &Map<String, Value>) -> Result<Self, FieldError> {
        let reviewer = reviewer(fields)?.ok_or_else(|| FieldError::new("reviewer", "is required"))?;
        let seconds = match fields.get("seconds") {
            None | Some(Value::Null) => DEFAULT_CLAIM_SECONDS,
            Some(value) => json::whole(value)
                .and_then(|seconds| i64::try_from(seconds).ok())
                .filter(|seconds| (1..=MAX_CLAIM_SECONDS).contains(seconds))
                .ok_or_else(|| {
                    FieldError::new(
                        "seconds",
                        format!("must be a whole number from 1 to {MAX_CLAIM_SECONDS}"),
                    )
                })?,
        };
        Ok(Self { reviewer, seconds })
    }
}

/// Somebody says what an item is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelRequest {
    /// In a word.
    pub label: String,
    /// In more words.
    pub comment: Option<String>,
    /// Who.
    pub reviewer: Option<String>,
}

impl LabelRequest {
    /// Reads a label.
    pub fn read(fields: &Map<String, Value>) -> Result<Self, FieldError> {
        let is_label = |text: &&str| {
            (1..=MAX_LABEL).contains(&text.len())
                && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'))
        };
        let label = fields.get("label").and_then(Value::as_str).filter(is_label).ok_or_else(|| {
            FieldError::new("label", format!("is required: 1 to {MAX_LABEL} of a-z, 0-9, _ and -"))
        })?;
        let comment =
            text(fields, "comment", MAX_COMMENT, |c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))?;
        Ok(Self { label: label.to_owned(), comment, reviewer: reviewer(fields)? })
    }
}

/// Who does something, where it says who.
pub fn reviewer(fields: &Map<String, Value>) -> Result<Option<String>, FieldError> {
    text(fields, "reviewer", limits::NAME, char::is_control)
}

fn text(
    fields: &Map<String, Value>,
    name: &str,
    most: usize,
    is_forbidden: fn(char) -> bool,
) -> Result<Option<String>, FieldError> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text))
            if (1..=most).contains(&text.chars().count()) && !text.contains(is_forbidden) =>
        {
            Ok(Some(text.clone()))
        }
        Some(_) => {
            let rule = format!("must be a string of 1 to {most} characters without control characters");
            Err(FieldError::new(name, rule))
        }
    }
}
