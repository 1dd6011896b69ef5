//! What a span says of an LLM call, as the event that a gateway would have sent.
//!
//! The event is written as JSON and read by `core/event`, so that what an event may hold is said in one place. Where that
//! refuses a field, the error names the attribute that it came from.

use serde_json::{Map, Value, json};

use super::{
    chat::Texts,
    draft::{Draft, as_text},
    exchange, names,
    span::{Attributes, Span},
    usage,
};
use crate::core::{
    event::{Event, REQUEST_COMPLETED, REQUEST_FAILED},
    field::FieldError,
    otel::names::helicone_provider,
    time::Timestamp,
};

/// The event of a span; `None` where it is of no call of a model.
pub(super) fn of_span(
    span: &Span,
    resource: &[(String, Value)],
    now: Timestamp,
) -> Result<Option<Event>, FieldError> {
    if !is_call(&span.attributes) {
        return Ok(None);
    }
    let mut draft = Draft::default();
    let attributes = &span.attributes;
    let texts = Texts::new();
    draft.put("type", if has_failed(span) { REQUEST_FAILED } else { REQUEST_COMPLETED }.into());
    match attributes.first(names::REQUEST_ID) {
        Some((name, id)) => draft.take("request_id", name, as_text(id)),
        // The same for the same span, so that one which is exported twice is one event.
        None => draft.put("request_id", format!("{}-{}", span.trace_id, span.span_id).into()),
    }
    if span.start > 0 {
        draft.put("created_at", Timestamp::from_millis(millis(span.start)).to_string().into());
        if span.end >= span.start {
            let latency = millis(span.end.saturating_sub(span.start).saturating_add(500_000));
            draft.put("latency_ms", latency.into());
        }
    }
    draft.fact("user_id", attributes, names::USER);
    draft.put_object("properties", properties(attributes, resource, &texts));
    let served = attributes.first(names::MODEL_SERVED);
    if let Some((name, model)) = served.or_else(|| attributes.first(names::MODEL_ASKED)) {
        draft.take("model", name, as_text(model));
    }
    if let Some((name, provider)) = attributes.first(names::PROVIDER) {
        let known = provider.as_str().map(|provider| helicone_provider(provider).into());
        draft.take("provider", name, known.unwrap_or_else(|| provider.clone()));
    }
    if let Some(status) = status(span) {
        draft.put("status", status);
    }
    let usage = usage::read(attributes, &mut draft);
    if let Some((name, cost)) = attributes.first(names::COST) {
        draft.take("cost", name, usage::number(cost));
    }
    draft.put("trace_id", span.trace_id.as_str().into());
    draft.put("span_id", span.span_id.as_str().into());
    let (request, mut response) = exchange::bodies(span, &texts);
    if let Some(usage) = usage.clone() {
        response.entry("usage").or_insert(usage);
    }
    draft.put("usage", usage.unwrap_or_default());
    draft.put_object("request", request);
    draft.put_object("response", response);
    if let Some(operation) = operation(attributes) {
        draft.put("operation", operation.into());
    }
    let first_chunk =
        attributes.first(names::FIRST_CHUNK).and_then(|(_, seconds)| usage::number(seconds).as_f64());
    if let Some(seconds) = first_chunk.filter(|seconds| *seconds >= 0.0) {
        draft.put("time_to_first_token_ms", json!((seconds * 1000.0).round()));
    }
    draft.read(now).map(Some)
}

/// Whether a span is of a call of a model: by its operation; where it has none, by its kind; and of the instrumentations before
/// there were either, by the model that it asks.
fn is_call(attributes: &Attributes) -> bool {
    let text = |name| attributes.get(name).and_then(Value::as_str);
    if let Some(operation) = text(names::OPERATION) {
        return names::LLM_OPERATIONS.contains(&operation);
    }
    if let Some(kind) = text(names::SPAN_KIND) {
        return names::LLM_KINDS.iter().any(|known| kind.eq_ignore_ascii_case(known));
    }
    attributes.get(names::REQUEST_TYPE).is_some() || attributes.first(names::MODEL_ASKED).is_some()
}

fn operation(attributes: &Attributes) -> Option<&str> {
    attributes.text(&[names::OPERATION, names::REQUEST_TYPE])
}

fn has_failed(span: &Span) -> bool {
    let is_refused = || http_status(&span.attributes).is_some_and(|code| code >= 400);
    span.is_error || span.attributes.first(names::ERROR_TYPE).is_some() || is_refused()
}

/// The provider's HTTP status; of an error without one, a word.
fn status(span: &Span) -> Option<Value> {
    let code = http_status(&span.attributes).map(Value::from);
    code.or_else(|| has_failed(span).then(|| "error".into()))
}

fn http_status(attributes: &Attributes) -> Option<u64> {
    let code = |value: &Value| usage::number(value).as_u64().filter(|code| (100..=999).contains(code));
    let (_, given) = attributes.first(names::STATUS).unzip();
    // OpenTelemetry's word for an HTTP error is its status.
    given.and_then(code).or_else(|| code(attributes.first(names::ERROR_TYPE)?.1))
}

/// Custom properties: what says so, the session, and where the call came from. Of one name the first.
fn properties(attributes: &Attributes, resource: &[(String, Value)], texts: &Texts) -> Map<String, Value> {
    let mut properties = Map::new();
    let mut put = |name: &str, value: Value| {
        properties.entry(name).or_insert(value);
    };
    if let Some((_, session)) = attributes.first(names::SESSION) {
        put("Helicone-Session-Id", as_text(session));
    }
    for prefix in names::PROPERTY_PREFIXES {
        let own = attributes.below(prefix);
        own.filter(|(name, _)| !names::NO_PROPERTIES.contains(name))
            .for_each(|(name, value)| put(name, value.clone()));
    }
    if let Some((_, metadata)) = attributes.first(names::METADATA)
        && let Value::Object(members) = texts.parsed(metadata).into_owned()
    {
        members.into_iter().filter(|(_, value)| !value.is_null()).for_each(|(name, value)| put(&name, value));
    }
    if let Some((_, Value::Array(tags))) = attributes.first(names::TAGS) {
        let tags: Vec<&str> = tags.iter().filter_map(Value::as_str).collect();
        put("tags", tags.join(",").into());
    }
    resource.iter().for_each(|(name, value)| put(name, value.clone()));
    properties
}

/// Of a resource's attributes those that become properties.
pub(super) fn resource_properties(attributes: &Attributes) -> Result<Vec<(String, Value)>, FieldError> {
    let mut properties = Vec::new();
    for (property, names) in names::RESOURCE {
        let Some((name, value)) = attributes.first(names) else { continue };
        let text = as_text(value);
        // Every event of the resource repeats it.
        if text.as_str().is_none_or(|text| text.chars().count() > MAX_RESOURCE_TEXT) {
            let problem = format!("must be a string of at most {MAX_RESOURCE_TEXT} characters");
            return Err(FieldError::new(format!("attributes[\"{name}\"]"), problem));
        }
        properties.push((property.to_owned(), text));
    }
    Ok(properties)
}

/// The longest text of a resource that becomes a property, in characters.
const MAX_RESOURCE_TEXT: usize = 256;

fn millis(nanos: u64) -> i64 {
    i64::try_from(nanos / 1_000_000).unwrap_or(i64::MAX)
}
