//! Events in, exchanges out.

use serde_json::{Value, json};

use crate::{
    core::event::MAX_EVENTS,
    description::{
        examples,
        operation::{Operation, content, schema_ref},
    },
};

/// `/v1/events` and `/payloads/…`.
pub fn paths() -> Value {
    json!({
        "/v1/events": {"post": create()},
        "/payloads/{org}/{date}/{hour}/{segment}": {"get": payload()},
    })
}

fn create() -> Value {
    let about = format!(
        "One event, a JSON array of at most {MAX_EVENTS}, or NDJSON; at most 20 MiB. Each event is judged on its own: 202 \
         once those that are right are stored and queued, naming those that are wrong; 400 where none is right. \
         The same call is safe to repeat: a delivery's id is derived from the event's."
    );
    let one_or_more = json!({
        "anyOf": [
            schema_ref("Event"),
            {"type": "array", "maxItems": MAX_EVENTS, "items": schema_ref("Event")},
        ],
    });
    let lines = json!({"type": "string", "minLength": 1, "description": "One event a line."});
    let body = json!({
        "application/json": content(one_or_more, &[("one", examples::event()), ("several", examples::events())]),
        "application/x-ndjson": content(lines, &[("lines", examples::ndjson())]),
    });
    Operation::new("createEvents", "Events", "Take events in")
        .about(&about)
        .for_scope("events:write")
        .content(body, true)
        .answers(202, "Stored and queued.", schema_ref("Accepted"), examples::accepted())
        .done()
}

fn payload() -> Value {
    let exchange = json!({
        "description": "The exchange as it was archived, not in the envelope.",
        "content": {"application/json": {"schema": schema_ref("Exchange"), "example": examples::exchange()}},
    });
    let part = json!({
        "description": "The bytes that were asked for.",
        "content": {"application/json": {"schema": {"description": "A part of the exchange, which by itself is no JSON."}}},
    });
    Operation::new("getPayload", "Events", "Fetch the full exchange")
        .about(
            "What `request_response_url` of a delivery points to. Whoever holds the URL may fetch it, by `GET` or `HEAD`, until it \
             expires; any other spelling of it is 403. A `GET` may ask for a range of its bytes, which are those of the JSON however \
             it is stored. Whoever accepts gzip may be answered the whole in it.",
        )
        .secured_by(&["signedUrl"])
        .takes(&["PayloadOrg", "PayloadDate", "PayloadHour", "PayloadSegment", "Offset", "Length", "Unpacked", "Expires", "Range"])
        .responds(200, exchange)
        .sends(200, "Accept-Ranges")
        .responds(206, part)
        .sends(206, "Accept-Ranges")
        .sends(206, "Content-Range")
        .refuses(&[403, 404, 416, 500, 503])
        .done()
}
