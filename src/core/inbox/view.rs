//! How the API shows deliveries in the inbox.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    entry::{Entry, Progress},
    query::Place,
};
use crate::core::time::Timestamp;

/// Some of the deliveries in the inbox.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct InboxPage<'a> {
    /// Newest first.
    pub deliveries: Vec<InboxView<'a>>,
    /// The `cursor` of the next page; null at the end.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub next_cursor: Option<String>,
}

/// A delivery in the inbox.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = InboxDelivery))]
pub struct InboxView<'a> {
    /// Its id: `webhook-id`, or one derived from the body where the sender gave none.
    pub id: &'a str,
    /// The event's type, as far as the sender said it.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub event_type: Option<&'a str>,
    /// How it came: `standard`, `helicone` (by their signatures), `backfill`, or `own` (news of the receiver's own).
    pub origin: &'static str,
    /// When the door took it.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    pub received_at: String,
    /// `open` while a handler has still to run, `done`, or `dead` where one gave it up.
    pub state: &'static str,
    /// How far each handler is, by name.
    pub handlers: BTreeMap<&'a str, HandlerView<'a>>,
    /// Why it came to no handler at all; null where it did.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub reason: Option<&'a str>,
}

/// How far a handler is with a delivery.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = InboxHandler))]
pub struct HandlerView<'a> {
    /// `done`, `waiting` to be run again, or `dead`.
    pub state: &'static str,
    /// How often it was run.
    pub attempts: u32,
    /// When it is run again; null where it is not.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required, format = DateTime))]
    pub next_attempt_at: Option<String>,
    /// Why it failed the last time; null where it did not.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub reason: Option<&'a str>,
}

impl<'a> InboxPage<'a> {
    /// A page of up to so many.
    pub fn new(entries: &'a [Entry], limit: usize) -> Self {
        let last = entries.last().filter(|_| entries.len() >= limit);
        let place = last.map(|entry| Place { at: entry.received_at, id: entry.id.clone() });
        Self {
            deliveries: entries.iter().map(InboxView::new).collect(),
            next_cursor: place.map(|place| place.to_string()),
        }
    }
}

impl<'a> InboxView<'a> {
    /// One delivery.
    pub fn new(entry: &'a Entry) -> Self {
        Self {
            id: &entry.id,
            event_type: entry.event_type.as_deref(),
            origin: entry.origin.name(),
            received_at: Timestamp::from_millis(entry.received_at).to_string(),
            state: entry.state.name(),
            handlers: entry
                .handlers
                .iter()
                .map(|(name, progress)| (name.as_str(), HandlerView::new(progress)))
                .collect(),
            reason: entry.why.as_deref(),
        }
    }
}

impl<'a> HandlerView<'a> {
    fn new(progress: &'a Progress) -> Self {
        let (state, attempts, due, reason) = match progress {
            Progress::Done { attempts } => ("done", *attempts, None, None),
            Progress::Waiting { attempts, due, why } => {
                ("waiting", *attempts, Some(*due), Some(why.as_str()))
            }
            Progress::Dead { attempts, why } => ("dead", *attempts, None, Some(why.as_str())),
        };
        let next_attempt_at = due.map(|due| Timestamp::from_millis(due).to_string());
        Self { state, attempts, next_attempt_at, reason }
    }
}
