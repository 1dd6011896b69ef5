//! CloudEvents 1.0, in the JSON format of structured mode or as `ce-` headers in binary mode. `data` is that of Standard
//! Webhooks' body.
//!
//! The attributes are the event's and not the delivery's: `id` and `source` are the same at each attempt and for each
//! subscription, as the specification wants it of duplicates. What differs from attempt to attempt stands in the `webhook-`
//! headers.

use super::{
    Layout, Place, Rendered, Shape, data, header_text,
    members::{raw_member, text_member},
};
use crate::core::{
    event::{Event, catalogue},
    subscription::ContentMode,
};

/// The attributes' names, in the order in which they are written.
type Attributes = Vec<(&'static str, String)>;

pub(super) fn render(event: &Event, shape: Shape, place: Place<'_>) -> Rendered {
    let (data, truncated) = data::render(event, shape);
    let attributes = attributes(event, shape, place);
    let (body, layout, closing, headers) = match shape.content_mode {
        ContentMode::Structured => (structured(&attributes, &data), Layout::CloudEvents, 2_usize, Vec::new()),
        ContentMode::Binary => (data, Layout::CloudEventsBinary, 1, as_headers(&attributes)),
    };
    let url_at = shape.include_data.then(|| body.len().saturating_sub(closing));
    Rendered { body, url_at, truncated, layout, version: shape.version, headers }
}

fn attributes(event: &Event, shape: Shape, place: Place<'_>) -> Attributes {
    let base = place.base_url.trim_end_matches('/');
    let mut attributes = vec![
        ("specversion", "1.0".to_owned()),
        ("id", event.id.clone()),
        ("source", format!("{base}/orgs/{}", place.org)),
        ("type", event.event_type.clone()),
        ("time", event.created_at.to_string()),
        ("subject", event.request_id.clone()),
        ("datacontenttype", "application/json".to_owned()),
    ];
    if catalogue::find(&event.event_type).is_some() {
        let path = catalogue::schema_path(&event.event_type, shape.version);
        attributes.push(("dataschema", format!("{base}{path}")));
    }
    let trace = event.trace.header().filter(|_| shape.shaped.is_none_or(|shaped| shaped.trace));
    attributes.extend(trace.map(|traceparent| ("traceparent", traceparent)));
    attributes
}

fn structured(attributes: &Attributes, data: &str) -> String {
    let mut out = Vec::with_capacity(data.len().saturating_add(512));
    out.push(b'{');
    for (name, value) in attributes {
        text_member(name, value, &mut out);
    }
    raw_member("data", data, &mut out);
    out.push(b'}');
    String::from_utf8(out).unwrap_or_default()
}

/// As the HTTP binding has it: `ce-` in front of each, and the content's type as the type of the body.
fn as_headers(attributes: &Attributes) -> Vec<(String, String)> {
    let apart = |name: &str| name != "datacontenttype";
    attributes
        .iter()
        .filter(|(name, _)| apart(name))
        .map(|(name, value)| (format!("ce-{name}"), header_text(value)))
        .collect()
}
