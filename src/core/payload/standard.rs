//! Standard Webhooks' body: `{type, timestamp, data, delivery}`, for every event type.
//!
//! `delivery` is what differs from attempt to attempt, and is put in when the attempt is made.

use super::{
    Layout, Rendered, Shape, data,
    members::{raw_member, text_member},
};
use crate::core::event::Event;

pub(super) fn render(event: &Event, shape: Shape) -> Rendered {
    let (data, truncated) = data::render(event, shape);
    let mut out = Vec::with_capacity(data.len().saturating_add(256));
    out.push(b'{');
    text_member("type", &event.event_type, &mut out);
    text_member("timestamp", &event.created_at.to_string(), &mut out);
    raw_member("data", &data, &mut out);
    out.push(b'}');
    // The URL becomes the last member of `data`: in front of the two closing braces.
    let url_at = shape.include_data.then(|| out.len().saturating_sub(2));
    Rendered {
        body: String::from_utf8(out).unwrap_or_default(),
        url_at,
        truncated,
        layout: Layout::Standard,
        version: shape.version,
        headers: Vec::new(),
    }
}
