//! A delivery on its way: the message on the queue.
//!
//! It carries what a retry needs, so that a delivery reads R2 never and KV rarely: a line of JSON, then the
//! rendered body as it is. The body is not JSON inside JSON, because escaping it twice would cost more than anything else.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Whose;
use crate::core::{
    event::{RecordPlace, Unpacked},
    payload::{Layout, Rendered},
    pricing::Status,
    shaping::{FieldRules, in_header},
    signed_url::{Locator, ShapedLocator},
    subscription::Subscription,
    time::Timestamp,
};

/// How large a body may be to travel in the message. With the line before it the message stays below 64 KB, the unit
/// that a queue bills by.
pub const INLINE_LIMIT: usize = 60_000;

/// How many characters of a model's or a provider's name are kept.
const LABEL: usize = 64;

/// The number of the message's form; a consumer takes this one.
pub(super) const FORM: u8 = 1;

/// What a queue message says of its delivery, beside the body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    pub(super) v: u8,
    /// The delivery id, sent as `webhook-id`.
    pub id: String,
    /// The org.
    pub org: String,
    /// The subscription's id.
    pub subscription: String,
    /// The event's id.
    pub event: String,
    /// The event's type.
    pub event_type: String,
    /// When intake accepted it, in milliseconds since 1970.
    pub accepted_at: i64,
    /// The address of this deployment, which signed URLs begin with.
    pub base_url: String,
    /// The archived object that holds the event.
    pub segment: String,
    /// The event's record in it: offset and length.
    pub record: (u64, u64),
    /// The exchange in it: offset and length.
    pub exchange: (u64, u64),
    /// What both come to when they are unpacked; absent where they are not packed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unpacked: Option<Unpacked>,
    /// The version the body was rendered in.
    pub api_version: String,
    /// Which rules of the subscription the body was shaped by: under others it is rendered anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<String>,
    /// The `traceparent` to send.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// The event's model, shortened by [`label`]: deliveries are counted by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The event's provider, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The gateway's id of the trace, where it said one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    /// The gateway's id of the route that the request took, where it said one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route_id: Option<String>,
    /// How the event was priced, where it did not come with a cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_status: Option<Status>,
    /// The resend that it is of, where somebody asked for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resend: Option<String>,
    /// An attempt was made and the ledger does not know of it yet: the ledger's row as it has to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unrecorded: Option<Value>,
    /// Where the URL goes in the body; absent where the body has none or is not inlined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url_at: Option<usize>,
    /// The fields that were cut.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub truncated: Vec<String>,
    /// How the body is laid out.
    #[serde(default, skip_serializing_if = "is_flat")]
    pub layout: Layout,
    /// Headers that belong to the body.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, String)>,
}

fn is_flat(layout: &Layout) -> bool {
    *layout == Layout::Flat
}

/// A model's or a provider's name, cut to what is counted by.
pub fn label(name: &str) -> String {
    name.chars().take(LABEL).collect()
}

/// What every message of one event has in common.
#[derive(Clone, Debug)]
pub struct Origin<'a> {
    /// The org.
    pub org: &'a str,
    /// The event's id.
    pub event: &'a str,
    /// The event's type.
    pub event_type: &'a str,
    /// When intake accepted it.
    pub accepted_at: Timestamp,
    /// The address of this deployment.
    pub base_url: &'a str,
    /// The archived object.
    pub segment: &'a str,
    /// The record in it.
    pub place: RecordPlace,
    /// The `traceparent` to send.
    pub traceparent: Option<String>,
    /// The gateway's id of the trace.
    pub trace_id: Option<&'a str>,
    /// The gateway's id of the route.
    pub route_id: Option<&'a str>,
    /// The event's model.
    pub model: Option<&'a str>,
    /// The event's provider.
    pub provider: Option<&'a str>,
    /// How it was priced, where it did not come with a cost.
    pub cost_status: Option<Status>,
}

impl Message {
    /// A message for one subscription; its body is put beside it by [`Self::encode`].
    pub fn new(origin: &Origin<'_>, id: String, subscription: &Subscription) -> Self {
        let rules = subscription.settings.fields.as_ref();
        let mut message = Self {
            v: FORM,
            id,
            org: origin.org.to_owned(),
            subscription: subscription.id.clone(),
            event: origin.event.to_owned(),
            event_type: origin.event_type.to_owned(),
            accepted_at: origin.accepted_at.millis(),
            base_url: origin.base_url.to_owned(),
            segment: origin.segment.to_owned(),
            record: (origin.place.offset, origin.place.length),
            exchange: (origin.place.exchange_offset, origin.place.exchange_length),
            unpacked: origin.place.unpacked,
            api_version: subscription.settings.api_version.name().to_owned(),
            fields: rules.map(|rules| rules.id().to_owned()),
            traceparent: origin.traceparent.clone(),
            trace_id: origin.trace_id.map(str::to_owned),
            route_id: origin.route_id.map(str::to_owned),
            model: origin.model.map(label),
            provider: origin.provider.map(label),
            cost_status: origin.cost_status,
            resend: None,
            unrecorded: None,
            url_at: None,
            truncated: Vec::new(),
            layout: Layout::Flat,
            headers: Vec::new(),
        };
        message.hold_back(rules);
        message
    }

