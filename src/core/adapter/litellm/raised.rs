//! The events that a payload raises besides its request's.

use serde_json::{Map, Value};

use super::{
    besides::{Failed, Fallback},
    payload::Payload,
};
use crate::core::{
    event::{Event, MODEL_FALLBACK_TRIGGERED, Usage},
    ids,
    json::Canonical,
};

impl Payload {
    /// The events that this payload raises besides its request's. `failed` are the attempts that failed in the same call.
    pub(super) fn raised(&self, failed: &[Failed]) -> Vec<Event> {
        let guardrails = self.guardrails.iter().map(|guardrail| {
            let id = format!("{}:{}:{}", guardrail.event_type, self.event.request_id, guardrail.name);
            self.about(guardrail.event_type, id, &guardrail.data)
        });
        let fallback = self.fallback.as_ref().map(|fallback| {
            let id = ids::event_id(MODEL_FALLBACK_TRIGGERED, &self.event.request_id);
            self.about(MODEL_FALLBACK_TRIGGERED, id, &self.fallback_data(fallback, failed))
        });
        guardrails.chain(fallback).collect()
    }

    /// An event about the same request, without its bodies and what they cost.
    fn about(&self, event_type: &str, id: String, data: &Value) -> Event {
        let request = &self.event;
        Event {
            id: ids::bounded(id),
            event_type: event_type.to_owned(),
            request_id: request.request_id.clone(),
            created_at: request.created_at,
            user_id: request.user_id.clone(),
            properties: request.properties.clone(),
            properties_json: request.properties_json.clone(),
            model: request.model.clone(),
            provider: request.provider.clone(),
            status: None,
            usage: Usage::default(),
            cost: None,
            priced: None,
            latency_ms: None,
            trace: request.trace.clone(),
            request: None,
            response: None,
            data: Canonical::from_text(&data.to_string()).ok(),
            extra: Vec::new(),
        }
    }

    fn fallback_data(&self, fallback: &Fallback, failed: &[Failed]) -> Value {
        let mut data = Map::new();
        let mut say = |name: &str, value: Option<Value>| {
            data.extend(value.map(|value| (name.to_owned(), value)));
        };
        let (id, trace) = (&self.event.request_id, &self.event.trace.trace_id);
        let same_call = |one: &&Failed| &one.request_id == id;
        let same_trace = |one: &&Failed| trace.is_some() && &one.trace_id == trace;
        let before = failed.iter().rev().find(same_call).or_else(|| failed.iter().rev().find(same_trace));
        say("from", before.and_then(|before| before.model.as_deref()).map(Value::from));
        say("to", fallback.to.as_deref().map(Value::from));
        say("reason", before.and_then(Failed::reason).map(Value::from));
        say("attempts", Some(fallback.attempts.into()));
        data.into()
    }
}
