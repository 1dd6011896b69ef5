//! Bodies over 10 KB.

use std::borrow::Cow;

use super::Shape;
use crate::core::{json::Canonical, subscription::Oversize};

/// The most that a body may take, in bytes when it is truncated and in UTF-16 code units (JavaScript's `string.length`,
/// which Helicone compares) when it is replaced by the marker.
pub const LIMIT: usize = 10 * 1024;

/// The most that a body may take that is sent uncut, in bytes: 1 MiB.
pub const FULL_LIMIT: usize = 1024 * 1024;

/// Helicone's text in place of a body that is too large.
pub const MARKER: &str =
    "Body too large for webhook, please fetch the full request and response from Helicone";

/// The body as it is sent, and whether that is less than it was.
///
/// What is measured and cut is the body's JSON text; of a body that is a JSON string, the string itself, since that is
/// how gateways hand over a raw body.
pub(super) fn bounded(body: &Canonical, shape: Shape) -> (Cow<'_, str>, bool) {
    let limit = if shape.shaped.is_some_and(|shaped| shaped.uncut) { FULL_LIMIT } else { LIMIT };
    if body.as_str().len() <= limit {
        return (Cow::Borrowed(body.as_str()), false);
    }
    let text = body.string_value().map_or(Cow::Borrowed(body.as_str()), Cow::Owned);
    let replacement = match shape.oversize {
        Oversize::Truncate if text.len() > LIMIT => first_bytes(&text),
        Oversize::Marker if text.encode_utf16().count() > LIMIT => MARKER,
        _ => return (Cow::Borrowed(body.as_str()), false),
    };
    (Cow::Owned(Canonical::from_str_value(replacement).as_str().to_owned()), true)
}

/// The first [`LIMIT`] bytes, or up to three fewer where a character would be cut.
fn first_bytes(text: &str) -> &str {
    (0..=LIMIT).rev().take(4).find_map(|end| text.get(..end)).unwrap_or_default()
}
