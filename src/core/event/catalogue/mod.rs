//! The event types that Heliograph knows: what each means, what it holds, and an example of it. One file a family.
//!
//! Any other type is as good (`[a-zA-Z0-9_.]`, see [`is_event_type`](super::is_event_type)); an org can describe its own.

mod delivery;
mod endpoint;
mod eval;
mod fallback;
mod guardrail;
mod request;
mod schema;
mod spec;
mod threshold;
mod webhook;

pub use schema::{body_schema, data_schema, schema_path};
pub use spec::Spec;

use serde_json::Value;

use self::spec::start;

/// Every type, family by family.
pub fn all() -> impl Iterator<Item = &'static Spec> {
    let families: [&'static [Spec]; 8] = [
        &request::TYPES,
        &guardrail::TYPES,
        &fallback::TYPES,
        &eval::TYPES,
        &threshold::TYPES,
        &endpoint::TYPES,
        &delivery::TYPES,
        &webhook::TYPES,
    ];
    families.into_iter().flatten()
}

/// The type of this name.
pub fn find(name: &str) -> Option<&'static Spec> {
    all().find(|spec| spec.name == name)
}

/// An example of a type, with this request id, as a gateway would send it. A type that nobody defined gets a minimal one.
pub fn example(event_type: &str, request_id: &str) -> Value {
    match find(event_type) {
        Some(spec) => spec.example(request_id),
        None => {
            let mut event = start(event_type, request_id);
            event.insert("data".to_owned(), serde_json::json!({"message": "a test delivery"}));
            event.into()
        }
    }
}
