//! Helicone's flat body, in the order of its source: both bodies before `user_id`, the enhanced fields last.

use super::{
    Layout, Rendered, Shape,
    members::{raw_member, text_member},
    oversize::bounded,
};
use crate::core::{
    event::Event,
    json::{write_key, write_number},
};

/// What Helicone sends for a body that is not there.
const NO_BODY: &str = "{}";

pub(super) fn render(event: &Event, shape: Shape) -> Rendered {
    let mut out = Vec::with_capacity(1024);
    let mut truncated = Vec::new();
    out.push(b'{');
    text_member("request_id", &event.request_id, &mut out);
    for (name, body) in [("request_body", &event.request), ("response_body", &event.response)] {
        match body {
            Some(body) => {
                let (json, is_cut) = bounded(body, shape);
                raw_member(name, &json, &mut out);
                if is_cut {
                    truncated.push(name);
                }
            }
            None => raw_member(name, NO_BODY, &mut out),
        }
    }
    if let Some(user_id) = &event.user_id {
        text_member("user_id", user_id, &mut out);
    }
    let url_at = shape.include_data.then_some(out.len());
    if shape.include_data {
        let has_metadata = shape.shaped.map_or(event.model.is_some(), |shaped| shaped.metadata);
        enhanced(event, has_metadata, &mut out);
    }
    out.push(b'}');
    // A call keeps many of these, and counts them by their length.
    out.shrink_to_fit();
    Rendered {
        body: String::from_utf8(out).unwrap_or_default(),
        url_at,
        truncated,
        layout: Layout::Flat,
        version: shape.version,
        headers: Vec::new(),
    }
}

fn enhanced(event: &Event, has_metadata: bool, out: &mut Vec<u8>) {
    if let Some(model) = &event.model {
        text_member("model", model, out);
    }
    if let Some(provider) = &event.provider {
        text_member("provider", provider, out);
    }
    if !has_metadata {
        return;
    }
    write_key("metadata", out);
    out.push(b'{');
    // Unknown is not zero: what the gateway did not say is left out, where Helicone writes 0.
    let numbers = [
        ("cost", event.cost),
        ("promptTokens", event.usage.prompt.map(|count| count as f64)),
        ("completionTokens", event.usage.completion.map(|count| count as f64)),
        ("totalTokens", event.usage.total.map(|count| count as f64)),
        ("latencyMs", event.latency_ms),
    ];
    for (name, number) in numbers {
        if let Some(number) = number {
            write_key(name, out);
            write_number(number, out);
        }
    }
    out.push(b'}');
}
