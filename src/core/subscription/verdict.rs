//! What each subscription makes of one event that is in the archive.

use serde::Serialize;

use super::{Criteria, Subscription};
use crate::core::{
    event::Event,
    filter::{EventView, Mismatch},
    ids,
    ledger::{DeliveryView, Row},
};

/// What the webhooks make of an event.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = EventVerdicts))]
pub struct Verdicts<'a> {
    /// The event's id.
    pub event_id: &'a str,
    /// Its type.
    pub event_type: &'a str,
    /// The gateway's id of the trace; null where it said none.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub trace_id: Option<&'a str>,
    /// Each webhook, in the order of their creation.
    pub webhooks: Vec<Verdict<'a>>,
}

/// What one makes of it.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = EventVerdict))]
pub struct Verdict<'a> {
    /// The webhook's id.
    pub webhook_id: &'a str,
    /// What the event fails at first, by the settings that the webhook has now; null where it matches.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub why: Option<Mismatch>,
    /// The delivery, by the settings that it had then; null where none was attempted.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub delivery: Option<DeliveryView<'a>>,
}

impl<'a> Verdicts<'a> {
    /// Of an event; `rows` are what the subscriptions' ledgers have of its deliveries, in the subscriptions' order.
    pub fn new(event: &'a Event, subscriptions: &'a [Subscription], rows: &'a [Option<Row>]) -> Self {
        let view = EventView::new(event);
        let verdict = |(subscription, row): (&'a Subscription, &'a Option<Row>)| Verdict {
            webhook_id: &subscription.id,
            why: Criteria::of(&subscription.settings).mismatch(&subscription.id, event, &view),
            delivery: row.as_ref().map(DeliveryView::short),
        };
        Self {
            event_id: &event.id,
            event_type: &event.event_type,
            trace_id: event.trace.trace_id.as_deref(),
            webhooks: subscriptions.iter().zip(rows).map(verdict).collect(),
        }
    }
}

impl Subscription {
    /// The id of an event's delivery to it.
    pub fn delivery_id(&self, org: &str, event: &Event) -> String {
        ids::delivery_id(org, &event.id, &self.id)
    }
}
