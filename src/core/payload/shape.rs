//! What a body is rendered in, and what comes of that.

use serde::{Deserialize, Serialize};

use crate::core::{
    api_version::ApiVersion,
    event::is_request,
    subscription::{ContentMode, Format, Oversize, Subscription},
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
    /// Whether bodies are sent uncut up to [`FULL_LIMIT`](super::FULL_LIMIT).
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
