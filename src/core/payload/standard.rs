//! Standard Webhooks' body: `{type, timestamp, data}`, for every event type.
//!
//! `data` holds the event's fields under the names they came in by, then the gateway's own ones, then the bodies. With
//! `includeData` off it keeps what Helicone keeps: ids, bodies, and the event's own data.

use super::{Rendered, Shape, oversize::bounded, raw_member, text_member};
use crate::core::{
    event::Event,
    json::{Canonical, Fields, write_key, write_number},
};

/// Members of `data` that are ours; a gateway's own field of the same name is left out.
const RESERVED: [&str; 15] = [
    "request_id",
    "user_id",
    "model",
    "provider",
    "status",
    "cost",
    "usage",
    "latency_ms",
    "properties",
    "trace_id",
    "span_id",
    "traceparent",
    "request_body",
    "response_body",
    "request_response_url",
];

pub(super) fn render(event: &Event, shape: Shape) -> Rendered {
    let (data, truncated) = data(event, shape);
    let mut out = Vec::with_capacity(data.len().saturating_add(256));
    out.push(b'{');
    text_member("type", &event.event_type, &mut out);
    text_member("timestamp", &event.created_at.to_string(), &mut out);
    raw_member("data", &data, &mut out);
    out.push(b'}');
    // The URL becomes the last member of `data`: in front of the two closing braces.
    let url_at = shape.include_data.then(|| out.len().saturating_sub(2));
    Rendered { body: String::from_utf8(out).unwrap_or_default(), url_at, truncated }
}

fn data(event: &Event, shape: Shape) -> (String, Vec<&'static str>) {
    let mut out = Vec::with_capacity(1024);
    out.push(b'{');
    text_member("request_id", &event.request_id, &mut out);
    if let Some(user_id) = &event.user_id {
        text_member("user_id", user_id, &mut out);
    }
    let mut has_own_names = false;
    if shape.include_data {
        known(event, &mut out);
        for (name, value) in event.extra.iter().filter(|(name, _)| !RESERVED.contains(&name.as_str())) {
            raw_member(name, value.as_str(), &mut out);
            has_own_names = true;
        }
    }
    if let Some(own) = &event.data {
        has_own_names = true;
        own_data(own, &mut out);
    }
    let mut truncated = Vec::new();
    for (name, body) in [("request_body", &event.request), ("response_body", &event.response)] {
        if let Some(body) = body {
            let (json, is_cut) = bounded(body, shape.oversize);
            raw_member(name, &json, &mut out);
            if is_cut {
                truncated.push(name);
            }
        }
    }
    out.push(b'}');
    let text = String::from_utf8(out).unwrap_or_default();
    // A gateway's own names may repeat or look like integers, which JavaScript would reorder.
    let reordered = if has_own_names { Canonical::from_text(&text).ok() } else { None };
    (reordered.map_or(text, |canonical| canonical.as_str().to_owned()), truncated)
}

fn known(event: &Event, out: &mut Vec<u8>) {
    let text = |name: &str, value: &Option<String>, out: &mut Vec<u8>| {
        if let Some(value) = value {
            text_member(name, value, out);
        }
    };
    let number = |name: &str, value: Option<f64>, out: &mut Vec<u8>| {
        if let Some(value) = value {
            write_key(name, out);
            write_number(value, out);
        }
    };
    text("model", &event.model, out);
    text("provider", &event.provider, out);
    if let Some(status) = &event.status {
        raw_member("status", status.as_str(), out);
    }
    number("cost", event.cost, out);
    if let Some(usage) = &event.usage.json {
        raw_member("usage", usage.as_str(), out);
    }
    number("latency_ms", event.latency_ms, out);
    if let Some(properties) = &event.properties_json {
        raw_member("properties", properties.as_str(), out);
    }
    text("trace_id", &event.trace.trace_id, out);
    text("span_id", &event.trace.span_id, out);
}

/// The event's own data: an object's members beside ours, anything else under the name `data`.
fn own_data(own: &Canonical, out: &mut Vec<u8>) {
    match serde_json::from_str::<Fields>(own.as_str()) {
        Ok(members) => {
            for (name, value) in members.iter().filter(|(name, _)| !RESERVED.contains(name)) {
                raw_member(name, value.get(), out);
            }
        }
        Err(_) => raw_member("data", own.as_str(), out),
    }
}
