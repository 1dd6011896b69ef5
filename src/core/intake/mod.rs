//! Intake: which events are accepted, whom each goes to, what is archived, indexed, queued and held.
//!
//! A plan is data: nothing has happened until the edge has stored the segment and its index and then queued the messages.

mod bodies;
mod complete;
mod own_types;
mod price;
mod unsent;

pub use complete::complete;
pub use unsent::Unsent;

use serde::Serialize;

use self::{own_types::OwnTypes, unsent::Why};
use super::{
    delivery::{INLINE_LIMIT, bundles, chunks},
    event::{Event, is_operational, write_record},
    field::FieldError,
    filter::EventView,
    history::{Facts, IndexedEvent, SegmentIndex},
    org::Retain,
    payload::Rendered,
    presign,
    rules::{Observer, Share},
    shaping::{Look, Reader, UserIdKey, render},
    subscription::{Choice, Snapshot, Subscription},
    time::Timestamp,
};

/// How much rendered text one call keeps in memory. Deliveries beyond it are rendered from the archive when they are sent.
const RENDERED_BUDGET: usize = 16 * 1024 * 1024;

/// What a record may hold beyond its event's own text, in bytes: ids that were derived, a price, how long it is.
const RECORD_ROOM: usize = 512;

/// How large the bodies of an event may be to be shaped while the client waits; of larger ones, when they are sent.
const SHAPED_LIMIT: usize = 1024 * 1024;

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
    /// Whose events they are.
    pub source: Source,
    /// What ids of users are hashed with, for subscriptions that want that.
    pub user_ids: &'a UserIdKey,
}

/// Whose events are taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A gateway's: those of Heliograph's own types are refused, so that nobody is told of a failure that was none.
    Gateway,
    /// Heliograph's own.
    Own,
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
    /// What the history notes of it.
    pub index: SegmentIndex,
    /// How many deliveries are held.
    pub held: usize,
    /// What the events come to for the org's rules, and what tells this call from every other one.
    pub observed: (Vec<Share>, String),
    /// How many of the accepted are requests whose cost is unknown.
    pub unpriced: usize,
    /// What subscriptions do not get sent.
    pub unsent: Unsent,
    /// Of each subscription of the snapshot, where the index has it.
    positions: Vec<Option<usize>>,
    /// Of each event of the index, one body per look that is queued.
    bodies: Vec<Vec<(Look<'a>, Option<Rendered>)>>,
    deliveries: Vec<Planned<'a>>,
}

/// One event to be queued for one subscription, as positions in the plan.
#[derive(Debug)]
struct Planned<'a> {
    event: usize,
    body: usize,
    position: usize,
    subscription: &'a Subscription,
}

