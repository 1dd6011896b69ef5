//! Every path, in the order in which they are read.

mod deliveries;
mod deployment;
mod events;
mod inbox;
mod insights;
mod keys;
mod reviews;
mod webhooks;

use serde_json::{Map, Value};

/// The paths with their operations.
pub fn all() -> Value {
    let groups = [
        events::paths(),
        webhooks::paths(),
        deliveries::paths(),
        inbox::paths(),
        insights::paths(),
        keys::paths(),
        reviews::paths(),
        deployment::paths(),
    ];
    groups.into_iter().filter_map(into_map).flatten().collect::<Map<_, _>>().into()
}

fn into_map(value: Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(members) => Some(members),
        _ => None,
    }
}
