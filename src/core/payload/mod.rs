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
mod standard;
mod versions;

pub use header_text::header_text;
pub use oversize::{FULL_LIMIT, LIMIT, MARKER};

use serde::{Deserialize, Serialize};

use super::{
    api_version::ApiVersion,
    event::{Event, is_request},
    json::{write_key, write_string},
    subscription::{ContentMode, Format, Oversize, Subscription},
    time::Timestamp,
};

/// What decides how a body looks: two subscriptions of one shape get the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Flat, `{type, timestamp, data}`, or a CloudEvent.
    pub format: Format,
    /// Where a CloudEvent's attributes stand.
    pub content_mode: ContentMode,
    /// The version that the subscription is pinned to.
    pub version: ApiVersion,
    /// Whether URL, model, provider and metadata are in it.
    pub include_data: bool,
    /// What becomes of bodies over 10 KB.
    pub oversize: Oversize,
    /// What shaping says of rendering; `None` where the event is as it came.
    pub shaped: Option<Shaped>,
}

/// What is known of a shaped event and can't be seen by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shaped {
    /// Whether bodies are sent uncut up to [`FULL_LIMIT`].
    pub uncut: bool,
    /// Whether the flat body has `metadata`, with or without a model beside it.
    pub metadata: bool,
    /// Whether a CloudEvent says its trace.
    pub trace: bool,
}

impl Shape {
    /// The shape in which a subscription gets an event of this type.
    pub fn of(subscription: &Subscription, event_type: &str) -> Self {
        let settings = &subscription.settings;
        let format = match settings.format {
            // Helicone has no shape for anything else.
            Format::Helicone if !is_request(event_type) => Format::Standard,
            format => format,
        };
        Self {
            format,
            content_mode: settings.content_mode,
            version: settings.api_version,
            include_data: settings.include_data,
            oversize: settings.oversize,
            shaped: None,
        }
    }
}

/// Where events come from: what a CloudEvent's `source` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The org.
    pub org: &'a str,
    /// The address of this deployment.
    pub base_url: &'a str,
}

/// How a body is laid out, which says what is sent beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// Helicone's flat object.
    #[default]
    Flat,
    /// `{type, timestamp, data}`, which takes `delivery` besides.
    Standard,
    /// A CloudEvent in structured mode.
    CloudEvents,
    /// The data of a CloudEvent whose attributes are headers.
    CloudEventsBinary,
}

impl Layout {
    /// The `Content-Type` that it is sent with.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::CloudEvents => "application/cloudevents+json; charset=utf-8",
            Self::Flat | Self::Standard | Self::CloudEventsBinary => "application/json",
        }
    }
}

/// A body without what changes from attempt to attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// JSON that a JavaScript round trip leaves as it is.
    pub body: String,
    /// Where the member `request_response_url` goes, in bytes; absent where the shape has none.
    pub url_at: Option<usize>,
    /// The fields that were cut or replaced, for the `webhook-truncated` header.
    pub truncated: Vec<&'static str>,
    /// How it is laid out.
    pub layout: Layout,
    /// The version that it is of.
    pub version: ApiVersion,
    /// Headers that belong to it: names and values.
    pub headers: Vec<(String, String)>,
}

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

fn text_member(name: &str, text: &str, out: &mut Vec<u8>) {
    write_key(name, out);
    write_string(text, out);
}

fn raw_member(name: &str, json: &str, out: &mut Vec<u8>) {
    write_key(name, out);
    out.extend_from_slice(json.as_bytes());
}
