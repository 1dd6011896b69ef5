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
mod threshold;
mod webhook;

pub use schema::{body_schema, data_schema, schema_path};

use serde_json::{Map, Value};

/// One event type.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// Its name.
    pub name: &'static str,
    /// When it is raised, for people.
    pub description: &'static str,
    /// The JSON Schema of its own members of `data`, as text: `properties` and `required`.
    own: &'static str,
    /// An example as a gateway would send it, as text, without `type` and `request_id`.
    example: &'static str,
}

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

impl Spec {
    /// The example, with this request id, as a gateway would send it.
    pub fn example(&self, request_id: &str) -> Value {
        let mut event = start(self.name, request_id);
        if let Ok(Value::Object(members)) = serde_json::from_str(self.example) {
            event.extend(members);
        }
        event.into()
    }
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

fn start(event_type: &str, request_id: &str) -> Map<String, Value> {
    let text = |text: &str| Value::String(text.to_owned());
    [("type".to_owned(), text(event_type)), ("request_id".to_owned(), text(request_id))].into_iter().collect()
}
