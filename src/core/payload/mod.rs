//! The body that a subscription is sent.
//!
//! A body is rendered once, at intake, for all subscriptions that want the same shape. The one part that changes
//! from attempt to attempt is the signed URL, so a rendered body remembers where the URL goes.

mod helicone;
mod oversize;
mod standard;

pub use oversize::{LIMIT, MARKER};

use super::{
    event::Event,
    json::{write_key, write_string},
    subscription::{Format, Oversize, Subscription},
};
use crate::core::event::is_request;

/// What decides how a body looks: two subscriptions of one shape get the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Flat, or `{type, timestamp, data}`.
    pub format: Format,
    /// Whether URL, model, provider and metadata are in it.
    pub include_data: bool,
    /// What becomes of bodies over 10 KB.
    pub oversize: Oversize,
}

impl Shape {
    /// The shape in which a subscription gets an event of this type.
    pub fn of(subscription: &Subscription, event_type: &str) -> Self {
        let settings = &subscription.settings;
        let format = if is_request(event_type) { settings.format } else { Format::Standard };
        Self { format, include_data: settings.include_data, oversize: settings.oversize }
    }
}

/// A body without its signed URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// JSON that a JavaScript round trip leaves as it is.
    pub body: String,
    /// Where the member `request_response_url` goes, in bytes; absent where the shape has none.
    pub url_at: Option<usize>,
    /// The fields that were cut or replaced, for the `webhook-truncated` header.
    pub truncated: Vec<&'static str>,
}

/// Renders an event in a shape.
pub fn render(event: &Event, shape: Shape) -> Rendered {
    match shape.format {
        Format::Helicone => helicone::render(event, shape),
        Format::Standard => standard::render(event, shape),
    }
}

/// Puts the signed URL into a rendered body. `url_at` must be what rendering gave.
pub fn with_url(body: &str, url_at: usize, url: &str) -> Vec<u8> {
    // A place that is not one can only come from a damaged message; the body is then sent without the URL.
    let (before, after) = body.split_at_checked(url_at).unwrap_or((body, ""));
    let mut out = Vec::with_capacity(body.len().saturating_add(url.len()).saturating_add(32));
    out.extend_from_slice(before.as_bytes());
    write_key("request_response_url", &mut out);
    write_string(url, &mut out);
    out.extend_from_slice(after.as_bytes());
    out
}

fn text_member(name: &str, text: &str, out: &mut Vec<u8>) {
    write_key(name, out);
    write_string(text, out);
}

fn raw_member(name: &str, json: &str, out: &mut Vec<u8>) {
    write_key(name, out);
    out.extend_from_slice(json.as_bytes());
}
