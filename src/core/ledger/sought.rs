//! Finding deliveries by what their events are of: ids are derived, so nothing has to be looked through.

use crate::core::{event::catalogue, ids, org::OwnType, subscription::Subscription};

/// The deliveries to a subscription that a text can stand for: those of the event of that id, or, of the request of that id, an
/// event of each type that is known. An event that came with an id of its own is found by that alone.
pub fn sought(
    text: &str,
    own: &[OwnType],
    only: &[String],
    org: &str,
    subscription: &Subscription,
) -> Vec<String> {
    let named = subscription.settings.event_types.iter().map(|pattern| pattern.as_str());
    let own = own.iter().map(|own| own.name.as_str());
    let mut types: Vec<&str> = catalogue::all().map(|spec| spec.name).chain(own).chain(named).collect();
    types.retain(|name| only.is_empty() || only.iter().any(|one| one == name));
    types.sort_unstable();
    types.dedup();
    let events = types.iter().map(|name| ids::event_id(name, text)).chain([text.to_owned()]);
    events.map(|event| ids::delivery_id(org, &event, &subscription.id)).collect()
}
