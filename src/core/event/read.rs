//! From JSON text to an [`Event`]: each known field read by its own rule, each error naming its field, everything else
//! kept as it came.

use serde_json::value::RawValue;

use super::{
    Event, REQUEST_COMPLETED, Trace, Usage, is_event_type,
    value::{ID_RULE, canonical, id_text, number, object, short_text, text},
};
use crate::core::{
    field::FieldError,
    ids,
    json::{Canonical, array_index},
    time::Timestamp,
};

/// The longest word for a status, in characters.
pub const MAX_STATUS: usize = 100;

/// The fields this module knows, under every name that it reads them by.
pub const KNOWN: [&str; 25] = [
    "id",
    "type",
    "request_id",
    "created_at",
    "user_id",
    "properties",
    "model",
    "provider",
    "status",
    "usage",
    "cost",
    "cost_usd",
    "latency_ms",
    "latencyMs",
    "latency",
    "trace_id",
    "span_id",
    "traceparent",
    "request",
    "request_body",
    "response",
    "response_body",
    "data",
    "requestId",
    "userId",
];

/// Reads one event. `now` stands in for a missing `created_at`.
pub fn read_event(raw: &RawValue, now: Timestamp) -> Result<Event, FieldError> {
    let fields = object(raw, "")?;
    let first = |names: &[&'static str]| {
        names.iter().find_map(|name| {
            let value = fields.get(name).filter(|value| value.get() != "null")?;
            Some((*name, value))
        })
    };

    let request_id = match first(&["request_id", "requestId"]) {
        Some((name, value)) => id_text(value, name)?,
        None => return Err(FieldError::new("request_id", format!("is required: {ID_RULE}"))),
    };
    let event_type = match first(&["type"]) {
        Some((name, value)) => text(value, name)?,
        None => REQUEST_COMPLETED.to_owned(),
    };
    if !is_event_type(&event_type) {
        let problem = "must be dot-separated parts of letters, digits and underscores, at most 128 characters, such as request.completed";
        return Err(FieldError::new("type", problem));
    }
    let id = match first(&["id"]) {
        Some((name, value)) => id_text(value, name)?,
        None => ids::event_id(&event_type, &request_id),
    };
    let created_at = match first(&["created_at"]) {
        Some((name, value)) => moment(value, name)?,
        None => now,
    };
    let optional_text = |names: &[&'static str]| -> Result<Option<String>, FieldError> {
        first(names).map(|(name, value)| short_text(value, name)).transpose()
    };
    let amount = |names: &[&'static str], unit: &str| -> Result<Option<f64>, FieldError> {
        let Some((name, value)) = first(names) else { return Ok(None) };
        let number = number(value, name)?;
        if number < 0.0 {
            return Err(FieldError::new(name, format!("must be a number of {unit}, 0 or more")));
        }
        Ok(Some(number))
    };
    // Bodies may be null: that is what the gateway saw, and not the same as absent.
    let body = |names: &[&'static str]| -> Result<Option<Canonical>, FieldError> {
        let found = names.iter().find_map(|name| Some((*name, fields.get(name)?)));
        found.map(|(name, value)| canonical(value, name)).transpose()
    };

    let (properties, properties_json) = match first(&["properties"]) {
        Some((name, value)) => (properties(value)?, Some(canonical(value, name)?)),
        None => (Vec::new(), None),
    };
    let usage = first(&["usage"]).map(|(_, value)| Usage::read(value)).transpose()?.unwrap_or_default();
    let mut extra = Vec::new();
    for (name, value) in fields.iter() {
        if !KNOWN.contains(&name) {
            extra.push((name.to_owned(), canonical(value, name)?));
        }
    }

    Ok(Event {
        id,
        request_id,
        created_at,
        user_id: optional_text(&["user_id", "userId"])?,
        properties,
        properties_json,
        model: optional_text(&["model"])?,
        provider: optional_text(&["provider"])?,
        status: first(&["status"]).map(|(name, value)| status(value, name)).transpose()?,
        usage,
        cost: amount(&["cost", "cost_usd"], "US dollars")?,
        priced: None,
        latency_ms: amount(&["latency_ms", "latencyMs", "latency"], "milliseconds")?,
        trace: Trace {
            trace_id: optional_text(&["trace_id"])?,
            span_id: optional_text(&["span_id"])?,
            traceparent: optional_text(&["traceparent"])?,
        },
        request: body(&["request", "request_body"])?,
        response: body(&["response", "response_body"])?,
        data: body(&["data"])?,
        extra,
        event_type,
    })
}

fn moment(raw: &RawValue, path: &str) -> Result<Timestamp, FieldError> {
    let parsed = if raw.get().starts_with('"') {
        Timestamp::parse(&text(raw, path)?)
    } else {
        number(raw, path).ok().and_then(Timestamp::from_number)
    };
    parsed.ok_or_else(|| {
        FieldError::new(path, "must be an RFC 3339 date-time such as 2026-11-21T09:30:00Z, or seconds or milliseconds since 1970")
    })
}

fn status(raw: &RawValue, path: &str) -> Result<Canonical, FieldError> {
    let is_code = number(raw, path).is_ok_and(|code| code.fract() == 0.0 && (0.0..=999.0).contains(&code));
    let status = canonical(raw, path)?;
    let is_word = || status.string_value().is_some_and(|word| word.chars().count() <= MAX_STATUS);
    if is_code || is_word() {
        return Ok(status);
    }
    let rule = format!(
        "must be an HTTP status code (0 to 999) or a word such as success, of at most {MAX_STATUS} characters"
    );
    Err(FieldError::new(path, rule))
}

fn properties(raw: &RawValue) -> Result<Vec<(String, String)>, FieldError> {
    let mut properties = Vec::new();
    for (name, value) in object(raw, "properties")?.iter() {
        let value = canonical(value, &format!("properties.{name}"))?;
        let as_text = match value.string_value() {
            Some(text) => text,
            None if value.as_str().starts_with(['{', '[']) || value.as_str() == "null" => continue,
            None => value.as_str().to_owned(),
        };
        properties.push((name.to_owned(), as_text));
    }
    // As they will stand in the archive, and be read from there.
    properties.sort_by_key(|(name, _)| array_index(name).map_or((1, 0), |index| (0, index)));
    Ok(properties)
}
