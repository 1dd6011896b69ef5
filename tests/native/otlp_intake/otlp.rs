//! Calls of an exporter, in both encodings, written as an exporter writes them and not by the code under test.

use serde_json::{Map, Value, json};

/// A call with one resource and one scope, in OTLP's JSON.
pub fn call(resource: &Value, spans: &[Value]) -> Value {
    json!({"resourceSpans": [{
        "resource": {"attributes": pairs(resource)},
        "scopeSpans": [{"scope": {"name": "instrumentation"}, "spans": spans}],
    }]})
}

/// A span of 930.4 ms, with attributes and events as plain JSON.
pub fn span(attributes: &Value, events: &[Value], status: &Value) -> Value {
    let events: Vec<Value> = events
        .iter()
        .map(|event| json!({"name": event["name"], "attributes": pairs(&event["attributes"])}))
        .collect();
    json!({
        "traceId": "4bf92f3577b34da6a3ce929d0e0e4736", "spanId": "00f067aa0ba902b7", "name": "a span", "kind": 3,
        "startTimeUnixNano": "1795251599070000000", "endTimeUnixNano": "1795251600000400000",
        "attributes": pairs(attributes), "events": events, "status": status, "droppedAttributesCount": 0, "flags": 257,
    })
}

/// An object as OTLP lists it.
fn pairs(object: &Value) -> Value {
    let members = object.as_object().cloned().unwrap_or_default();
    members.iter().map(|(key, value)| json!({"key": key, "value": any(value)})).collect()
}

fn any(value: &Value) -> Value {
    match value {
        Value::Null => json!({}),
        Value::Bool(_) => json!({"boolValue": value}),
        Value::Number(number) if number.is_f64() => json!({"doubleValue": value}),
        Value::Number(number) => json!({"intValue": number.to_string()}),
        Value::String(_) => json!({"stringValue": value}),
        Value::Array(list) => json!({"arrayValue": {"values": list.iter().map(any).collect::<Vec<_>>()}}),
        Value::Object(_) => json!({"kvlistValue": {"values": pairs(value)}}),
    }
}

/// The same call in protobuf.
pub fn protobuf(call: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    for resource_spans in list(call, "resourceSpans") {
        let mut inner = Vec::new();
        let mut resource = Vec::new();
        attributes(1, &resource_spans["resource"], &mut resource);
        bytes(1, &resource, &mut inner);
        for scope_spans in list(resource_spans, "scopeSpans") {
            let mut spans = Vec::new();
            list(scope_spans, "spans").iter().for_each(|one| bytes(2, &span_message(one), &mut spans));
            bytes(2, &spans, &mut inner);
        }
        bytes(1, &inner, &mut out);
    }
    out
}

fn span_message(span: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    for (field, name) in [(1, "traceId"), (2, "spanId")] {
        bytes(field, &hex::decode(span[name].as_str().unwrap()).unwrap(), &mut out);
    }
    bytes(5, span["name"].as_str().unwrap().as_bytes(), &mut out);
    number(6, 3, &mut out);
    for (field, name) in [(7, "startTimeUnixNano"), (8, "endTimeUnixNano")] {
        fixed64(field, span[name].as_str().unwrap().parse().unwrap(), &mut out);
    }
    attributes(9, span, &mut out);
    for event in list(span, "events") {
        let mut inner = Vec::new();
        fixed64(1, 1_795_251_599_070_000_000, &mut inner);
        bytes(2, event["name"].as_str().unwrap().as_bytes(), &mut inner);
        attributes(3, event, &mut inner);
        bytes(11, &inner, &mut out);
    }
    if let Some(status) = span["status"].as_object() {
        let mut inner = Vec::new();
        bytes(2, status.get("message").and_then(Value::as_str).unwrap_or_default().as_bytes(), &mut inner);
        number(3, status["code"].as_u64().unwrap(), &mut inner);
        bytes(15, &inner, &mut out);
    }
    // `flags`, of four bytes.
    varint(16 << 3 | 5, &mut out);
    out.extend_from_slice(&257_u32.to_le_bytes());
    out
}

fn attributes(field: u64, of: &Value, out: &mut Vec<u8>) {
    list(of, "attributes").iter().for_each(|one| bytes(field, &pair_message(one), out));
}

fn pair_message(pair: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    bytes(1, pair["key"].as_str().unwrap().as_bytes(), &mut out);
    bytes(2, &any_message(pair["value"].as_object().unwrap()), &mut out);
    out
}

fn any_message(any: &Map<String, Value>) -> Vec<u8> {
    let mut out = Vec::new();
    let Some((kind, value)) = any.iter().next() else { return out };
    match kind.as_str() {
        "stringValue" => bytes(1, value.as_str().unwrap().as_bytes(), &mut out),
        "boolValue" => number(2, u64::from(value.as_bool().unwrap()), &mut out),
        "intValue" => number(3, value.as_str().unwrap().parse::<i64>().unwrap() as u64, &mut out),
        "doubleValue" => fixed64(4, value.as_f64().unwrap().to_bits(), &mut out),
        "arrayValue" => {
            let mut inner = Vec::new();
            list(value, "values")
                .iter()
                .for_each(|one| bytes(1, &any_message(one.as_object().unwrap()), &mut inner));
            bytes(5, &inner, &mut out);
        }
        "kvlistValue" => {
            let mut inner = Vec::new();
            list(value, "values").iter().for_each(|one| bytes(1, &pair_message(one), &mut inner));
            bytes(6, &inner, &mut out);
        }
        other => panic!("{other}"),
    }
    out
}

fn list<'v>(of: &'v Value, name: &str) -> &'v [Value] {
    of[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

pub fn bytes(field: u64, value: &[u8], out: &mut Vec<u8>) {
    varint(field << 3 | 2, out);
    varint(value.len() as u64, out);
    out.extend_from_slice(value);
}

pub fn number(field: u64, value: u64, out: &mut Vec<u8>) {
    varint(field << 3, out);
    varint(value, out);
}

pub fn fixed64(field: u64, value: u64, out: &mut Vec<u8>) {
    varint(field << 3 | 1, out);
    out.extend_from_slice(&value.to_le_bytes());
}

pub fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
