//! The LLM event: what a gateway reports, and how it is read.

mod batch;
pub mod catalogue;
mod event_type;
mod place;
mod read;
mod record;
mod trace;
mod usage;
mod value;

pub use batch::{Batch, BatchError, BodyFormat, MAX_EVENTS};
pub use event_type::{
    DELIVERY_ALERT_FIRED, DELIVERY_ALERT_RESOLVED, DELIVERY_EXHAUSTED, ENDPOINT_DISABLED, ENDPOINT_FAILING,
    ENDPOINT_RECOVERED, ENDPOINT_SUCCESS_RATE_LOW, EventTypePattern, GUARDRAIL_BLOCKED, GUARDRAIL_FLAGGED,
    MAX_EVENT_TYPE, MAX_EVENT_TYPES, MODEL_FALLBACK_TRIGGERED, REQUEST_COMPLETED, REQUEST_FAILED,
    is_event_type, is_operational, is_request,
};
pub use place::{RecordPlace, Stored, Unpacked, append_packed, join_unpacked};
pub use read::{KNOWN, MAX_STATUS, read_event};
pub use record::{read_record, write_record};
pub use trace::Trace;
pub use usage::Usage;
pub use value::{MAX_ID, MAX_TEXT};

// What `core::adapter` reads the fields of other formats by.
pub(in crate::core) use value::{canonical, checked_id, id_text, number, object, short_text, text};

use super::{json::Canonical, pricing::CostNote, time::Timestamp};

/// One event as a gateway sent it. Bodies and unknown fields are kept as canonical JSON; nobody but `core::intake` looks into them.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The `id` it came with, else `{type}:{request_id}`. The idempotency key of everything that follows.
    pub id: String,
    /// Such as `request.completed`.
    pub event_type: String,
    /// The gateway's id of the LLM request.
    pub request_id: String,
    /// When it happened; the time of intake where the gateway did not say.
    pub created_at: Timestamp,
    /// The end user that the request was made for.
    pub user_id: Option<String>,
    /// Custom properties as text, for filters. Objects and lists among them are kept in `properties_json` alone.
    pub properties: Vec<(String, String)>,
    /// Custom properties as they came.
    pub properties_json: Option<Canonical>,
    /// The model that answered, else the one that was asked.
    pub model: Option<String>,
    /// The provider, in the gateway's spelling.
    pub provider: Option<String>,
    /// The HTTP status that the provider answered, or the gateway's word for the outcome, as JSON.
    pub status: Option<Canonical>,
    /// Token counts.
    pub usage: Usage,
    /// USD. Absent is unknown, which is not zero.
    pub cost: Option<f64>,
    /// How the cost came about, or why there is none, where it did not come with the event.
    pub priced: Option<CostNote>,
    /// How long the provider took, in milliseconds.
    pub latency_ms: Option<f64>,
    /// W3C trace context, as far as known.
    pub trace: Trace,
    /// The request's body: any JSON value.
    pub request: Option<Canonical>,
    /// The response's body: any JSON value.
    pub response: Option<Canonical>,
    /// The event's own data, for types other than requests.
    pub data: Option<Canonical>,
    /// Every other field, in the order they came.
    pub extra: Vec<(String, Canonical)>,
}

impl Event {
    /// The gateway's id of the route that the request took: its own field `route_id` or `router_id`.
    pub fn route_id(&self) -> Option<String> {
        let (_, id) =
            self.extra.iter().find(|(name, _)| matches!(name.as_str(), "route_id" | "router_id"))?;
        let number = || id.as_str().parse::<f64>().is_ok().then(|| id.as_str().to_owned());
        id.string_value().or_else(number)
    }
}
