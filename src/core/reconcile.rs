//! The reconciler's rules: what of the recent past is compared with the ledgers, in which order, and what is expected there.
//!
//! A queue may lose a message. What was accepted, matched and queued has to have a row in its subscription's ledger after a
//! while; what has none is queued again.

use std::collections::BTreeMap;

use super::{
    history::{SegmentIndex, day_number, numbered_day},
    ids,
    time::Timestamp,
};

/// Which part of the past is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Events are left alone until they were accepted so many seconds ago: until then their messages are on their way.
    pub after_seconds: i64,
    /// How far back it goes, in seconds.
    pub back_seconds: i64,
}

impl Window {
    /// Events accepted by this moment are looked at.
    pub fn until(self, now: Timestamp) -> Timestamp {
        now.plus_seconds(self.after_seconds.saturating_neg())
    }

    /// The days (`YYYY-MM-DD`, UTC) that the window touches, oldest first.
    pub fn days(self, now: Timestamp) -> Vec<String> {
        let (first, last) = (now.plus_seconds(self.back_seconds.saturating_neg()), self.until(now));
        (day_number(first)..=day_number(last)).map(numbered_day).collect()
    }
}

/// How many calls to the platform a run may still make. An invocation has a bound of its own, and a run that meets it ends
/// in the middle of something.
#[derive(Debug)]
pub struct Budget(usize);

impl Budget {
    /// A run's.
    pub fn new(calls: usize) -> Self {
        Self(calls)
    }

    /// Takes some, if there are so many.
    pub fn take(&mut self, calls: usize) -> bool {
        match self.0.checked_sub(calls) {
            Some(left) => {
                self.0 = left;
                true
            }
            None => false,
        }
    }
}

/// The orgs in the order of a run. Each run begins with another one, so that none is always behind one with a lot to compare.
pub fn in_turn<T>(mut orgs: Vec<T>, run: i64) -> Vec<T> {
    let count = i64::try_from(orgs.len()).unwrap_or(i64::MAX);
    // None where there is no org; and otherwise less than there are.
    if let Some(Ok(first)) = run.checked_rem_euclid(count).map(usize::try_from) {
        orgs.rotate_left(first);
    }
    orgs
}

/// A delivery that was queued at intake: its id, and which row and event it is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The delivery's id.
    pub id: String,
    /// When its event was accepted, in milliseconds since 1970.
    pub accepted_at: i64,
    /// The position of its segment among those looked at.
    pub segment: usize,
    /// The position of its event in the segment's index.
    pub event: usize,
}

/// What was queued of some segments, by subscription.
pub fn expected(indexes: &[SegmentIndex], org: &str) -> BTreeMap<String, Vec<Expected>> {
    let mut by_subscription: BTreeMap<String, Vec<Expected>> = BTreeMap::new();
    for (segment, index) in indexes.iter().enumerate() {
        for (event, indexed) in index.events.iter().enumerate() {
            for subscription in index.ids(&indexed.queued) {
                let id = ids::delivery_id(org, &indexed.id, subscription);
                let of_subscription = by_subscription.entry(subscription.to_owned()).or_default();
                of_subscription.push(Expected { id, accepted_at: index.at, segment, event });
            }
        }
    }
    by_subscription
}
