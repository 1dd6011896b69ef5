//! Every path, in the order in which they are read.

mod adapters;
pub mod alerts;
pub mod deliveries;
mod deployment;
pub mod event_types;
mod events;
mod inbox;
mod insights;
mod keys;
pub mod metrics;
mod requests;
mod reviews;
pub mod rules;
mod traces;
mod webhooks;

use serde_json::{Map, Value};

use super::operation::into_map;

/// The paths with their operations.
pub fn all() -> Value {
    let groups = [
        events::paths(),
        event_types::paths(),
        traces::paths(),
        adapters::paths(),
        webhooks::paths(),
        deliveries::paths(),
        metrics::paths(),
        rules::paths(),
        alerts::paths(),
        inbox::paths(),
        insights::paths(),
        keys::paths(),
        requests::paths(),
        reviews::paths(),
        deployment::paths(),
    ];
    groups.into_iter().filter_map(into_map).flatten().collect::<Map<_, _>>().into()
}
