//! A delivery as one line of JSON, for archives that are queried.

use super::payload::Payload;
use crate::core::{
    json::{Canonical, write_key, write_number, write_string},
    time::Timestamp,
};

/// What a line tells beside the payload.
#[derive(Clone, Copy, Debug)]
pub struct RowHead<'a> {
    /// The delivery's id.
    pub id: &'a str,
    /// The event's type.
    pub event_type: &'a str,
    /// When the delivery was taken.
    pub received_at: Timestamp,
    /// How it came.
    pub origin: &'static str,
    /// Where request and response come from.
    pub data: &'static str,
}

/// Writes a line, without its end. Every line has the same members in the same order, null where something is unknown, so that
/// readers which guess a schema guess the same one from each.
pub fn write_row(head: &RowHead<'_>, payload: &Payload, out: &mut Vec<u8>) {
    let metadata = &payload.metadata;
    out.push(b'{');
    let text = |name: &str, value: Option<&str>, out: &mut Vec<u8>| {
        write_key(name, out);
        match value {
            Some(value) => write_string(value, out),
            None => out.extend_from_slice(b"null"),
        }
    };
    text("id", Some(head.id), out);
    text("type", Some(head.event_type), out);
    text("received_at", Some(&head.received_at.to_string()), out);
    text("at", metadata.at.map(|at| at.to_string()).as_deref(), out);
    text("origin", Some(head.origin), out);
    text("data", Some(head.data), out);
    text("request_id", payload.request_id.as_deref(), out);
    text("user_id", payload.user_id.as_deref(), out);
    text("model", payload.model.as_deref(), out);
    text("provider", payload.provider.as_deref(), out);
    let number = |name: &str, value: Option<f64>, out: &mut Vec<u8>| {
        write_key(name, out);
        match value {
            Some(value) => write_number(value, out),
            None => out.extend_from_slice(b"null"),
        }
    };
    number("cost", payload.cost, out);
    number("prompt_tokens", metadata.prompt_tokens.map(|count| count as f64), out);
    number("completion_tokens", metadata.completion_tokens.map(|count| count as f64), out);
    number("total_tokens", metadata.total_tokens.map(|count| count as f64), out);
    number("latency_ms", metadata.latency_ms.map(|ms| ms as f64), out);
    number("status", metadata.status.map(f64::from), out);
    write_key("properties", out);
    out.push(b'{');
    for (name, value) in &metadata.properties {
        write_key(name, out);
        write_string(value, out);
    }
    out.push(b'}');
    for (name, body) in [("request", &payload.request), ("response", &payload.response)] {
        write_key(name, out);
        out.extend_from_slice(body.as_ref().map_or("null", Canonical::as_str).as_bytes());
    }
    out.push(b'}');
}
