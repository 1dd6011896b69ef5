//! What the receiver knows of a verified delivery, on its queue and in its handlers.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{
    hash,
    json::{Canonical, Fields},
    time::Timestamp,
};

/// How large a delivery may be to travel in the inbox's message; larger ones go through R2.
pub const INLINE_LIMIT: usize = 100_000;

/// The URL that Helicone's test delivery carries, by its mock signature: there is nothing behind it.
const MOCK_SIGNATURE: &str = "mocksignature123456789";

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
}

impl InboxMessage {
    /// A message about a delivery that was taken now.
    pub fn new(id: String, event_type: Option<String>, received_at: Timestamp) -> Self {
        Self { v: FORM, id, event_type, received_at: received_at.millis(), stored: None }
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

/// A delivered payload, either shape, with the bodies as they came.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Payload {
    /// The event's type, from a Standard Webhooks body.
    pub event_type: Option<String>,
    /// The gateway's request id.
    pub request_id: Option<String>,
    /// The end user.
    pub user_id: Option<String>,
    /// The model that answered.
    pub model: Option<String>,
    /// The provider, in the gateway's spelling.
    pub provider: Option<String>,
    /// USD; absent is unknown.
    pub cost: Option<f64>,
    /// Where the full exchange is, for half an hour.
    pub request_response_url: Option<String>,
    /// The request's body as delivered: a value, a JSON string, cut, or a marker.
    pub request: Option<Canonical>,
    /// The response's body, likewise.
    pub response: Option<Canonical>,
}

impl Payload {
    /// Reads a verified body. Helicone's flat shape and `{type, timestamp, data}` are both taken, unknown fields ignored,
    /// fields of an unexpected type read as absent: the signature held, so what can be read is worth having.
    pub fn read(body: &str) -> Result<Self, &'static str> {
        let outer: Fields = serde_json::from_str(body).map_err(|_| "the body is not a JSON object")?;
        let nested: Option<Fields> = match (outer.get("type"), outer.get("data")) {
            (Some(_), Some(data)) => serde_json::from_str(data.get()).ok(),
            _ => None,
        };
        let fields = nested.as_ref().unwrap_or(&outer);
        let metadata: Option<Fields> =
            fields.get("metadata").and_then(|raw| serde_json::from_str(raw.get()).ok());
        let cost = metadata.as_ref().and_then(|metadata| metadata.get("cost")).or_else(|| fields.get("cost"));
        let body = |name: &str| fields.get(name).and_then(|raw| Canonical::from_text(raw.get()).ok());
        Ok(Self {
            event_type: nested.as_ref().and_then(|_| outer.get("type")).and_then(text),
            request_id: fields.get("request_id").and_then(text),
            user_id: fields.get("user_id").and_then(text),
            model: fields.get("model").and_then(text),
            provider: fields.get("provider").and_then(text),
            cost: cost.and_then(|raw| serde_json::from_str(raw.get()).ok()),
            request_response_url: fields.get("request_response_url").and_then(text),
            request: body("request_body"),
            response: body("response_body"),
        })
    }

    /// The URL to fetch the full exchange from; `None` where there is none or it is the mock of a test delivery.
    pub fn fetchable_url(&self) -> Option<&str> {
        self.request_response_url.as_deref().filter(|url| !url.contains(MOCK_SIGNATURE))
    }

    /// Puts the full exchange, `{"request":…,"response":…}`, in place of the delivered bodies. Either may be absent; an
    /// object with other members alone is no exchange.
    pub fn adopt_exchange(&mut self, exchange: &str) -> Result<(), &'static str> {
        let fields: Fields =
            serde_json::from_str(exchange).map_err(|_| "the exchange is not a JSON object")?;
        let body = |name: &str| {
            fields
                .get(name)
                .map(|raw| Canonical::from_text(raw.get()))
                .transpose()
                .map_err(|_| "a body is not JSON")
        };
        let (request, response) = (body("request")?, body("response")?);
        if request.is_none() && response.is_none() && !fields.is_empty() {
            return Err("the exchange holds neither a request nor a response");
        }
        self.request = request.or(self.request.take());
        self.response = response.or(self.response.take());
        Ok(())
    }
}

fn text(raw: &RawValue) -> Option<String> {
    serde_json::from_str(raw.get()).ok()
}

/// How long a `request_response_url` is worth trying, from the moment the delivery was taken: Helicone's documented half hour.
pub const URL_LIFE_SECONDS: i64 = 1800;

/// The idempotency key of a delivery whose scheme signs none: the request id and the body's hash.
pub fn legacy_id(request_id: Option<&str>, body: &str) -> String {
    let digest = hash::digest("heliograph/legacy-delivery", &[request_id.unwrap_or_default(), body]);
    let (head, _) = digest.split_at(16);
    format!("helicone_{}", hex::encode(head))
}

/// Where a delivery that is too large for a message is kept until it is handled.
pub fn stored_key(id: &str, random: [u8; 8]) -> String {
    format!("inbox/{id}/{}", hex::encode(random))
}

/// How long to wait before a delivery is handled again, in seconds; `None` when it has been tried often enough. From 5 s
/// doubling up to an hour: the first tries lie within the life of the exchange's URL, all of them span about seven hours.
pub fn retry_delay(attempts: u32) -> Option<u32> {
    const TRIES: u32 = 16;
    const LONGEST: u32 = 3600;
    let doublings = attempts.saturating_sub(1);
    (attempts < TRIES).then(|| 5_u32.saturating_mul(2_u32.saturating_pow(doublings)).min(LONGEST))
}
