//! What the body of every format but Helicone's holds as `data`: the event's fields under the names they came in by, then the
//! gateway's own ones, then the bodies. With `includeData` off it keeps what Helicone keeps: ids, bodies, and the event's own
//! data.

use super::{Shape, members::Members, oversize::bounded, versions};
use crate::core::{
    event::Event,
    json::{Canonical, Fields},
};

/// Members that are ours in every version; a gateway's own field of the same name is left out.
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

/// The object's text, and which of the bodies were cut.
pub(super) fn render(event: &Event, shape: Shape) -> (String, Vec<&'static str>) {
    // An object's members stand beside ours, anything else under the name `data`.
    let own = event.data.as_ref().map(|own| (own, serde_json::from_str::<Fields<'_>>(own.as_str())));
    let mut members = Members::default();
    members.text("request_id", Some(&event.request_id));
    members.text("user_id", event.user_id.as_deref());
    if shape.include_data {
        known(event, &mut members);
    }
    versions::step_back(event, &mut members, shape.version);
    let ours: Vec<&str> = members.names().chain(RESERVED).collect();
    let is_ours = |name: &str| ours.contains(&name);
    if shape.include_data {
        for (name, value) in event.extra.iter().filter(|(name, _)| !is_ours(name)) {
            members.foreign(name, value.as_str());
        }
    }
    match &own {
        Some((own, Err(_))) => members.foreign("data", own.as_str()),
        Some((_, Ok(fields))) => {
            for (name, value) in fields.iter().filter(|(name, _)| !is_ours(name)) {
                members.foreign(name, value.get());
            }
        }
        None => {}
    }
    let mut truncated = Vec::new();
    for (name, body) in [("request_body", &event.request), ("response_body", &event.response)] {
        if let Some(body) = body {
            let (json, is_cut) = bounded(body, shape);
            members.push(name, json);
            if is_cut {
                truncated.push(name);
            }
        }
    }
    (members.write(), truncated)
}

fn known<'e>(event: &'e Event, members: &mut Members<'e>) {
    members.text("model", event.model.as_deref());
    members.text("provider", event.provider.as_deref());
    if let Some(status) = &event.status {
        outcome(status, members);
    }
    members.number("cost", event.cost);
    members.text("cost_status", event.priced.as_ref().map(|note| note.status.as_str()));
    members.json("usage", event.usage.json.as_ref());
    members.number("latency_ms", event.latency_ms);
    members.json("properties", event.properties_json.as_ref());
    members.text("trace_id", event.trace.trace_id.as_deref());
    members.text("span_id", event.trace.span_id.as_deref());
}

/// The HTTP status where the gateway told it, and a word in any case: the gateway's own, else `success` below 400 and `error`
/// from there on.
fn outcome<'e>(status: &'e Canonical, members: &mut Members<'e>) {
    match status.as_str().parse::<f64>() {
        Ok(code) => {
            members.push("status", status.as_str());
            members.push("outcome", if code < 400.0 { "\"success\"" } else { "\"error\"" });
        }
        Err(_) => members.push("outcome", status.as_str()),
    }
}
