//! The body that a subscription is sent.
//!
//! A body is rendered once, at intake, for all subscriptions that want the same shape. What changes from attempt to attempt,
//! the signed URL and which attempt it is, is put in when the attempt is made, so a rendered body remembers where that goes.

mod cloudevents;
mod data;
mod header_text;
mod helicone;
mod members;
mod oversize;
mod shape;
mod standard;
mod versions;

pub use header_text::header_text;
pub use oversize::{FULL_LIMIT, LIMIT, MARKER};
pub use shape::{Layout, Place, Rendered, Shape, Shaped};

use self::members::{raw_member, text_member};
use super::{
    event::Event,
    json::{write_key, write_string},
    subscription::Format,
    time::Timestamp,
};

/// Which attempt of which delivery a body is sent in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InAttempt<'a> {
    /// The delivery's id.
    pub delivery: &'a str,
    /// Counts the attempts, from 1.
    pub number: u32,
    /// When it is made.
    pub at: Timestamp,
}

/// Renders an event in a shape.
pub fn render(event: &Event, shape: Shape, place: Place<'_>) -> Rendered {
    match shape.format {
        Format::Helicone => helicone::render(event, shape),
        Format::Standard => standard::render(event, shape),
        Format::CloudEvents => cloudevents::render(event, shape, place),
    }
}

/// A rendered body as it is sent: with the signed URL where it has one, and in its layout's place for it with the attempt.
/// `url_at` must be what rendering gave.
pub fn complete(body: &str, url: Option<(usize, &str)>, layout: Layout, attempt: InAttempt<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len().saturating_add(512));
    match url {
        Some((at, url)) => {
            // A place that is not one can only come from a damaged message; the body is then sent without the URL.
            let (before, after) = body.split_at_checked(at).unwrap_or((body, ""));
            out.extend_from_slice(before.as_bytes());
            write_key("request_response_url", &mut out);
            write_string(url, &mut out);
            out.extend_from_slice(after.as_bytes());
        }
        None => out.extend_from_slice(body.as_bytes()),
    }
    if layout == Layout::Standard && out.pop_if(|last| *last == b'}').is_some() {
        write_key("delivery", &mut out);
        out.push(b'{');
        text_member("id", attempt.delivery, &mut out);
        raw_member("attempt", &attempt.number.to_string(), &mut out);
        text_member("timestamp", &attempt.at.to_string(), &mut out);
        out.extend_from_slice(b"}}");
    }
    out
}
