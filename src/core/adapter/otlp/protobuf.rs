//! The protobuf encoding, by the field numbers of `opentelemetry/proto`.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Number, Value};

use super::{
    export::{Export, Located, Raw, Refusal},
    span::{Attributes, Budget, MAX_DEPTH, Span, SpanEvent, id, too_deep},
    wire::{Field, Message, Problem},
};
use crate::core::field::FieldError;

/// `STATUS_CODE_ERROR`.
const ERROR: u64 = 2;

pub(super) fn take_apart(body: &[u8]) -> Result<Export<'_>, Refusal> {
    let mut export = Export::default();
    let malformed =
        |path: &str, problem: Problem| Refusal::Malformed(FieldError::new(path, problem).to_string());
    for field in Message(body) {
        let (1, resource_spans) = field.map_err(|problem| malformed("", problem))? else { continue };
        export.count()?;
        let at = export.resources.len();
        let path = format!("resourceSpans[{at}]");
        export.resources.push(None);
        let mut scope: usize = 0;
        let resource_spans = resource_spans.bytes().map_err(|problem| malformed(&path, problem))?;
        for field in Message(resource_spans) {
            match field.map_err(|problem| malformed(&path, problem))? {
                (1, resource) => {
                    let path = format!("{path}.resource");
                    let raw = Raw::Protobuf(resource.bytes().map_err(|problem| malformed(&path, problem))?);
                    if let Some(last) = export.resources.last_mut() {
                        *last = Some(raw);
                    }
                }
                (2, scope_spans) => {
                    export.count()?;
                    let path = format!("{path}.scopeSpans[{scope}]");
                    scope_of(scope_spans, [at, scope], &mut export, |problem| malformed(&path, problem))?;
                    scope = scope.saturating_add(1);
                }
                _ => {}
            }
        }
    }
    Ok(export)
}

fn scope_of<'a>(
    scope_spans: Field<'a>,
    [resource, scope]: [usize; 2],
    export: &mut Export<'a>,
    malformed: impl Fn(Problem) -> Refusal,
) -> Result<(), Refusal> {
    let mut at: usize = 0;
    for field in Message(scope_spans.bytes().map_err(&malformed)?) {
        let (2, span) = field.map_err(&malformed)? else { continue };
        export.count()?;
        let raw = Raw::Protobuf(span.bytes().map_err(&malformed)?);
        export.spans.push(Located { place: [resource, scope, at], raw });
        at = at.saturating_add(1);
    }
    Ok(())
}

/// The attributes of a resource.
pub(super) fn resource(bytes: &[u8]) -> Result<Attributes, FieldError> {
    let mut attributes = Attributes::default();
    let mut budget = Budget::new();
    for field in Message(bytes) {
        if let (1, attribute) = field.map_err(whole)? {
            add(&mut attributes, attribute, &mut budget)?;
        }
    }
    Ok(attributes)
}

pub(super) fn span(bytes: &[u8]) -> Result<Span, FieldError> {
    let mut span = Span::default();
    let (mut trace_id, mut span_id): (&[u8], &[u8]) = (&[], &[]);
    let mut budget = Budget::new();
    for field in Message(bytes) {
        let (number, field) = field.map_err(whole)?;
        let named = |name: &'static str| move |problem: Problem| FieldError::new(name, problem);
        match number {
            1 => trace_id = field.bytes().map_err(named("traceId"))?,
            2 => span_id = field.bytes().map_err(named("spanId"))?,
            7 => span.start = field.fixed64().map_err(named("startTimeUnixNano"))?,
            8 => span.end = field.fixed64().map_err(named("endTimeUnixNano"))?,
            9 => add(&mut span.attributes, field, &mut budget)?,
            11 => {
                let at = span.events.len();
                let event =
                    event(field, &mut budget).map_err(|error| error.under(&format!("events[{at}]")))?;
                span.events.push(event);
            }
            15 => status(field, &mut span).map_err(named("status"))?,
            _ => {}
        }
    }
    span.trace_id = id(trace_id, 16, "traceId")?;
    span.span_id = id(span_id, 8, "spanId")?;
    Ok(span)
}

fn status(field: Field<'_>, span: &mut Span) -> Result<(), Problem> {
    for field in Message(field.bytes()?) {
        match field? {
            (2, message) => span.message = message.text()?,
            (3, code) => span.is_error = code.varint()? == ERROR,
            _ => {}
        }
    }
    Ok(())
}

fn event(field: Field<'_>, budget: &mut Budget) -> Result<SpanEvent, FieldError> {
    budget.take()?;
    let mut event = SpanEvent::default();
    for field in Message(field.bytes().map_err(whole)?) {
        match field.map_err(whole)? {
            (2, name) => event.name = name.text().map_err(|problem| FieldError::new("name", problem))?,
            (3, attribute) => add(&mut event.attributes, attribute, budget)?,
            _ => {}
        }
    }
    Ok(event)
}

fn add(attributes: &mut Attributes, field: Field<'_>, budget: &mut Budget) -> Result<(), FieldError> {
    let pair = pair(field, budget, 0);
    let at = attributes.0.len();
    attributes.0.push(pair.map_err(|error| error.under(&format!("attributes[{at}]")))?);
    Ok(())
}

/// A name and its value, as attributes and maps list them.
fn pair(field: Field<'_>, budget: &mut Budget, depth: usize) -> Result<(String, Value), FieldError> {
    budget.take()?;
    let (mut key, mut value) = (String::new(), Value::Null);
    for field in Message(field.bytes().map_err(whole)?) {
        match field.map_err(whole)? {
            (1, name) => key = name.text().map_err(|problem| FieldError::new("key", problem))?,
            (2, of_any) => value = any(of_any, budget, depth).map_err(|error| error.under("value"))?,
            _ => {}
        }
    }
    Ok((key, value))
}

fn any(field: Field<'_>, budget: &mut Budget, depth: usize) -> Result<Value, FieldError> {
    budget.take()?;
    if depth > MAX_DEPTH {
        return Err(too_deep());
    }
    let deeper = depth.saturating_add(1);
    let mut value = Value::Null;
    for field in Message(field.bytes().map_err(whole)?) {
        let (number, field) = field.map_err(whole)?;
        value = match number {
            1 => Value::String(field.text().map_err(whole)?),
            2 => Value::Bool(field.varint().map_err(whole)? != 0),
            3 => Value::from(field.varint().map_err(whole)?.cast_signed()),
            4 => {
                let double = f64::from_bits(field.fixed64().map_err(whole)?);
                Number::from_f64(double).map_or(Value::Null, Value::Number)
            }
            5 => {
                let mut list = Vec::new();
                for field in Message(field.bytes().map_err(whole)?) {
                    if let (1, one) = field.map_err(whole)? {
                        list.push(any(one, budget, deeper)?);
                    }
                }
                Value::Array(list)
            }
            6 => {
                let mut map = Map::new();
                for field in Message(field.bytes().map_err(whole)?) {
                    if let (1, one) = field.map_err(whole)? {
                        let (key, value) = pair(one, budget, deeper)?;
                        map.insert(key, value);
                    }
                }
                Value::Object(map)
            }
            7 => base64_text(field.bytes().map_err(whole)?),
            _ => value,
        };
    }
    Ok(value)
}

/// A problem of the message as a whole.
fn whole(problem: Problem) -> FieldError {
    FieldError::new("", problem)
}

/// Bytes as protobuf's JSON has them.
fn base64_text(bytes: &[u8]) -> Value {
    STANDARD.encode(bytes).into()
}
