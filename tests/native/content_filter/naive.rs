//! A second implementation of content filters, straight from their tables, with no thought for speed or depth. It
//! takes filters that were found valid.

use serde_json::{Map, Value};

/// Whether a filter matches a value.
pub fn matches(filter: &Value, value: &Value) -> bool {
    match (filter, value) {
        (Value::Object(filter), _) => object(filter, value),
        (Value::Array(filters), Value::Array(list)) => {
            filters.iter().all(|filter| list.iter().any(|element| matches(filter, element)))
        }
        (Value::Array(_), _) => false,
        (primitive, Value::Array(list)) => list.iter().any(|element| same(primitive, element)),
        (primitive, value) => same(primitive, value),
    }
}

fn object(filter: &Map<String, Value>, value: &Value) -> bool {
    let fields: Map<String, Value> =
        filter.iter().filter(|(key, _)| !key.starts_with('$')).map(|(k, v)| (k.clone(), v.clone())).collect();
    let operators = filter.iter().filter(|(key, _)| key.starts_with('$'));
    (fields.is_empty() || has_fields(&fields, value))
        && operators.into_iter().all(|(name, operand)| operator(name, operand, value))
}

fn has_fields(fields: &Map<String, Value>, value: &Value) -> bool {
    match value {
        Value::Object(map) => fields.iter().all(|(key, filter)| match map.get(key) {
            Some(value) => matches(filter, value),
            None => absent(filter) == "holds",
        }),
        Value::Array(list) => list.iter().any(|element| has_fields(fields, element)),
        _ => false,
    }
}

fn operator(name: &str, operand: &Value, value: &Value) -> bool {
    match name {
        "$eq" => same(operand, value),
        "$neq" => !same(operand, value),
        "$gt" => smaller(operand, value),
        "$gte" => smaller(operand, value) || comparable(operand, value) && same(operand, value),
        "$lt" => smaller(value, operand),
        "$lte" => smaller(value, operand) || comparable(operand, value) && same(operand, value),
        "$in" => is_in(operand, value) == "yes",
        "$nin" => is_in(operand, value) == "no",
        "$startsWith" => {
            value.is_string() && list(operand).iter().any(|part| text(value).starts_with(text(part)))
        }
        "$endsWith" => {
            value.is_string() && list(operand).iter().any(|part| text(value).ends_with(text(part)))
        }
        "$exist" => operand == &Value::Bool(true),
        "$and" => list(operand).iter().all(|filter| matches(filter, value)),
        "$or" => list(operand).iter().any(|filter| matches(filter, value)),
        "$not" => !matches(operand, value),
        other => panic!("not an operator: {other}"),
    }
}

fn is_in(operand: &Value, value: &Value) -> &'static str {
    let answer = |is_in: bool| if is_in { "yes" } else { "no" };
    match (operand, value) {
        (Value::Array(_), Value::Array(_) | Value::Object(_)) => "does not apply",
        (Value::Array(list), value) => answer(list.iter().any(|candidate| same(candidate, value))),
        (operand, Value::Array(list)) => answer(list.iter().any(|element| same(operand, element))),
        (Value::String(part), Value::String(text)) => answer(text.contains(part.as_str())),
        _ => "does not apply",
    }
}

/// What a filter says of a key that is not there.
fn absent(filter: &Value) -> &'static str {
    let Value::Object(filter) = filter else { return "open" };
    all(filter
        .iter()
        .map(|(name, operand)| match name.as_str() {
            "$exist" if operand == &Value::Bool(false) => "holds",
            "$exist" => "fails",
            "$and" => all(list(operand).iter().map(absent).collect()),
            "$or" => not(all(list(operand).iter().map(|filter| not(absent(filter))).collect())),
            "$not" => not(absent(operand)),
            _ => "open",
        })
        .collect())
}

fn all(parts: Vec<&'static str>) -> &'static str {
    if parts.contains(&"fails") {
        "fails"
    } else if parts.contains(&"open") || parts.is_empty() {
        "open"
    } else {
        "holds"
    }
}

fn not(part: &'static str) -> &'static str {
    match part {
        "holds" => "fails",
        "fails" => "holds",
        other => other,
    }
}

/// Equality by way of text: numbers as doubles, keys sorted.
fn same(a: &Value, b: &Value) -> bool {
    fn plain(value: &Value) -> String {
        match value {
            Value::Number(number) => format!("{:?}", number.as_f64().unwrap() + 0.0),
            Value::Array(list) => format!("[{}]", list.iter().map(plain).collect::<Vec<_>>().join(",")),
            Value::Object(map) => {
                let mut members: Vec<String> =
                    map.iter().map(|(key, value)| format!("{key:?}:{}", plain(value))).collect();
                members.sort();
                format!("{{{}}}", members.join(","))
            }
            other => other.to_string(),
        }
    }
    plain(a) == plain(b)
}

fn comparable(a: &Value, b: &Value) -> bool {
    a.is_number() && b.is_number() || a.is_string() && b.is_string()
}

fn smaller(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64().unwrap() < b.as_f64().unwrap(),
        (Value::String(a), Value::String(b)) => a.as_bytes() < b.as_bytes(),
        _ => false,
    }
}

/// A list's elements; anything else as the only element.
fn list(operand: &Value) -> Vec<Value> {
    operand.as_array().cloned().unwrap_or_else(|| vec![operand.clone()])
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