impl<'a> Intake<'a> {
    /// Plans a call: each of its events, or what is wrong with it. `body_length` is about what the segment comes to.
    pub fn plan(
        &self,
        events: impl IntoIterator<Item = Result<Event, String>>,
        body_length: usize,
    ) -> Plan<'a> {
        let mut plan = Plan {
            index: SegmentIndex {
                at: self.now.millis(),
                base_url: self.base_url.to_owned(),
                ..SegmentIndex::default()
            },
            positions: vec![None; self.snapshot.subscriptions.len()],
            ..Plan::default()
        };
        let own_types = OwnTypes::new(&self.snapshot.org.event_types);
        // Events of our own tell of requests that were counted.
        let rules = match self.source {
            Source::Gateway => self.snapshot.org.rules.as_slice(),
            Source::Own => &[],
        };
        let mut observer = Observer::new(rules, self.now);
        let mut rendered_bytes: usize = 0;
        let events = events.into_iter();
        let room = events.size_hint().1.unwrap_or_default().saturating_add(8).saturating_mul(RECORD_ROOM);
        let segment_length = body_length.saturating_add(room);
        for (index, event) in events.enumerate() {
            match event.and_then(|event| self.check(event, &own_types)) {
                Ok(mut event) => {
                    complete(&mut event);
                    plan.accepted = plan.accepted.saturating_add(1);
                    observer.add(&event);
                    if event.cost.is_none() && event.priced.is_some() {
                        plan.unpriced = plan.unpriced.saturating_add(1);
                    }
                    self.add(&mut plan, &event, segment_length, &mut rendered_bytes);
                }
                Err(error) => plan.rejected.push(Rejection { index, error }),
            }
        }
        plan.observed = observer.finish();
        // One subscription's after another's: a queue hands them out much as they came, and its consumer pays two calls to the
        // ledger for each subscription in a batch.
        plan.deliveries.sort_by_key(|planned| planned.position);
        plan
    }

    fn check(&self, event: Event, own_types: &OwnTypes<'_>) -> Result<Event, String> {
        if self.source == Source::Gateway && is_operational(&event.event_type) {
            let problem = "is one of Heliograph's own types, which nobody else raises";
            return Err(FieldError::new("type", problem).to_string());
        }
        own_types.check(&event).map_err(|error| error.to_string())?;
        Ok(event)
    }

    fn add(&self, plan: &mut Plan<'a>, event: &Event, segment_length: usize, rendered_bytes: &mut usize) {
        let view = EventView::new(event);
        let subscriptions = self.snapshot.subscriptions.as_slice();
        let mut unsent: Vec<(usize, Why)> = Vec::new();
        let mut matching = Vec::new();
        for (at, subscription) in subscriptions.iter().enumerate() {
            match subscription.choose(event, &view) {
                Choice::Taken if subscription.is_sending() => matching.push((at, subscription)),
                Choice::Taken => {
                    matching.push((at, subscription));
                    unsent.push((at, Why::Held));
                }
                passed_over => unsent.extend(Why::of(passed_over).map(|why| (at, why))),
            }
        }
        plan.unsent.add(event, &unsent, subscriptions.len(), self.now);
        // Events of Heliograph's own tell of deliveries, not of requests.
        let keeps_all = self.snapshot.org.retain == Retain::All && self.source == Source::Gateway;
        if matching.is_empty() && !keeps_all {
            return;
        }
        if plan.segment.is_empty() {
            // Growing by doubling would hold the largest calls three times.
            plan.segment.reserve_exact(segment_length);
        }
        let mut indexed = IndexedEvent::new(event, write_record(event, &mut plan.segment));
        if self.snapshot.org.retain != Retain::None {
            indexed.facts = Facts::of(event);
        }
        let mut bodies: Vec<(Look<'a>, Option<Rendered>)> = Vec::new();
        for (at, subscription) in matching {
            let position = plan.position(at, subscription);
            if !subscription.is_sending() {
                indexed.held.push(position);
                plan.held = plan.held.saturating_add(1);
                continue;
            }
            indexed.queued.push(position);
            let look = Look::of(subscription, &event.event_type);
            let body = match bodies.iter().position(|(other, _)| *other == look) {
                Some(body) => body,
                None => {
                    bodies.push((look, self.body(event, subscription, rendered_bytes)));
                    bodies.len().saturating_sub(1)
                }
            };
            plan.deliveries.push(Planned { event: plan.bodies.len(), body, position, subscription });
        }
        plan.index.events.push(indexed);
        plan.bodies.push(bodies);
    }

    /// A body that is small enough to travel, while the budget lasts.
    fn body(
        &self,
        event: &Event,
        subscription: &Subscription,
        rendered_bytes: &mut usize,
    ) -> Option<Rendered> {
        if *rendered_bytes > RENDERED_BUDGET {
            return None;
        }
        if subscription.settings.fields.is_some() {
            // All of it is looked through and copied, whatever then leaves.
            let bodies = [&event.request, &event.response];
            let length = bodies
                .into_iter()
                .flatten()
                .fold(0_usize, |sum, body| sum.saturating_add(body.as_str().len()));
            if length > SHAPED_LIMIT {
                return None;
            }
            *rendered_bytes = rendered_bytes.saturating_add(length);
        }
        let reader = Reader::of(subscription, self.org, self.user_ids);
        let rendered = render(event, subscription, reader, self.base_url);
        if rendered.body.len() > INLINE_LIMIT {
            return None;
        }
        *rendered_bytes = rendered_bytes.saturating_add(rendered.body.len());
        Some(rendered)
    }

    /// The plan's messages, bundled, in chunks that a queue takes in one call each, made only when they are asked for.
    pub fn chunks<'p>(&'p self, plan: &'p Plan<'a>) -> impl Iterator<Item = Vec<String>> + 'p {
        let message = |planned: &'p Planned<'a>| Some((planned.position, self.message(plan, planned)?));
        chunks(bundles(plan.deliveries.iter().filter_map(message)))
    }

    fn message(&self, plan: &Plan<'_>, planned: &Planned<'_>) -> Option<String> {
        let message = plan.index.message(self.org, self.segment_key, planned.event, planned.subscription)?;
        let (_, body) = plan.bodies.get(planned.event)?.get(planned.body)?;
        Some(message.encode(body.as_ref()))
    }
}

impl Plan<'_> {
    /// How many deliveries are queued.
    pub fn deliveries(&self) -> usize {
        self.deliveries.len()
    }

    /// What is to be stored beside the segment, where its key says so: the key and the text of its only event's exchange.
    pub fn exchange_alone(&self, segment_key: &str) -> Option<(String, Vec<u8>)> {
        let key = presign::exchange_key(segment_key)?;
        let [event] = self.index.events.as_slice() else { return None };
        let from = usize::try_from(event.place.exchange_offset).ok()?;
        let length = usize::try_from(event.place.exchange_length).ok()?;
        let text = self.segment.get(from..from.checked_add(length)?)?;
        Some((key, text.to_vec()))
    }

    /// Where the index has a subscription, which it gets on its first match.
    fn position(&mut self, in_snapshot: usize, subscription: &Subscription) -> usize {
        if let Some(position) = self.positions.get(in_snapshot).copied().flatten() {
            return position;
        }
        let position = self.index.subscriptions.len();
        self.index.subscriptions.push(subscription.id.clone());
        if let Some(slot) = self.positions.get_mut(in_snapshot) {
            *slot = Some(position);
        }
        position
    }
}
