//! What a delivery says, whichever of the two shapes it has.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::core::{
    event::Trace,
    ids::is_test_request_id,
    json::{Canonical, Fields},
    time::Timestamp,
};

/// The URL that Helicone's test delivery carries, by its mock signature: there is nothing behind it.
const MOCK_SIGNATURE: &str = "mocksignature123456789";

const NO_OBJECT: &str = "the body is not a JSON object";

/// How many properties are read, and how long a name or value may be, in characters.
const MAX_PROPERTIES: usize = 50;
const MAX_PROPERTY: usize = 200;

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
    /// What else is told of the request.
    pub metadata: Metadata,
    /// The trace that it belongs to.
    pub trace: Trace,
    /// Where the full exchange is, for half an hour.
    pub request_response_url: Option<String>,
    /// The request's body as delivered: a value, a JSON string, cut, or a marker.
    pub request: Option<Canonical>,
    /// The response's body, likewise.
    pub response: Option<Canonical>,
}

/// What the door has to know of a delivery: which event, and which request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PayloadHead {
    /// The event's type, from a Standard Webhooks body.
    pub event_type: Option<String>,
    /// The gateway's request id.
    pub request_id: Option<String>,
}

impl PayloadHead {
    /// Reads it, and nothing of what else is there: [`Payload::read`] says the same of both, and refuses the same bodies.
    pub fn read(body: &str) -> Result<Self, &'static str> {
        let outer: Fields = serde_json::from_str(body).map_err(|_| NO_OBJECT)?;
        let nested = nested(&outer);
        let fields = nested.as_ref().unwrap_or(&outer);
        Ok(Self {
            event_type: nested.as_ref().and_then(|_| outer.get("type")).and_then(text),
            request_id: fields.get("request_id").and_then(text),
        })
    }
}

/// The `data` of a Standard Webhooks body, or of a CloudEvent.
fn nested<'a>(outer: &Fields<'a>) -> Option<Fields<'a>> {
    match (outer.get("type"), outer.get("data")) {
        (Some(_), Some(data)) => serde_json::from_str(data.get()).ok(),
        _ => None,
    }
}

/// What a delivery tells of its request, beside who and what. Absent is unknown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata {
    /// Tokens of the prompt.
    pub prompt_tokens: Option<u64>,
    /// Tokens of the completion.
    pub completion_tokens: Option<u64>,
    /// Both; the given total where one of them is unknown.
    pub total_tokens: Option<u64>,
    /// How long the provider took, in milliseconds.
    pub latency_ms: Option<u64>,
    /// The provider's HTTP status.
    pub status: Option<u16>,
    /// When the event happened.
    pub at: Option<Timestamp>,
    /// The gateway's custom properties, as texts; Helicone's own deliveries have none.
    pub properties: BTreeMap<String, String>,
}

