//! A draft as the API's settings, judged by what the API itself judges by.

use serde_json::{Map, Value, json};

use super::{Draft, Errors, NAMES, NO_RETRIES};
use crate::core::{
    delivery::CustomHeaders,
    destination::Policy,
    field::FieldError,
    json::JsonError,
    subscription::{Criteria, Settings},
};

/// Stands in for a destination that is wrong, so that the rest can be judged.
const SOME_DESTINATION: &str = "https://example.com/";

/// Fields beside the settings.
const OTHERS: [&str; 1] = ["headers"];

/// The settings that pick events.
const CRITERIA: [&str; 4] = ["eventTypes", "sampleRate", "propertyFilters", "filter"];

impl Draft {
    /// Its settings, and whatever is wrong with them.
    pub fn check(&self, policy: &Policy) -> (Map<String, Value>, Errors) {
        let (settings, mut errors) = self.settings();
        let mut judged = settings.clone();
        // One thing is found at a time, and each field is found wrong once.
        for _ in NAMES {
            for (name, _, _) in errors.iter() {
                judged.remove(name);
            }
            if errors.at("destination").is_some() {
                judged.insert("destination".to_owned(), SOME_DESTINATION.into());
            }
            match Settings::read(&judged, &OTHERS, policy) {
                Err(error) if errors.add(&self.named(error.clone())) => {}
                _ => break,
            }
        }
        if let Err(error) = CustomHeaders::default().patched(judged.get("headers")) {
            errors.add(&error);
        }
        (settings, errors)
    }

    /// The part that picks events, for a preview; none where something is wrong with it.
    pub fn criteria(&self) -> Option<Map<String, Value>> {
        let (mut settings, errors) = self.settings();
        settings.retain(|name, value| CRITERIA.contains(&name.as_str()) && !value.is_null());
        (!errors.any(&CRITERIA) && Criteria::read(&settings).is_ok()).then_some(settings)
    }

    /// What a new subscription is made with: whatever is not as it would be anyway.
    pub fn creation(&self) -> Map<String, Value> {
        let mut fields = self.changes(&Self::default());
        let (settings, _) = self.settings();
        for name in ["destination", "eventTypes"] {
            fields.insert(name.to_owned(), settings.get(name).cloned().unwrap_or_default());
        }
        if self.is_paused {
            fields.insert("status".to_owned(), "paused".into());
        }
        fields
    }

    /// What is not as it was.
    pub fn changes(&self, before: &Self) -> Map<String, Value> {
        let ((mut settings, _), (before, _)) = (self.settings(), before.settings());
        settings.retain(|name, value| before.get(name) != Some(value));
        settings
    }

    /// Every type and pattern, each once.
    pub fn event_types(&self) -> Vec<String> {
        let mut types: Vec<String> = self
            .types
            .iter()
            .map(String::as_str)
            .chain(self.patterns.split([',', ' ', '\n', '\r', '\t']))
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect();
        types.sort_unstable();
        types.dedup();
        types
    }

    fn settings(&self) -> (Map<String, Value>, Errors) {
        let mut errors = Errors::default();
        let mut settings = Map::new();
        let mut put = |name: &str, value: Result<Value, String>| match value {
            Ok(value) => {
                settings.insert(name.to_owned(), value);
            }
            Err(problem) => {
                errors.add(&FieldError::new(name, problem));
            }
        };
        put(
            "destination",
            match self.destination.is_empty() {
                true => Err("is required: the https:// URL of the endpoint".to_owned()),
                false => Ok(json!(self.destination)),
            },
        );
        put("description", Ok(text(&self.description)));
        let types = self.event_types();
        put(
            "eventTypes",
            if types.is_empty() { Err("choose one at least".to_owned()) } else { Ok(json!(types)) },
        );
        put("sampleRate", number(&self.sample_rate, "must be a number from 0 to 100"));
        let filters = self.property_filters.iter().map(|(key, value)| json!({ "key": key, "value": value }));
        put("propertyFilters", Ok(filters.collect()));
        put("filter", object(&self.filter));
        put("includeData", Ok(self.include_data.into()));
        for (name, value) in [
            ("format", &self.format),
            ("contentMode", &self.content_mode),
            ("oversize", &self.oversize),
            ("apiVersion", &self.api_version),
        ] {
            put(name, Ok(text(value)));
        }
        put("fields", object(&self.fields));
        put("signatures", Ok(json!(self.signatures)));
        put("timeoutMs", number(&self.timeout_ms, "must be a whole number of milliseconds"));
        put("rateLimit", number(&self.rate_limit, "must be a whole number"));
        put("handshake", Ok(self.handshake.into()));
        put("retrySchedule", schedule(&self.retry_schedule));
        if !self.headers.is_empty() || !self.removed_headers.is_empty() {
            put("headers", self.header_changes());
        }
        (settings, errors)
    }

    fn header_changes(&self) -> Result<Value, String> {
        let mut headers: Map<String, Value> =
            self.removed_headers.iter().map(|name| (name.clone(), Value::Null)).collect();
        for (at, (name, value)) in self.headers.iter().enumerate() {
            let is_twin = |(other, _): &(String, String)| other.eq_ignore_ascii_case(name);
            if self.headers.iter().take(at).any(is_twin) {
                return Err("must not name a header twice".to_owned());
            }
            // Whoever removes one and sets it anew wants the new value.
            headers.retain(|removed, value| !(value.is_null() && removed.eq_ignore_ascii_case(name)));
            headers.insert(name.clone(), value.as_str().into());
        }
        Ok(headers.into())
    }

    /// With the type's own name where the API counts.
    fn named(&self, error: FieldError) -> FieldError {
        let types = self.event_types();
        let at = error.path.strip_prefix("eventTypes[").and_then(|rest| rest.strip_suffix(']'));
        match at.and_then(|at| types.get(at.parse::<usize>().ok()?)) {
            Some(name) => FieldError::new("eventTypes", format!("{name} {}", error.problem)),
            None => error,
        }
    }
}

fn text(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { text.into() }
}

fn number(text: &str, rule: &str) -> Result<Value, String> {
    match text {
        "" => Ok(Value::Null),
        text => {
            serde_json::from_str::<Value>(text).ok().filter(Value::is_number).ok_or_else(|| rule.to_owned())
        }
    }
}

fn object(text: &str) -> Result<Value, String> {
    match text {
        "" => Ok(Value::Null),
        text => serde_json::from_str(text).map_err(|error| JsonError::from(error).to_string()),
    }
}

fn schedule(text: &str) -> Result<Value, String> {
    let delay = |delay: &str| delay.trim().trim_end_matches('s').trim_end().parse::<u32>().map(Value::from);
    match text {
        "" => Ok(Value::Null),
        NO_RETRIES => Ok(json!([])),
        text => text
            .split(',')
            .map(delay)
            .collect::<Result<Value, _>>()
            .map_err(|_| format!("must be whole seconds separated by commas, or {NO_RETRIES}")),
    }
}
