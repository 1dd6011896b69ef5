//! What is known of one event type.

use serde_json::{Map, Value};

/// One event type.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// Its name.
    pub name: &'static str,
    /// When it is raised, for people.
    pub description: &'static str,
    /// The JSON Schema of its own members of `data`, as text: `properties` and `required`.
    pub(super) own: &'static str,
    /// An example as a gateway would send it, as text, without `type` and `request_id`.
    pub(super) example: &'static str,
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

/// How every example begins.
pub(super) fn start(event_type: &str, request_id: &str) -> Map<String, Value> {
    let text = |text: &str| Value::String(text.to_owned());
    [("type".to_owned(), text(event_type)), ("request_id".to_owned(), text(request_id))].into_iter().collect()
}
