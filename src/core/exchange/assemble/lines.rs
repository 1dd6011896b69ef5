//! A stream as lines of JSON: what the clients of some providers make of one (`toReadableStream`).

use serde_json::Value;

use crate::core::exchange::body::parse;

/// The values of the lines, in order. A line that is not JSON (one that was cut) is passed over.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = Value> {
    text.lines().filter(|line| !line.is_empty()).filter_map(|line| parse(line).ok())
}
