//! What travels on the inbox's queue: a head in JSON, and the delivery's body behind it where it fits.

use serde::{Deserialize, Serialize};

use super::{
    entry::{Asked, Entry},
    origin::Origin,
};
use crate::core::{event::is_event_type, hash, time::Timestamp};

/// How large a delivery may be to travel in the inbox's message; larger ones go through R2.
pub const INLINE_LIMIT: usize = 100_000;

const FORM: u8 = 1;

/// What an inbox message says of its delivery, beside the body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxMessage {
    v: u8,
    /// The idempotency key: `webhook-id`, else derived from the body.
    pub id: String,
    /// The event's type, as far as the sender said it.
    pub event_type: Option<String>,
    /// When the door took it, in milliseconds since 1970.
    pub received_at: i64,
    /// The R2 object that holds the body, where it is too large to travel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stored: Option<String>,
    /// What the request is filed under, where the body names one ([`request_key`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// How it came.
    #[serde(default)]
    pub origin: Origin,
}

impl InboxMessage {
    /// A message about a delivery that was taken now. What is no event type counts as none, since a header can be as long as
    /// one likes and a message can't.
    pub fn new(
        id: String,
        event_type: Option<String>,
        request_id: Option<&str>,
        origin: Origin,
        received_at: Timestamp,
    ) -> Self {
        let event_type = event_type.filter(|event_type| is_event_type(event_type));
        let (received_at, request) = (received_at.millis(), request_id.map(request_key));
        Self { v: FORM, id, event_type, received_at, stored: None, request, origin }
    }

    /// A message about a delivery that was given up and kept; `None` where its body is not.
    pub fn again(entry: &Entry) -> Option<Self> {
        let stored = Some(entry.body.clone()?);
        let (id, event_type) = (entry.id.clone(), entry.event_type.clone());
        let request = entry.request.clone();
        Some(Self {
            v: FORM,
            id,
            event_type,
            received_at: entry.received_at,
            stored,
            request,
            origin: entry.origin,
        })
    }

    /// What the inbox is asked about it; `message` is the queue's id of it.
    pub fn asked(&self, message: String) -> Asked {
        Asked {
            request: self.request.clone(),
            id: self.id.clone(),
            event_type: self.event_type.clone(),
            origin: self.origin,
            received_at: self.received_at,
            message,
        }
    }

    /// The message as text, with the body where it travels along.
    pub fn encode(&self, body: Option<&str>) -> String {
        let head = serde_json::to_string(self).unwrap_or_default();
        match body {
            Some(body) => format!("{head}\n{body}"),
            None => head,
        }
    }

    /// Reads a message and its body.
    pub fn decode(text: &str) -> Result<(Self, Option<&str>), &'static str> {
        let (head, body) = match text.split_once('\n') {
            Some((head, body)) => (head, Some(body)),
            None => (text, None),
        };
        let message: Self = serde_json::from_str(head).map_err(|_| "not an inbox message")?;
        if message.v != FORM {
            return Err("an inbox message of an unknown form");
        }
        Ok((message, body))
    }
}

/// The idempotency key of a delivery whose scheme signs none: the request id and the body's hash.
pub fn legacy_id(request_id: Option<&str>, body: &str) -> String {
    let name = hash::name("heliograph/legacy-delivery", &[request_id.unwrap_or_default(), body], 16);
    format!("helicone_{name}")
}

/// What the deliveries about one request are filed under: `req_` and 32 hex characters, whatever the gateway's id looks like.
pub fn request_key(request_id: &str) -> String {
    format!("req_{}", hash::name("heliograph/inbox-request", &[request_id], 16))
}

/// Which of so many shards has what is filed under a key.
pub fn shard_of(key: &str, shards: u32) -> u32 {
    let [a, b, c, d, ..] = hash::digest("heliograph/inbox-shard", &[key]);
    u32::from_be_bytes([a, b, c, d]).checked_rem(shards).unwrap_or_default()
}

/// Where a delivery that is too large for a message is kept until it is handled.
pub fn stored_key(id: &str, random: [u8; 8]) -> String {
    format!("inbox/{id}/{}", hex::encode(random))
}

/// Where the full exchange of a delivery is kept while a handler has still to succeed: its URL is good for half an hour only.
pub fn exchange_key(id: &str) -> String {
    format!("inbox/{id}/exchange")
}
