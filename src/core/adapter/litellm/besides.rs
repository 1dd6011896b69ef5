//! What a payload says besides its request: that an attempt failed, another model stood in, or guardrails intervened.

use serde_json::{Map, Value, json, value::RawValue};

use crate::core::{
    event::{GUARDRAIL_BLOCKED, GUARDRAIL_FLAGGED},
    json::{Fields, whole},
};

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

impl Failed {
    pub(super) fn reason(&self) -> Option<String> {
        let answered = self.code.map(|code| format!("the provider answered {code}"));
        answered.or_else(|| self.class.clone())
    }
}

/// A model that stood in for another one.
pub(super) struct Fallback {
    pub(super) to: Option<String>,
    pub(super) attempts: u64,
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
    pub(super) name: String,
    pub(super) event_type: &'static str,
    pub(super) data: Value,
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
