//! What follows from a score.

use serde_json::{Map, Value};

use crate::{core::history::query::Row, edge::log::Line};

/// Scores that were just written of a request.
pub struct Scored<'a> {
    /// The org.
    pub org: &'a str,
    /// The request as it is now: its id, user, model and all of its scores.
    pub row: &'a Row,
    /// The scores that were given, by the names that they are kept under.
    pub scores: &'a Map<String, Value>,
}

/// Called after the scores were written, and before the call is answered.
pub fn after(scored: &Scored<'_>) {
    Line::info("request.scored")
        .text("org", scored.org)
        .text("request", &scored.row.request_id)
        .size("scores", scored.scores.len())
        .emit();
}
