//! A message as a ledger keeps it, for as long as a delivery is remembered: without what the ledger knows by its own name, without
//! what can be derived, and under short names. A webhook's ledger is mostly these.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::message::{FORM, Message};
use crate::core::{event::Unpacked, payload::Layout, pricing::Status, time::Timestamp};

/// What is kept of a message.
#[derive(Debug, Serialize, Deserialize)]
pub struct KeptMessage<'a> {
    /// The event's type.
    #[serde(rename = "t")]
    event_type: Cow<'a, str>,
    /// The event's id, where it is no request's.
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    event: Option<Cow<'a, str>>,
    /// The id of the request, where that and the type are the event's.
    #[serde(rename = "q", default, skip_serializing_if = "Option::is_none")]
    request: Option<Cow<'a, str>>,
    #[serde(rename = "a")]
    accepted_at: i64,
    #[serde(rename = "b")]
    base_url: Cow<'a, str>,
    /// The segment's name, which tells the rest of its key; or a slash, and the whole key.
    #[serde(rename = "s")]
    segment: Cow<'a, str>,
    /// The record, and the exchange in it: offsets and lengths.
    #[serde(rename = "r")]
    place: (u64, u64, u64, u64),
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    unpacked: Option<Unpacked>,
    #[serde(rename = "v")]
    api_version: Cow<'a, str>,
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    fields: Option<Cow<'a, str>>,
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    traceparent: Option<Cow<'a, str>>,
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    model: Option<Cow<'a, str>>,
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    provider: Option<Cow<'a, str>>,
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    trace_id: Option<Cow<'a, str>>,
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    route_id: Option<Cow<'a, str>>,
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    cost_status: Option<Status>,
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    resend: Option<Cow<'a, str>>,
}

/// What a ledger knows of a delivery without a row.
#[derive(Clone, Copy, Debug)]
pub struct Whose<'a> {
    /// The delivery.
    pub id: &'a str,
    /// The org.
    pub org: &'a str,
    /// The subscription.
    pub subscription: &'a str,
}

fn some(text: &Option<String>) -> Option<Cow<'_, str>> {
    text.as_deref().map(Cow::Borrowed)
}

impl<'a> KeptMessage<'a> {
    /// What is kept of a message.
    pub fn of(message: &'a Message) -> Self {
        let request =
            message.event.strip_prefix(message.event_type.as_str()).and_then(|rest| rest.strip_prefix(':'));
        let name = message.segment.rsplit('/').next().unwrap_or_default();
        let is_derived = segment(&message.org, name).as_ref() == Some(&message.segment);
        Self {
            event_type: message.event_type.as_str().into(),
            event: request.is_none().then(|| message.event.as_str().into()),
            request: request.map(Into::into),
            accepted_at: message.accepted_at,
            base_url: message.base_url.as_str().into(),
            segment: if is_derived { name.into() } else { format!("/{}", message.segment).into() },
            place: (message.record.0, message.record.1, message.exchange.0, message.exchange.1),
            unpacked: message.unpacked,
            api_version: message.api_version.as_str().into(),
            fields: some(&message.fields),
            traceparent: some(&message.traceparent),
            model: some(&message.model),
            provider: some(&message.provider),
            trace_id: some(&message.trace_id),
            route_id: some(&message.route_id),
            cost_status: message.cost_status,
            resend: some(&message.resend),
        }
    }

    /// The message again, without a body.
    pub fn open(self, whose: Whose<'_>) -> Message {
        let own = |text: Option<Cow<'_, str>>| text.map(Cow::into_owned);
        let event = match (self.event, self.request) {
            (Some(event), _) => event.into_owned(),
            (None, request) => format!("{}:{}", self.event_type, request.unwrap_or_default()),
        };
        let (offset, length, exchange_offset, exchange_length) = self.place;
        Message {
            v: FORM,
            id: whose.id.to_owned(),
            org: whose.org.to_owned(),
            subscription: whose.subscription.to_owned(),
            event,
            accepted_at: self.accepted_at,
            base_url: self.base_url.into_owned(),
            segment: match self.segment.strip_prefix('/') {
                Some(whole) => whole.to_owned(),
                None => segment(whose.org, &self.segment).unwrap_or_default(),
            },
            record: (offset, length),
            exchange: (exchange_offset, exchange_length),
            unpacked: self.unpacked,
            api_version: self.api_version.into_owned(),
            fields: own(self.fields),
            traceparent: own(self.traceparent),
            model: own(self.model),
            provider: own(self.provider),
            trace_id: own(self.trace_id),
            route_id: own(self.route_id),
            cost_status: self.cost_status,
            resend: own(self.resend),
            event_type: self.event_type.into_owned(),
            unrecorded: None,
            url_at: None,
            truncated: Vec::new(),
            layout: Layout::Flat,
            headers: Vec::new(),
        }
    }
}

/// The key of a segment by its name, which begins with the time of the call that it is of; `None` where that is no such name.
fn segment(org: &str, name: &str) -> Option<String> {
    let (millis, _) = name.split_once('-').filter(|_| !name.contains('/'))?;
    let (date, hour) = Timestamp::from_millis(millis.parse().ok()?).date_and_hour();
    Some(format!("archive/{org}/{date}/{hour}/{name}"))
}
