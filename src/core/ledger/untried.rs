//! Deliveries without an attempt, which only the history knows of: those that are held, and those that wait on the queue.

use super::Place;
use crate::core::{
    history::{SegmentIndex, number_of, numbered_day},
    ids,
};

/// How a delivery without an attempt stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Untried {
    /// It came, or was taken off the queue, while its webhook was paused or disabled.
    Held,
    /// It is on the queue.
    Waiting,
}

/// Where a page of them ends: everything before it is older.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UntriedPlace {
    /// `YYYY-MM-DD`.
    pub day: String,
    /// The row of the day's history.
    pub seq: u64,
    /// How many of the row's events are still to be looked at.
    pub at: usize,
}

impl UntriedPlace {
    /// Behind all rows of a day.
    pub fn end_of(day: String) -> Self {
        Self { day, seq: ROWS.saturating_sub(1), at: 0 }
    }
}

/// More rows than a day has.
const ROWS: u64 = 1_000_000_000;

/// As a cursor, which looks like any other one: the day's number and the row's in one.
impl From<&UntriedPlace> for Place {
    fn from(place: &UntriedPlace) -> Self {
        let day = number_of(&place.day).and_then(|day| u64::try_from(day).ok()).unwrap_or_default();
        Self {
            seq: day.saturating_mul(ROWS).saturating_add(place.seq.min(ROWS.saturating_sub(1))),
            at: place.at,
        }
    }
}

/// Whatever the cursor was made for: a place of the ledger's is one long past.
impl From<Place> for UntriedPlace {
    fn from(place: Place) -> Self {
        let number = i64::try_from(place.seq.div_euclid(ROWS)).unwrap_or_default();
        Self { day: numbered_day(number), seq: place.seq.rem_euclid(ROWS), at: place.at }
    }
}

/// A segment's events that are in this state for a subscription unless its ledger has a row of them: their positions and
/// their deliveries' ids, newest first, of the first `below` events.
pub fn untried(
    index: &SegmentIndex,
    org: &str,
    subscription_id: &str,
    is_sending: bool,
    state: Untried,
    below: usize,
) -> Vec<(usize, String)> {
    let own = index.position(subscription_id);
    let events = index.events.iter().enumerate().take(below).rev();
    events
        .filter(|(_, event)| match state {
            Untried::Held => event.is_held_for(own) || (!is_sending && event.is_queued_for(own)),
            Untried::Waiting => is_sending && event.is_queued_for(own),
        })
        .map(|(at, event)| (at, ids::delivery_id(org, &event.id, subscription_id)))
        .collect()
}
