//! LiteLLM's `generic_api` callback: StandardLoggingPayloads, of which each is one attempt at a request.
//!
//! - `payload` reads one as the event of its request; `properties` and `bodies` read parts of it.
//! - `raised` is what else a payload tells of: guardrails that intervened, and that another model answered.

mod bodies;
mod payload;
mod properties;
mod raised;

use serde_json::value::RawValue;

use self::{payload::Payload, raised::Failed};
use crate::core::{
    event::{Batch, Event},
    field::FieldError,
    json::Fields,
    time::Timestamp,
};

/// The events of a call: first one for each payload, in order, or what is wrong with it; then what these tell of besides.
/// `now` stands in where a payload tells no time.
pub fn events(batch: Batch<'_>, now: Timestamp) -> Vec<Result<Event, String>> {
    let payloads: Vec<Result<Payload, String>> = batch
        .events
        .into_iter()
        .map(|raw| match raw {
            Ok(raw) => Payload::read(raw, now).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        })
        .collect();
    let failed: Vec<Failed> =
        payloads.iter().flatten().filter_map(|payload| payload.failed.clone()).collect();
    let raised: Vec<Event> = payloads.iter().flatten().flat_map(|payload| payload.raised(&failed)).collect();
    let requests = payloads.into_iter().map(|payload| payload.map(|payload| payload.event));
    requests.chain(raised.into_iter().map(Ok)).collect()
}

/// A member that is there, not null, and no empty text.
fn present<'a>(fields: &Fields<'a>, name: &str) -> Option<&'a RawValue> {
    fields.get(name).filter(|value| !matches!(value.get(), "null" | r#""""#))
}

/// A member that is an object; an empty one where there is none.
fn part<'a>(fields: &Fields<'a>, name: &str) -> Result<Fields<'a>, FieldError> {
    match present(fields, name) {
        Some(raw) => crate::core::event::object(raw, name),
        None => Ok(Fields::default()),
    }
}

/// A member's text, where it is text.
fn word(fields: &Fields<'_>, name: &str) -> Option<String> {
    present(fields, name).and_then(|raw| serde_json::from_str(raw.get()).ok())
}
