//! Deliveries without an attempt, which only the history knows of: those that are held, and those that wait on the queue.

use std::fmt;

use super::SegmentIndex;
use crate::core::ids;

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
    /// Reads what [`fmt::Display`] writes: the cursor of a list.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (day, seq, at) = (parts.next()?, parts.next()?, parts.next()?);
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_day = day.len() == 10
            && day
                .bytes()
                .enumerate()
                .all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() });
        let is_place = is_day && is_digits(seq) && is_digits(at) && parts.next().is_none();
        is_place.then_some(())?;
        Some(Self { day: day.to_owned(), seq: seq.parse().ok()?, at: at.parse().ok()? })
    }
}

impl fmt::Display for UntriedPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.day, self.seq, self.at)
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
    let own = index.subscriptions.iter().position(|id| id == subscription_id);
    let is_among = |positions: &[usize]| own.is_some_and(|own| positions.contains(&own));
    let events = index.events.iter().enumerate().take(below).rev();
    events
        .filter(|(_, event)| match state {
            Untried::Held => is_among(&event.held) || (!is_sending && is_among(&event.queued)),
            Untried::Waiting => is_sending && is_among(&event.queued),
        })
        .map(|(at, event)| (at, ids::delivery_id(org, &event.id, subscription_id)))
        .collect()
}
