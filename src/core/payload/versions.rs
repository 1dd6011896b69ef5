//! Older versions, rendered from the newest: one small step back for each version that changed something incompatible.

use super::members::Members;
use crate::core::{api_version::ApiVersion, event::Event};

/// A step from one version to the one before it.
type StepBack = for<'e> fn(&'e Event, &mut Members<'e>);

/// The steps, newest first: each with the version that it leads away from.
const STEPS: [(ApiVersion, StepBack); 1] = [(ApiVersion::V2026_11_21, one_status)];

/// Takes the members of the newest version back to an older one.
pub(super) fn step_back<'e>(event: &'e Event, members: &mut Members<'e>, version: ApiVersion) {
    for (_, step) in STEPS.iter().filter(|(from, _)| *from > version) {
        step(event, members);
    }
}

/// Before 2026-11-21 `status` was what the gateway said, an HTTP status or a word; and `outcome` was no name of ours.
fn one_status<'e>(event: &'e Event, members: &mut Members<'e>) {
    let is_word = event.status.as_ref().is_some_and(|status| status.as_str().starts_with('"'));
    match is_word {
        true => members.rename("outcome", "status"),
        false => members.remove("outcome"),
    }
}
