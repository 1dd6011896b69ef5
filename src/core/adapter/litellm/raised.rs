//! What a payload tells of besides its request: that guardrails intervened, and that another model stood in.

use serde_json::{Map, Value, json, value::RawValue};

use super::payload::Payload;
use crate::core::{
    event::{Event, Usage},
    ids,
    json::{Canonical, Fields, whole},
};

const GUARDRAIL_BLOCKED: &str = "guardrail.blocked";
const GUARDRAIL_FLAGGED: &str = "guardrail.flagged";
const MODEL_FALLBACK: &str = "model_fallback.triggered";

/// How many guardrails of one request are told of.
const MAX_GUARDRAILS: usize = 32;

/// The longest name that is passed on, in characters.
const MAX_NAME: usize = 100;

/// An attempt that failed, as far as one that stood in for it tells of it.
#[derive(Clone)]
pub(super) struct Failed {
    pub(super) request_id: String,
    pub(super) trace_id: Option<String>,
    pub(super) model: Option<String>,
    pub(super) code: Option<u16>,
    pub(super) class: Option<String>,
}

/// A model that stood in for another one.
pub(super) struct Fallback {
    to: Option<String>,
    attempts: u64,
}

impl Fallback {
    /// LiteLLM counts fallbacks in the headers that it answers its client with.
    pub(super) fn read(hidden: &Fields<'_>, to: Option<String>) -> Option<Self> {
        let headers: Value = serde_json::from_str(hidden.get("additional_headers")?.get()).ok()?;
        let attempts = whole(headers.get("x-litellm-attempted-fallbacks")?)?;
        (attempts > 0).then_some(Self { to, attempts })
    }
}

/// A guardrail that intervened, without what it quotes of the request.
pub(super) struct Guardrail {
    name: String,
    event_type: &'static str,
    data: Value,
}

impl Guardrail {
    pub(super) fn read_all(raw: Option<&RawValue>, is_failed: bool) -> Vec<Self> {
        let read: Option<Value> = raw.and_then(|raw| serde_json::from_str(raw.get()).ok());
        let all = match read {
            Some(Value::Array(list)) => list,
            // As older versions wrote it.
            Some(one @ Value::Object(_)) => vec![one],
            _ => Vec::new(),
        };
        all.iter().filter_map(|one| Self::read(one, is_failed)).take(MAX_GUARDRAILS).collect()
    }

    fn read(one: &Value, is_failed: bool) -> Option<Self> {
        // Of a request that went on a guardrail changed something, and blocked nothing.
        let (event_type, action) = match (one.get("guardrail_status")?.as_str()?, is_failed) {
            ("guardrail_intervened" | "blocked", true) => (GUARDRAIL_BLOCKED, "blocked"),
            ("guardrail_intervened" | "blocked", false) => (GUARDRAIL_FLAGGED, "intervened"),
            ("guardrail_flagged", _) => (GUARDRAIL_FLAGGED, "flagged"),
            _ => return None,
        };
        let name = one.get("guardrail_name").and_then(Value::as_str).unwrap_or("unnamed");
        let name: String = name.chars().take(MAX_NAME).collect();
        let mut data =
            Map::from_iter([("guardrail".to_owned(), json!(name)), ("action".to_owned(), json!(action))]);
        if let Some(reason) = reason(one) {
            data.insert("reason".to_owned(), reason.into());
        }
        let told = [
            ("provider", "guardrail_provider"),
            ("mode", "guardrail_mode"),
            ("detection_method", "detection_method"),
            ("policy", "policy_template"),
            ("categories", "violation_categories"),
            ("risk_score", "risk_score"),
            ("confidence_score", "confidence_score"),
            ("masked_entities", "masked_entity_count"),
        ];
        for (name, theirs) in told {
            let is_empty = |value: &Value| match value {
                Value::Null => true,
                Value::Object(members) => members.is_empty(),
                Value::Array(list) => list.is_empty(),
                _ => false,
            };
            if let Some(value) = one.get(theirs).filter(|value| !is_empty(value)) {
                data.insert(name.to_owned(), value.clone());
            }
        }
        Some(Self { name, event_type, data: data.into() })
    }
}

/// What it found, by name; else how it found it.
fn reason(one: &Value) -> Option<String> {
    let categories = one.get("violation_categories").and_then(Value::as_array);
    let found: Vec<&str> = categories.into_iter().flatten().filter_map(Value::as_str).collect();
    if !found.is_empty() {
        return Some(found.join(", "));
    }
    let told = |name: &str| one.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    told("guardrail_action").or_else(|| told("detection_method")).map(str::to_owned)
}

impl Payload {
    /// The events that this payload raises besides its request's. `failed` are the attempts that failed in the same call.
    pub(super) fn raised(&self, failed: &[Failed]) -> Vec<Event> {
        let guardrails = self.guardrails.iter().map(|guardrail| {
            let id = format!("{}:{}:{}", guardrail.event_type, self.event.request_id, guardrail.name);
            self.about(guardrail.event_type, id, &guardrail.data)
        });
        let fallback = self.fallback.as_ref().map(|fallback| {
            let id = ids::event_id(MODEL_FALLBACK, &self.event.request_id);
            self.about(MODEL_FALLBACK, id, &self.fallback_data(fallback, failed))
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

impl Failed {
    fn reason(&self) -> Option<String> {
        let answered = self.code.map(|code| format!("the provider answered {code}"));
        answered.or_else(|| self.class.clone())
    }
}
