//! The JSON encoding: protobuf's, with ids in hex and enums as numbers. 64-bit integers are strings, or numbers.

use serde_json::{Map, Number, Value, value::RawValue};

use super::{
    export::{Export, Located, MAX_ENTRIES, Raw, Refusal},
    span::{Attributes, Budget, MAX_DEPTH, MAX_VALUES, Span, SpanEvent, id, too_deep},
};
use crate::core::{
    field::FieldError,
    json::{Elements, Fields, JsonError, parse_bounded},
};

/// What a value of a span can take in JSON: objects around it that protobuf does not count.
const VALUES_OF_JSON: usize = MAX_VALUES.saturating_mul(4);

pub(super) fn take_apart(body: &[u8]) -> Result<Export<'_>, Refusal> {
    let malformed =
        |path: &str, problem: String| Refusal::Malformed(FieldError::new(path, problem).to_string());
    let text = std::str::from_utf8(body)
        .map_err(|error| malformed("", format!("not UTF-8 at byte {}", error.valid_up_to())))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let body: &RawValue =
        serde_json::from_str(text).map_err(|error| malformed("", JsonError::from(error).to_string()))?;
    let mut export = Export::default();
    let body = fields(body, "")?;
    for (at, resource_spans) in list(&body, "resourceSpans", "")?.into_iter().enumerate() {
        export.count()?;
        let path = format!("resourceSpans[{at}]");
        let resource_spans = fields(resource_spans, &path)?;
        export.resources.push(resource_spans.get("resource").map(|resource| Raw::Json(resource.get())));
        for (scope, scope_spans) in list(&resource_spans, "scopeSpans", &path)?.into_iter().enumerate() {
            export.count()?;
            let path = format!("{path}.scopeSpans[{scope}]");
            let scope_spans = fields(scope_spans, &path)?;
            for (span, raw) in list(&scope_spans, "spans", &path)?.into_iter().enumerate() {
                export.count()?;
                export.spans.push(Located { place: [at, scope, span], raw: Raw::Json(raw.get()) });
            }
        }
    }
    Ok(export)
}

fn fields<'a>(raw: &'a RawValue, path: &str) -> Result<Fields<'a>, Refusal> {
    serde_json::from_str(raw.get()).map_err(|_| {
        let error = FieldError::new(path, "must be a JSON object of at most 1,000 fields");
        Refusal::Malformed(error.to_string())
    })
}

/// The elements of a list; none where it is absent or null.
fn list<'a>(fields: &Fields<'a>, name: &str, path: &str) -> Result<Vec<&'a RawValue>, Refusal> {
    let Some(raw) = fields.get(name).filter(|raw| raw.get() != "null") else { return Ok(Vec::new()) };
    let elements: Elements<'a, MAX_ENTRIES> = serde_json::from_str(raw.get()).map_err(|_| {
        let error = FieldError::new(name, "must be a list");
        Refusal::Malformed(if path.is_empty() { error } else { error.under(path) }.to_string())
    })?;
    Ok(elements.0)
}

/// The attributes of a resource.
pub(super) fn resource(text: &str) -> Result<Attributes, FieldError> {
    let mut resource = object(tree(text)?)?;
    attributes(take(&mut resource, "attributes"), &mut Budget::new())
}

pub(super) fn span(text: &str) -> Result<Span, FieldError> {
    let mut members = object(tree(text)?)?;
    let mut budget = Budget::new();
    let mut member = |name: &str| take(&mut members, name);
    let mut span = Span {
        trace_id: hex_id(&member("traceId"), 16, "traceId")?,
        span_id: hex_id(&member("spanId"), 8, "spanId")?,
        start: nanos(&member("startTimeUnixNano"), "startTimeUnixNano")?,
        end: nanos(&member("endTimeUnixNano"), "endTimeUnixNano")?,
        attributes: attributes(member("attributes"), &mut budget)?,
        ..Span::default()
    };
    for (at, event) in elements(member("events"), "events")?.into_iter().enumerate() {
        let event = event_of(event, &mut budget).map_err(|error| error.under(&format!("events[{at}]")))?;
        span.events.push(event);
    }
    if let Value::Object(mut status) = member("status") {
        let code = take(&mut status, "code");
        span.is_error = code == 2 || code == "STATUS_CODE_ERROR";
        span.message = text_of(take(&mut status, "message"), "status.message")?;
    }
    Ok(span)
}

