//! An event in the archive: one line of JSON, `{"event":{…},"priced":{…},"exchange":{"request":…,"response":…}}`. A body that the
//! event did not have is absent there too, and so is how it was priced where it came with a cost.
//!
//! The exchange stands last and in one piece, so that the signed URL can hand out exactly that slice; the whole line
//! holds everything, so that a delivery can be rendered from it again.

use serde_json::value::RawValue;

use super::{Event, RecordPlace, read_event, value::object};
use crate::core::{
    field::FieldError,
    json::{Canonical, write_key, write_number, write_string},
    time::Timestamp,
};

/// Appends an event to a segment.
pub fn write_record(event: &Event, segment: &mut Vec<u8>) -> RecordPlace {
    let start = segment.len();
    segment.extend_from_slice(br#"{"event":"#);
    write_head(event, segment);
    if let Some(note) = &event.priced {
        segment.extend_from_slice(br#","priced":"#);
        // Writing plain data to memory has no way to fail.
        let _ = serde_json::to_writer(&mut *segment, note);
    }
    segment.extend_from_slice(br#","exchange":"#);
    let exchange = segment.len();
    segment.push(b'{');
    for (name, body) in [("request", &event.request), ("response", &event.response)] {
        if let Some(body) = body {
            write_key(name, segment);
            segment.extend_from_slice(body.as_str().as_bytes());
        }
    }
    segment.push(b'}');
    let exchange_end = segment.len();
    segment.push(b'}');
    let end = segment.len();
    segment.push(b'\n');
    RecordPlace {
        offset: start as u64,
        length: end.saturating_sub(start) as u64,
        exchange_offset: exchange as u64,
        exchange_length: exchange_end.saturating_sub(exchange) as u64,
        unpacked: None,
    }
}

/// Reads a record back. An error means that the archive does not hold what was written.
pub fn read_record(line: &str) -> Result<Event, FieldError> {
    let raw: &RawValue =
        serde_json::from_str(line).map_err(|_| FieldError::new("", "the record is not JSON"))?;
    let fields = object(raw, "")?;
    let part =
        |name: &str| fields.get(name).ok_or_else(|| FieldError::new(name, "is missing from the record"));
    // A record holds its creation time, so what stands in for a missing one is never used.
    let mut event = read_event(part("event")?, Timestamp::default())?;
    event.priced = fields.get("priced").and_then(|raw| serde_json::from_str(raw.get()).ok());
    let exchange = object(part("exchange")?, "exchange")?;
    let body = |name: &str| exchange.get(name).and_then(|raw| Canonical::from_text(raw.get()).ok());
    event.request = body("request");
    event.response = body("response");
    Ok(event)
}

/// Everything but the bodies, under the names that [`read_event`] reads.
fn write_head(event: &Event, out: &mut Vec<u8>) {
    out.push(b'{');
    let text = |name: &str, value: Option<&str>, out: &mut Vec<u8>| {
        if let Some(value) = value {
            write_key(name, out);
            write_string(value, out);
        }
    };
    let json = |name: &str, value: Option<&Canonical>, out: &mut Vec<u8>| {
        if let Some(value) = value {
            write_key(name, out);
            out.extend_from_slice(value.as_str().as_bytes());
        }
    };
    let number = |name: &str, value: Option<f64>, out: &mut Vec<u8>| {
        if let Some(value) = value {
            write_key(name, out);
            write_number(value, out);
        }
    };
    text("id", Some(&event.id), out);
    text("type", Some(&event.event_type), out);
    text("request_id", Some(&event.request_id), out);
    text("created_at", Some(&event.created_at.to_string()), out);
    text("user_id", event.user_id.as_deref(), out);
    json("properties", event.properties_json.as_ref(), out);
    text("model", event.model.as_deref(), out);
    text("provider", event.provider.as_deref(), out);
    json("status", event.status.as_ref(), out);
    json("usage", event.usage.json.as_ref(), out);
    number("cost", event.cost, out);
    number("latency_ms", event.latency_ms, out);
    text("trace_id", event.trace.trace_id.as_deref(), out);
    text("span_id", event.trace.span_id.as_deref(), out);
    text("traceparent", event.trace.traceparent.as_deref(), out);
    json("data", event.data.as_ref(), out);
    for (name, value) in &event.extra {
        json(name, Some(value), out);
    }
    out.push(b'}');
}