    /// Takes out what the rules hold back of what is sent in headers.
    pub fn hold_back(&mut self, rules: Option<&FieldRules>) {
        let Some(rules) = rules else { return };
        self.traceparent = self.traceparent.take().filter(|_| rules.give_trace());
        self.cost_status = self.cost_status.filter(|_| rules.lets_go(&["cost_status"]));
        // What was cut may end in half of what would have been found.
        let left = |text: Option<String>, names: &[&str]| {
            in_header(&text.filter(|text| text.chars().count() < LABEL)?, names, rules)
        };
        self.trace_id = left(self.trace_id.take(), &["trace_id"]);
        self.route_id = left(self.route_id.take(), &["route_id", "router_id"]);
    }

    /// The message as text, with the body where it is to travel along.
    pub fn encode(mut self, body: Option<&Rendered>) -> String {
        if let Some(rendered) = body {
            self.adopt(rendered);
        }
        self.encode_with(body.map(|rendered| rendered.body.as_str()))
    }

    /// The message as text, with a body that it already knows.
    pub fn encode_with(&self, body: Option<&str>) -> String {
        let mut text = serde_json::to_string(self).unwrap_or_default();
        if let Some(body) = body {
            text.reserve_exact(body.len().saturating_add(1));
            text.push('\n');
            text.push_str(body);
        }
        text
    }

    /// Reads a message and its body, `None` where the body has to be rendered from the archive; an error names what is
    /// wrong and holds no part of the message.
    pub fn decode(text: &str) -> Result<(Self, Option<&str>), &'static str> {
        let (head, body) = match text.split_once('\n') {
            Some((head, body)) => (head, Some(body)),
            None => (text, None),
        };
        let message: Self = serde_json::from_str(head).map_err(|_| "not a delivery message")?;
        if message.v != FORM {
            return Err("a delivery message of an unknown form");
        }
        Ok((message, body))
    }

    /// The message alone, as a row keeps it: the body is rendered again where it is sent from there.
    pub fn without_body(&self) -> Self {
        Self {
            url_at: None,
            truncated: Vec::new(),
            layout: Layout::Flat,
            headers: Vec::new(),
            unrecorded: None,
            ..self.clone()
        }
    }

    /// Whose delivery it is.
    pub fn whose(&self) -> Whose<'_> {
        Whose { id: &self.id, org: &self.org, subscription: &self.subscription }
    }

    /// The same as it goes on once the ledger knows of every attempt.
    pub fn recorded(&self) -> Self {
        Self { unrecorded: None, ..self.clone() }
    }

    /// The same as part of a resend.
    pub fn resent(self, resend: Option<String>) -> Self {
        Self { resend, ..self }
    }

    /// Takes over what rendering found out about the body.
    pub fn adopt(&mut self, rendered: &Rendered) {
        self.url_at = rendered.url_at;
        self.truncated = rendered.truncated.iter().map(|&field| field.to_owned()).collect();
        self.layout = rendered.layout;
        self.headers.clone_from(&rendered.headers);
        // Its owner may have moved the subscription since the message was made.
        rendered.version.name().clone_into(&mut self.api_version);
    }

    /// Where its record stands.
    pub fn place(&self) -> RecordPlace {
        RecordPlace {
            offset: self.record.0,
            length: self.record.1,
            exchange_offset: self.exchange.0,
            exchange_length: self.exchange.1,
            unpacked: self.unpacked,
        }
    }

    /// Whether its body was shaped by these rules.
    pub fn is_shaped_by(&self, rules: Option<&FieldRules>) -> bool {
        self.fields.as_deref() == rules.map(FieldRules::id)
    }

    /// The record that the signed URL hands out as its subscription gets it.
    pub(super) fn shaped_locator(&self) -> ShapedLocator {
        ShapedLocator {
            key: self.segment.clone(),
            place: self.place(),
            subscription: self.subscription.clone(),
        }
    }

    /// The slice that the signed URL hands out.
    pub(super) fn exchange_locator(&self) -> Locator {
        Locator {
            key: self.segment.clone(),
            offset: self.exchange.0,
            length: self.exchange.1,
            unpacked: self.unpacked.map(|unpacked| unpacked.exchange),
        }
    }
}