impl Payload {
    /// Reads a verified body. Helicone's flat shape, `{type, timestamp, data}` and CloudEvents are taken, unknown fields ignored,
    /// fields of an unexpected type read as absent: the signature held, so what can be read is worth having.
    pub fn read(body: &str) -> Result<Self, &'static str> {
        let outer: Fields = serde_json::from_str(body).map_err(|_| NO_OBJECT)?;
        let nested = nested(&outer);
        let fields = nested.as_ref().unwrap_or(&outer);
        let inner: Option<Fields> =
            fields.get("metadata").and_then(|raw| serde_json::from_str(raw.get()).ok());
        let cost = inner.as_ref().and_then(|inner| inner.get("cost")).or_else(|| fields.get("cost"));
        let body = |name: &str| fields.get(name).and_then(|raw| Canonical::from_text(raw.get()).ok());
        Ok(Self {
            event_type: nested.as_ref().and_then(|_| outer.get("type")).and_then(text),
            request_id: fields.get("request_id").and_then(text),
            user_id: fields.get("user_id").and_then(text),
            model: fields.get("model").and_then(text),
            provider: fields.get("provider").and_then(text),
            cost: cost.and_then(number).filter(|cost| *cost >= 0.0),
            metadata: Metadata::read(
                fields,
                inner.as_ref(),
                outer.get("timestamp").or_else(|| outer.get("time")),
            ),
            trace: Trace {
                trace_id: fields.get("trace_id").and_then(text),
                span_id: fields.get("span_id").and_then(text),
                traceparent: fields.get("traceparent").and_then(text),
            },
            request_response_url: fields.get("request_response_url").and_then(text),
            request: body("request_body"),
            response: body("response_body"),
        })
    }

    /// Helicone writes 0 for what it does not know; whoever reads a delivery of its own can't tell the two apart.
    pub fn forget_zeros(&mut self) {
        self.cost = self.cost.filter(|cost| *cost > 0.0);
        let metadata = &mut self.metadata;
        if metadata.prompt_tokens == Some(0) && metadata.completion_tokens == Some(0) {
            (metadata.prompt_tokens, metadata.completion_tokens, metadata.total_tokens) = (None, None, None);
        }
    }

    /// The URL to fetch the full exchange from; `None` where there is none or it is the mock of a test delivery.
    pub fn fetchable_url(&self) -> Option<&str> {
        self.request_response_url.as_deref().filter(|_| !self.is_test())
    }

    /// Whether it is the delivery of Helicone's Test button, which is about no request.
    pub fn is_test(&self) -> bool {
        self.request_response_url.as_deref().is_some_and(|url| url.contains(MOCK_SIGNATURE))
    }

    /// Whether it is a test delivery, Helicone's or ours: it tells of a request that nobody made.
    pub fn is_rehearsal(&self) -> bool {
        self.is_test() || self.request_id.as_deref().is_some_and(is_test_request_id)
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

/// The exchange in what Helicone's request API answers, `{"data":{"request_body":…,"response_body":…}}`, in the form that a
/// signed URL has it in: `{"request":…,"response":…}`.
pub fn exchange_of_row(answer: &str) -> Option<String> {
    let outer: Fields = serde_json::from_str(answer).ok()?;
    let row: Fields = serde_json::from_str(outer.get("data")?.get()).ok()?;
    let body = |name: &str| row.get(name).map_or("null", |raw| raw.get());
    let (request, response) = (body("request_body"), body("response_body"));
    let has_any = request != "null" || response != "null";
    has_any.then(|| format!("{{\"request\":{request},\"response\":{response}}}"))
}

impl Metadata {
    fn read(fields: &Fields, inner: Option<&Fields>, timestamp: Option<&RawValue>) -> Self {
        let usage: Option<Fields> = fields.get("usage").and_then(|raw| serde_json::from_str(raw.get()).ok());
        let count = |flat: &str, nested: &str| {
            let given = inner.and_then(|inner| inner.get(flat));
            given.or_else(|| usage.as_ref().and_then(|usage| usage.get(nested))).and_then(whole)
        };
        let prompt_tokens = count("promptTokens", "prompt_tokens");
        let completion_tokens = count("completionTokens", "completion_tokens");
        let total_tokens = match (prompt_tokens, completion_tokens) {
            (Some(prompt), Some(completion)) => Some(prompt.saturating_add(completion)),
            _ => count("totalTokens", "total_tokens"),
        };
        let latency = inner.and_then(|inner| inner.get("latencyMs")).or_else(|| fields.get("latency_ms"));
        let status = fields.get("status").and_then(whole).and_then(|status| u16::try_from(status).ok());
        let at = timestamp.and_then(text).and_then(|text| Timestamp::parse(&text));
        let properties = fields.get("properties").map(properties).unwrap_or_default();
        Self {
            prompt_tokens,
            completion_tokens,
            total_tokens,
            latency_ms: latency.and_then(number).filter(|ms| *ms >= 0.0).map(|ms| ms as u64),
            status,
            at,
            properties,
        }
    }
}

/// Properties as texts; what is no text, number or truth value has no name to count under.
fn properties(raw: &RawValue) -> BTreeMap<String, String> {
    let fields: Fields = serde_json::from_str(raw.get()).unwrap_or_default();
    let short = |text: &str| text.chars().take(MAX_PROPERTY).collect::<String>();
    let value = |raw: &RawValue| match serde_json::from_str(raw.get()) {
        Ok(serde_json::Value::String(text)) => Some(short(&text)),
        Ok(serde_json::Value::Number(_) | serde_json::Value::Bool(_)) => Some(short(raw.get())),
        _ => None,
    };
    let named = fields.iter().filter_map(|(name, raw)| Some((short(name), value(raw)?)));
    named.take(MAX_PROPERTIES).collect()
}

fn text(raw: &RawValue) -> Option<String> {
    serde_json::from_str(raw.get()).ok()
}

fn number(raw: &RawValue) -> Option<f64> {
    serde_json::from_str(raw.get()).ok()
}

fn whole(raw: &RawValue) -> Option<u64> {
    let number = number(raw)?;
    // What JavaScript holds exactly.
    (number.fract() == 0.0 && (0.0..=9_007_199_254_740_991.0).contains(&number)).then_some(number as u64)
}

/// How long a `request_response_url` is worth trying, from the moment the delivery was taken: Helicone's documented half hour.
pub const URL_LIFE_SECONDS: i64 = 1800;
