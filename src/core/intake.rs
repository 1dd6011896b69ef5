//! Intake: which events are accepted, whom each goes to, what is archived and what is queued.
//!
//! A plan is data: nothing has happened until the edge has stored the segment and queued the messages, in this order.

use serde::Serialize;

use super::{
    delivery::{INLINE_LIMIT, Message, Origin},
    event::{Batch, Event, RecordPlace, read_event, write_record},
    filter::EventView,
    ids,
    payload::{Rendered, Shape, render},
    subscription::{Snapshot, Subscription},
    time::Timestamp,
};

/// A queue takes at most this many messages in one call.
const CHUNK_MESSAGES: usize = 100;
/// And this many bytes, with room for what the platform adds to each.
const CHUNK_BYTES: usize = 240_000;

/// How much rendered text one call keeps in memory. Deliveries beyond it are rendered from the archive when they are sent.
const RENDERED_BUDGET: usize = 16 * 1024 * 1024;

/// Who calls, when, and what with.
#[derive(Clone, Copy, Debug)]
pub struct Intake<'a> {
    /// The org.
    pub org: &'a str,
    /// The time of intake.
    pub now: Timestamp,
    /// The address of this deployment, for signed URLs.
    pub base_url: &'a str,
    /// The key that the segment will be stored under.
    pub segment_key: &'a str,
    /// The org's subscriptions.
    pub snapshot: &'a Snapshot,
}

/// An event that was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Rejection {
    /// Its place in the call, from 0.
    pub index: usize,
    /// What is wrong with which field.
    pub error: String,
}

/// What one call comes to.
#[derive(Debug, Default)]
pub struct Plan<'a> {
    /// How many events were accepted, matched or not.
    pub accepted: usize,
    /// Those that were not.
    pub rejected: Vec<Rejection>,
    /// The object to store; empty when nothing matched.
    pub segment: Vec<u8>,
    matched: Vec<Matched>,
    deliveries: Vec<Planned<'a>>,
}

/// An accepted event that somebody gets.
#[derive(Debug)]
struct Matched {
    id: String,
    event_type: String,
    traceparent: Option<String>,
    place: RecordPlace,
    /// One body per shape that is wanted.
    bodies: Vec<(Shape, Option<Rendered>)>,
}

/// One event for one subscription, as positions in the plan.
#[derive(Debug)]
struct Planned<'a> {
    event: usize,
    body: usize,
    subscription: &'a Subscription,
}

impl<'a> Intake<'a> {
    /// Plans a call. `body_length` bounds what the segment can come to.
    pub fn plan(&self, batch: Batch<'_>, body_length: usize) -> Plan<'a> {
        let mut plan = Plan::default();
        let mut rendered_bytes: usize = 0;
        for (index, event) in batch.events.into_iter().enumerate() {
            let event = match event {
                Ok(raw) => read_event(raw, self.now).map_err(|error| error.to_string()),
                Err(error) => Err(error.to_string()),
            };
            match event {
                Ok(event) => {
                    plan.accepted = plan.accepted.saturating_add(1);
                    self.add(&mut plan, &event, body_length, &mut rendered_bytes);
                }
                Err(error) => plan.rejected.push(Rejection { index, error }),
            }
        }
        plan
    }

    fn add(&self, plan: &mut Plan<'a>, event: &Event, body_length: usize, rendered_bytes: &mut usize) {
        let view = EventView::new(event);
        let mut subscriptions =
            self.snapshot.subscriptions.iter().filter(|one| one.matches(event, &view)).peekable();
        if subscriptions.peek().is_none() {
            return;
        }
        if plan.segment.is_empty() {
            // Growing by doubling would hold the largest calls twice.
            plan.segment.reserve_exact(body_length.saturating_add(4096));
        }
        let place = write_record(event, &mut plan.segment);
        let mut bodies: Vec<(Shape, Option<Rendered>)> = Vec::new();
        for subscription in subscriptions {
            let shape = Shape::of(subscription, &event.event_type);
            let body = match bodies.iter().position(|(other, _)| *other == shape) {
                Some(body) => body,
                None => {
                    bodies.push((shape, self.body(event, shape, rendered_bytes)));
                    bodies.len().saturating_sub(1)
                }
            };
            plan.deliveries.push(Planned { event: plan.matched.len(), body, subscription });
        }
        plan.matched.push(Matched {
            id: event.id.clone(),
            event_type: event.event_type.clone(),
            traceparent: event.trace.header(),
            place,
            bodies,
        });
    }

    /// A body that is small enough to travel, while the budget lasts.
    fn body(&self, event: &Event, shape: Shape, rendered_bytes: &mut usize) -> Option<Rendered> {
        if *rendered_bytes > RENDERED_BUDGET {
            return None;
        }
        let rendered = render(event, shape);
        if rendered.body.len() > INLINE_LIMIT {
            return None;
        }
        *rendered_bytes = rendered_bytes.saturating_add(rendered.body.len());
        Some(rendered)
    }

    /// The plan's messages, in chunks that a queue takes in one call each, made only when they are asked for.
    pub fn chunks<'p>(&'p self, plan: &'p Plan<'a>) -> impl Iterator<Item = Vec<String>> + 'p {
        let mut messages =
            plan.deliveries.iter().filter_map(|planned| self.message(plan, planned)).peekable();
        std::iter::from_fn(move || {
            let mut chunk = vec![messages.next()?];
            let mut bytes = chunk.first().map_or(0, String::len);
            while chunk.len() < CHUNK_MESSAGES {
                let fits = |next: &String| bytes.saturating_add(next.len()) <= CHUNK_BYTES;
                let Some(next) = messages.next_if(fits) else { break };
                bytes = bytes.saturating_add(next.len());
                chunk.push(next);
            }
            Some(chunk)
        })
    }

    fn message(&self, plan: &Plan<'_>, planned: &Planned<'_>) -> Option<String> {
        let event = plan.matched.get(planned.event)?;
        let origin = Origin {
            org: self.org,
            event: &event.id,
            event_type: &event.event_type,
            accepted_at: self.now,
            base_url: self.base_url,
            segment: self.segment_key,
            place: event.place,
            traceparent: event.traceparent.clone(),
        };
        let id = ids::delivery_id(self.org, &event.id, &planned.subscription.id);
        let (_, body) = event.bodies.get(planned.body)?;
        Some(Message::new(&origin, id, planned.subscription).encode(body.as_ref()))
    }
}

impl Plan<'_> {
    /// How many deliveries there will be.
    pub fn deliveries(&self) -> usize {
        self.deliveries.len()
    }
}
