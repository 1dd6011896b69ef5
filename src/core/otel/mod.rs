//! LLM calls for an OpenTelemetry collector: what of a delivery becomes a span and points of metrics, in the JSON form of OTLP.
//!
//! That form is protobuf's JSON with two ways of its own: ids are hex, and enums are numbers. 64-bit integers are strings.

mod call;
mod metrics;
pub mod names;
mod resource;
mod span;

pub use self::{
    call::{Call, Source},
    metrics::metrics_request,
    names::provider,
    resource::{Resource, headers},
    span::traces_request,
};

use serde_json::{Value, json};

/// Who says so: the instrumentation scope.
fn scope() -> Value {
    json!({"name": "heliograph", "version": env!("CARGO_PKG_VERSION")})
}

/// Attributes, as OTLP lists them.
#[derive(Default)]
struct Attributes(Vec<Value>);

impl Attributes {
    fn text(&mut self, key: &str, value: Option<&str>) {
        self.add(key, value.map(|value| json!({"stringValue": value})));
    }

    fn whole(&mut self, key: &str, value: Option<u64>) {
        self.add(key, value.map(|value| json!({"intValue": value.to_string()})));
    }

    fn number(&mut self, key: &str, value: Option<f64>) {
        self.add(key, value.map(|value| json!({"doubleValue": value})));
    }

    fn add(&mut self, key: &str, value: Option<Value>) {
        if let Some(value) = value {
            self.0.push(json!({"key": key, "value": value}));
        }
    }
}

/// A moment as OTLP writes it: nanoseconds since 1970, as text.
fn nanos(millis: i64) -> String {
    u64::try_from(millis).unwrap_or_default().saturating_mul(1_000_000).to_string()
}

/// What an answer says was not taken, by the field that counts it (`rejectedSpans`, `rejectedDataPoints`); 0 where all was.
pub fn rejected(answer: &[u8], field: &str) -> u64 {
    let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
    let count = answer.get("partialSuccess").and_then(|partial| partial.get(field));
    let text = count.and_then(Value::as_str).and_then(|text| text.parse().ok());
    text.or_else(|| count.and_then(Value::as_u64)).unwrap_or_default()
}
