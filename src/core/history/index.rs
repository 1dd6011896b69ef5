//! The index of one archived segment, as compact JSON.

use serde::{Deserialize, Serialize};

use super::Facts;
use crate::core::{
    delivery::{Message, Origin, label},
    event::{Event, RecordPlace},
    ids,
    pricing::Status,
    subscription::Subscription,
    time::Timestamp,
};

/// How long the body of a row may be, in bytes. SQLite in a Durable Object takes 2 MB for a whole row.
pub const ROW_LIMIT: usize = 1_500_000;

/// What one archived segment holds, and who gets it. A segment with a very large index has several of these, each with a part
/// of its events.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SegmentIndex {
    /// When intake accepted the events, in milliseconds since 1970.
    pub at: i64,
    /// The address of the deployment, which signed URLs begin with.
    pub base_url: String,
    /// The subscriptions that matched at least one of the events.
    pub subscriptions: Vec<String>,
    /// The events that somebody matched or that the org keeps all the same, in the order of the segment. Last, since
    /// [`Self::rows`] writes them one by one.
    pub events: Vec<IndexedEvent>,
}

/// One event of a segment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IndexedEvent {
    /// The event's id.
    pub id: String,
    /// The event's type.
    #[serde(rename = "type")]
    pub event_type: String,
    /// The gateway's id of the LLM request.
    #[serde(rename = "request")]
    pub request_id: String,
    /// The end user.
    #[serde(rename = "user", default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The model, shortened as in [`Message`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The provider, shortened likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// How it was priced, where it did not come with a cost.
    #[serde(rename = "priced", default, skip_serializing_if = "Option::is_none")]
    pub cost_status: Option<Status>,
    /// The `traceparent` to send.
    #[serde(rename = "trace", default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// The gateway's id of the trace, where it said one.
    #[serde(rename = "traceId", default, skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    /// The gateway's id of the route, where it said one.
    #[serde(rename = "route", default, skip_serializing_if = "Option::is_none")]
    pub route_id: Option<String>,
    /// Where the record stands in the segment.
    pub place: RecordPlace,
    /// The subscriptions that it was queued for, as positions in [`SegmentIndex::subscriptions`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub queued: Vec<usize>,
    /// Those that it is held for, likewise: they matched and were not sending.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<usize>,
    /// What requests are found by; absent where the org keeps none, and of events about something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<Facts>,
}

/// One row of the history: the index of a segment, or of a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexRow {
    /// How many events it is about.
    pub events: usize,
    /// A [`SegmentIndex`] as JSON on one line.
    pub body: String,
}

impl IndexedEvent {
    /// An event that nobody gets yet.
    pub fn new(event: &Event, place: RecordPlace) -> Self {
        Self {
            id: event.id.clone(),
            event_type: event.event_type.clone(),
            request_id: event.request_id.clone(),
            user_id: event.user_id.clone(),
            model: event.model.as_deref().map(label),
            provider: event.provider.as_deref().map(label),
            cost_status: event.priced.as_ref().map(|note| note.status),
            traceparent: event.trace.header(),
            trace_id: event.trace.trace_id.as_deref().map(label),
            route_id: event.route_id().as_deref().map(label),
            place,
            queued: Vec::new(),
            held: Vec::new(),
            facts: None,
        }
    }

    /// Whether it is held for the subscription at a position of [`SegmentIndex::position`].
    pub fn is_held_for(&self, position: Option<usize>) -> bool {
        position.is_some_and(|position| self.held.contains(&position))
    }

    /// Whether it was queued for it.
    pub fn is_queued_for(&self, position: Option<usize>) -> bool {
        position.is_some_and(|position| self.queued.contains(&position))
    }
}

impl SegmentIndex {
    /// Reads a row's body; `None` when it is none.
    pub fn decode(body: &str) -> Option<Self> {
        serde_json::from_str(body).ok()
    }

    /// The index as rows: one, unless it is larger than a row may be.
    pub fn rows(&self) -> Vec<IndexRow> {
        let none = Self {
            at: self.at,
            base_url: self.base_url.clone(),
            subscriptions: self.subscriptions.clone(),
            events: Vec::new(),
        };
        let head = serde_json::to_string(&none).unwrap_or_default();
        let head = head.strip_suffix("]}").unwrap_or(&head);
        let mut rows: Vec<IndexRow> = Vec::new();
        for event in &self.events {
            let event = serde_json::to_string(event).unwrap_or_default();
            match rows.last_mut() {
                // The comma before it, and the two brackets at the end.
                Some(row) if row.body.len().saturating_add(event.len()).saturating_add(3) <= ROW_LIMIT => {
                    row.body.push(',');
                    row.body.push_str(&event);
                    row.events = row.events.saturating_add(1);
                }
                _ => rows.push(IndexRow { events: 1, body: format!("{head}{event}") }),
            }
        }
        for row in &mut rows {
            row.body.push_str("]}");
        }
        rows
    }

    /// The message of one event's delivery to one subscription, as intake queues it and as what was lost is queued again; the
    /// body is rendered from the archive unless one is adopted. `None` when there is no such event.
    pub fn message(
        &self,
        org: &str,
        key: &str,
        event_position: usize,
        subscription: &Subscription,
    ) -> Option<Message> {
        let event = self.events.get(event_position)?;
        let origin = Origin {
            org,
            event: &event.id,
            event_type: &event.event_type,
            accepted_at: Timestamp::from_millis(self.at),
            base_url: &self.base_url,
            segment: key,
            place: event.place,
            traceparent: event.traceparent.clone(),
            trace_id: event.trace_id.as_deref(),
            route_id: event.route_id.as_deref(),
            model: event.model.as_deref(),
            provider: event.provider.as_deref(),
            cost_status: event.cost_status,
        };
        let id = ids::delivery_id(org, &event.id, &subscription.id);
        Some(Message::new(&origin, id, subscription))
    }

    /// Where a subscription stands among those that matched; `None` where it did not.
    pub fn position(&self, subscription_id: &str) -> Option<usize> {
        self.subscriptions.iter().position(|id| id == subscription_id)
    }

    /// The ids of the subscriptions at these positions.
    pub fn ids<'a>(&'a self, positions: &'a [usize]) -> impl Iterator<Item = &'a str> {
        positions.iter().filter_map(|&at| self.subscriptions.get(at).map(String::as_str))
    }
}
