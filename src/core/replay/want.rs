//! Which events of a segment a subscription should have had.

use super::{Spec, What};
use crate::core::{history::SegmentIndex, ids, subscription::Subscription};

/// An event that a recovery may send: where it stands in the index, and its delivery's id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its place among the index's events.
    pub position: usize,
    /// The delivery's id.
    pub id: String,
    /// Whether it matched when it was taken in. What did not has to be read and matched anew.
    pub has_matched: bool,
}

/// Those of a segment's events that a recovery is about, whatever became of them: whoever has a row in the ledger is not
/// missing.
pub fn candidates(
    index: &SegmentIndex,
    spec: &Spec,
    org: &str,
    subscription: &Subscription,
) -> Vec<Candidate> {
    let own = index.position(&subscription.id);
    let events = index.events.iter().enumerate();
    events
        .filter(|(_, event)| spec.covers(&event.event_type, index.at))
        .filter_map(|(position, event)| {
            let (is_held, is_queued) = (event.is_held_for(own), event.is_queued_for(own));
            let is_wanted = match (is_held, is_queued) {
                (true, _) => spec.is_about(What::Held),
                (false, true) => spec.is_about(What::Missing),
                (false, false) => spec.is_about(What::Missing) && subscription.wants_type(&event.event_type),
            };
            is_wanted.then(|| Candidate {
                position,
                id: ids::delivery_id(org, &event.id, &subscription.id),
                has_matched: is_held || is_queued,
            })
        })
        .collect()
}
