//! What of a delivery is kept for who looks at it.

use crate::core::{
    inbox::Payload,
    json::{Canonical, Fields, write_key},
};

/// Members of a delivery that are kept as request and response, or are of no use later.
const LEFT_OUT: [&str; 3] = ["request_body", "response_body", "request_response_url"];

/// The R2 object with a delivery's exchange.
pub fn exchange_key(id: &str) -> String {
    format!("reviews/{id}")
}

/// One line of JSON: `{"event":…,"request":…,"response":…}`, where `event` is what the delivery said beside the bodies, such as
/// which guardrail blocked and why. Null stands for what is not known.
pub fn exchange(body: &str, payload: &Payload) -> Vec<u8> {
    let event = event(body);
    let mut out = vec![b'{'];
    for (name, value) in [("event", &event), ("request", &payload.request), ("response", &payload.response)] {
        write_key(name, &mut out);
        out.extend_from_slice(value.as_ref().map_or("null", Canonical::as_str).as_bytes());
    }
    out.push(b'}');
    out
}

fn event(body: &str) -> Option<Canonical> {
    let outer: Fields = serde_json::from_str(body).ok()?;
    let nested: Option<Fields> = match (outer.get("type"), outer.get("data")) {
        (Some(_), Some(data)) => serde_json::from_str(data.get()).ok(),
        _ => None,
    };
    let mut out = vec![b'{'];
    for (name, value) in nested.as_ref().unwrap_or(&outer).iter().filter(|(name, _)| !LEFT_OUT.contains(name))
    {
        write_key(name, &mut out);
        out.extend_from_slice(value.get().as_bytes());
    }
    out.push(b'}');
    // Written again, so that it is one line however the sender wrote it.
    Canonical::from_text(std::str::from_utf8(&out).ok()?).ok()
}
