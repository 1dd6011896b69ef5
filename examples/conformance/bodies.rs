//! What is sent of an event, in every shape that there is.

use heliograph::core::{
    api_version::ApiVersion,
    event::read_event,
    format::{ContentMode, Format, Oversize},
    payload::{InAttempt, Place, Shape, complete, render},
    time::Timestamp,
};
use serde_json::value::RawValue;

const AT: i64 = 1_795_251_600_000;
const PLACE: Place<'_> = Place { org: "acme", base_url: "https://hooks.example.com/" };
const URL: &str = "https://hooks.example.com/payloads/acme/2026-11-21/09/x?offset=0&length=1&signature=ab";

/// The bodies of an event given as its text; none where it is refused.
pub fn emitted(text: String) -> Vec<String> {
    let now = Timestamp::from_millis(AT);
    let raw = serde_json::from_str::<Box<RawValue>>(&text);
    let Some(event) = raw.ok().and_then(|raw| read_event(&raw, now).ok()) else {
        return Vec::new();
    };
    let mut bodies = Vec::new();
    for format in [Format::Helicone, Format::Standard, Format::CloudEvents] {
        for content_mode in [ContentMode::Structured, ContentMode::Binary] {
            for oversize in [Oversize::Truncate, Oversize::Marker] {
                let shape = Shape {
                    format,
                    content_mode,
                    version: ApiVersion::NEWEST,
                    include_data: true,
                    oversize,
                    shaped: None,
                };
                let rendered = render(&event, shape, PLACE);
                let attempt = InAttempt { delivery: "msg_1", number: 2, at: now };
                let url = rendered.url_at.map(|at| (at, URL));
                let body = complete(&rendered.body, url, rendered.layout, attempt);
                bodies.push(String::from_utf8_lossy(&body).into_owned());
            }
        }
    }
    bodies
}
