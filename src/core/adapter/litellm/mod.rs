//! LiteLLM's `generic_api` callback: StandardLoggingPayloads, of which each is one attempt at a request.
//!
//! - `payload` reads one as the event of its request; `properties` and `bodies` read parts of it, all by `fields`.
//! - `besides` reads what else a payload tells of: guardrails that intervened, and that another model answered; `raised` makes
//!   events of that.

mod besides;
mod bodies;
mod fields;
mod payload;
mod properties;
mod raised;

use self::{besides::Failed, payload::Payload};
use crate::core::{
    event::{Batch, Event},
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