fn event_of(event: Value, budget: &mut Budget) -> Result<SpanEvent, FieldError> {
    budget.take()?;
    let mut event = object(event)?;
    Ok(SpanEvent {
        name: text_of(take(&mut event, "name"), "name")?,
        attributes: attributes(take(&mut event, "attributes"), budget)?,
    })
}

fn attributes(list: Value, budget: &mut Budget) -> Result<Attributes, FieldError> {
    let pairs = elements(list, "attributes")?.into_iter().enumerate();
    let pairs = pairs
        .map(|(at, one)| pair(one, budget, 0).map_err(|error| error.under(&format!("attributes[{at}]"))));
    Ok(Attributes(pairs.collect::<Result<_, _>>()?))
}

/// A name and its value, as attributes and maps list them.
fn pair(pair: Value, budget: &mut Budget, depth: usize) -> Result<(String, Value), FieldError> {
    budget.take()?;
    let mut pair = object(pair)?;
    let value = match take(&mut pair, "value") {
        Value::Null => Value::Null,
        value => any(value, budget, depth).map_err(|error| error.under("value"))?,
    };
    Ok((text_of(take(&mut pair, "key"), "key")?, value))
}

fn any(value: Value, budget: &mut Budget, depth: usize) -> Result<Value, FieldError> {
    budget.take()?;
    if depth > MAX_DEPTH {
        return Err(too_deep());
    }
    let deeper = depth.saturating_add(1);
    let Some((kind, value)) = object(value)?.into_iter().find(|(_, value)| !value.is_null()) else {
        return Ok(Value::Null);
    };
    let wrong = |rule: &str| FieldError::new(kind.as_str(), rule);
    match (kind.as_str(), value) {
        ("stringValue" | "bytesValue", text @ Value::String(_)) | ("boolValue", text @ Value::Bool(_)) => {
            Ok(text)
        }
        ("stringValue" | "bytesValue", _) => Err(wrong("must be a string")),
        ("boolValue", _) => Err(wrong("must be true or false")),
        ("intValue", value) => {
            let number = value.as_i64().or_else(|| value.as_str()?.parse().ok());
            number.map(Value::from).ok_or_else(|| wrong("must be a 64-bit integer, as a number or a string"))
        }
        ("doubleValue", value) => {
            let number = value.as_f64().or_else(|| value.as_str()?.parse().ok());
            let number = number.ok_or_else(|| wrong("must be a number"))?;
            Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
        }
        ("arrayValue", value) => {
            let list = elements(take(&mut object(value)?, "values"), "arrayValue.values")?;
            let list = list.into_iter().map(|one| any(one, budget, deeper));
            Ok(Value::Array(list.collect::<Result<_, _>>()?))
        }
        ("kvlistValue", value) => {
            let list = elements(take(&mut object(value)?, "values"), "kvlistValue.values")?;
            let pairs = list.into_iter().map(|one| pair(one, budget, deeper));
            Ok(Value::Object(pairs.collect::<Result<_, _>>()?))
        }
        _ => Ok(Value::Null),
    }
}

fn tree(text: &str) -> Result<Value, FieldError> {
    let mut left = VALUES_OF_JSON;
    parse_bounded(text, &mut left).map_err(|error| FieldError::new("", error.to_string()))
}

fn object(value: Value) -> Result<Map<String, Value>, FieldError> {
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(FieldError::new("", "must be a JSON object")),
    }
}

fn elements(value: Value, name: &str) -> Result<Vec<Value>, FieldError> {
    match value {
        Value::Array(elements) => Ok(elements),
        Value::Null => Ok(Vec::new()),
        _ => Err(FieldError::new(name, "must be a list")),
    }
}

fn take(members: &mut Map<String, Value>, name: &str) -> Value {
    members.get_mut(name).map(Value::take).unwrap_or_default()
}

fn text_of(value: Value, name: &str) -> Result<String, FieldError> {
    match value {
        Value::String(text) => Ok(text),
        Value::Null => Ok(String::new()),
        _ => Err(FieldError::new(name, "must be a string")),
    }
}

fn hex_id(value: &Value, length: usize, name: &str) -> Result<String, FieldError> {
    let bytes = value.as_str().and_then(|text| hex::decode(text).ok());
    id(&bytes.unwrap_or_default(), length, name)
}

fn nanos(value: &Value, name: &str) -> Result<u64, FieldError> {
    if value.is_null() {
        return Ok(0);
    }
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
    number.ok_or_else(|| FieldError::new(name, "must be nanoseconds since 1970, as a number or a string"))
}
