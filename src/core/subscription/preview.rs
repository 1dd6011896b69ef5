//! The preview: which of some events a subscription would get, and what the others fail at, before there is one.

use serde::Serialize;
use serde_json::{Map, Value, value::RawValue};

use super::Criteria;
use crate::core::{
    event::{Event, read_event},
    field::FieldError,
    filter::{EventView, Mismatch},
    json::{Fields, JsonError, whole},
    time::Timestamp,
};

/// How many archived events may be asked for, and how many are looked at where nothing is said.
pub const MAX_LAST: usize = 1000;
/// See [`MAX_LAST`].
pub const DEFAULT_LAST: usize = 100;
/// How many events the call itself may bring.
pub const MAX_GIVEN: usize = 100;
/// How many of each kind an answer shows.
const SHOWN: usize = 20;

/// What the sample is drawn by, since there is no subscription.
const DRAWN_BY: &str = "preview";

const NOTE_ARCHIVED: &str = "Looked at the newest archived events: those that at least one webhook matched when they came, sending or paused. The sample of a webhook is drawn by its id: as large, but another one.";
const NOTE_GIVEN: &str = "Looked at the events of this call. The sample of a webhook is drawn by its id: as large, but another one.";

/// What a preview is asked for.
#[derive(Debug)]
pub struct PreviewRequest {
    /// What would decide.
    pub criteria: Criteria,
    /// Which events.
    pub events: PreviewEvents,
}

/// The events of a preview.
#[derive(Debug)]
pub enum PreviewEvents {
    /// The newest archived ones, at most so many.
    Last(usize),
    /// These.
    Given(Vec<Event>),
}

impl PreviewRequest {
    /// Reads a call's body. Events are read as intake reads them; `now` stands in for a missing `created_at`.
    pub fn read(body: &[u8], now: Timestamp) -> Result<Self, FieldError> {
        let raw: &RawValue = serde_json::from_slice(body)
            .map_err(|error| FieldError::new("", format!("body: {}", JsonError::from(error))))?;
        let fields: Fields<'_> = serde_json::from_str(raw.get())
            .map_err(|_| FieldError::new("", "body: must be a JSON object"))?;
        let mut settings = Map::new();
        for (name, raw) in fields.iter().filter(|(name, _)| *name != "events") {
            let value = serde_json::from_str(raw.get())
                .map_err(|error| FieldError::new(name, JsonError::from(error).to_string()))?;
            settings.insert(name.to_owned(), value);
        }
        let last = settings.remove("last");
        let allowed = super::criteria::FIELDS;
        if let Some(unknown) = settings.keys().find(|name| !allowed.contains(&name.as_str())) {
            let all = allowed.join(", ");
            return Err(FieldError::new(unknown, format!("is not a field; allowed: {all}, last, events")));
        }
        let criteria = Criteria::read(&settings)?;
        let events = fields.get("events").filter(|raw| raw.get() != "null");
        let events = match (last.filter(|last| !last.is_null()), events) {
            (Some(_), Some(_)) => {
                return Err(FieldError::new("last", "must be absent where there are events"));
            }
            (last, None) => PreviewEvents::Last(count(last.as_ref())?),
            (None, Some(raw)) => PreviewEvents::Given(given(raw, now)?),
        };
        Ok(Self { criteria, events })
    }
}

fn count(last: Option<&Value>) -> Result<usize, FieldError> {
    let Some(last) = last else { return Ok(DEFAULT_LAST) };
    whole(last)
        .and_then(|last| usize::try_from(last).ok())
        .filter(|last| (1..=MAX_LAST).contains(last))
        .ok_or_else(|| FieldError::new("last", format!("must be a whole number from 1 to {MAX_LAST}")))
}

fn given(raw: &RawValue, now: Timestamp) -> Result<Vec<Event>, FieldError> {
    let events: Vec<&RawValue> = serde_json::from_str(raw.get()).unwrap_or_default();
    if !(1..=MAX_GIVEN).contains(&events.len()) {
        return Err(FieldError::new("events", format!("must be a list of 1 to {MAX_GIVEN} events")));
    }
    let read = |(at, raw): (usize, &RawValue)| {
        read_event(raw, now).map_err(|error| error.under(&format!("events[{at}]")))
    };
    events.into_iter().enumerate().map(read).collect()
}

/// What a webhook with these settings would get.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = Previewed))]
pub struct Preview {
    /// How many events were looked at: fewer than asked for where there are no more, or where they are too large.
    pub considered: usize,
    /// How many of them match.
    pub matched: usize,
    /// The ids of the first 20 that do.
    pub matches: Vec<String>,
    /// The first 20 that do not.
    pub unmatched: Vec<Unmatched>,
    /// What to bear in mind.
    pub note: &'static str,
}

/// An event that does not match.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Unmatched {
    /// Its id.
    pub event: String,
    /// Its type.
    pub event_type: String,
    /// The gateway's id of the LLM request.
    pub request_id: String,
    /// What it fails at first.
    pub why: Mismatch,
}

impl Preview {
    /// Nothing looked at yet.
    pub fn of(events: &PreviewEvents) -> Self {
        let note = match events {
            PreviewEvents::Last(_) => NOTE_ARCHIVED,
            PreviewEvents::Given(_) => NOTE_GIVEN,
        };
        Self { considered: 0, matched: 0, matches: Vec::new(), unmatched: Vec::new(), note }
    }

    /// Looks at one event.
    pub fn look_at(&mut self, criteria: &Criteria, event: &Event) {
        self.considered = self.considered.saturating_add(1);
        match criteria.mismatch(DRAWN_BY, event, &EventView::new(event)) {
            None => {
                self.matched = self.matched.saturating_add(1);
                if self.matches.len() < SHOWN {
                    self.matches.push(event.id.clone());
                }
            }
            Some(why) if self.unmatched.len() < SHOWN => self.unmatched.push(Unmatched {
                event: event.id.clone(),
                event_type: event.event_type.clone(),
                request_id: event.request_id.clone(),
                why,
            }),
            Some(_) => {}
        }
    }
}
