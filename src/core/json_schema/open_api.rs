//! Gemini's `responseSchema`: a part of OpenAPI's schemas, with types in capitals, `nullable`, and counts as texts.

use serde_json::{Map, Value, json};

/// What is taken over as it stands.
const SAME: [&str; 4] = ["required", "pattern", "minimum", "maximum"];

/// Counts, which are 64-bit integers and so texts, as Google writes those in JSON. Names are taken in either spelling.
const COUNTS: [(&str, &str); 6] = [
    ("minItems", "min_items"),
    ("maxItems", "max_items"),
    ("minLength", "min_length"),
    ("maxLength", "max_length"),
    ("minProperties", "min_properties"),
    ("maxProperties", "max_properties"),
];

/// Writes it as JSON Schema. Descriptions, formats and what is unknown are left out.
pub fn to_json_schema(schema: &Value) -> Value {
    let Value::Object(from) = schema else { return Value::Bool(true) };
    let mut to = Map::new();
    let is_nullable = from.get("nullable") == Some(&Value::Bool(true));
    if let Some(name) = from.get("type").and_then(Value::as_str).filter(|name| *name != "TYPE_UNSPECIFIED") {
        let name = name.to_ascii_lowercase();
        let of_type = if is_nullable { json!([name, "null"]) } else { name.into() };
        to.insert("type".to_owned(), of_type);
    }
    if let Some(Value::Array(values)) = from.get("enum").filter(|values| **values != json!([])) {
        let null = is_nullable.then_some(Value::Null);
        to.insert("enum".to_owned(), values.iter().cloned().chain(null).collect());
    }
    for name in SAME {
        to.extend(from.get(name).map(|value| (name.to_owned(), value.clone())));
    }
    for (name, snake) in COUNTS {
        let count = from.get(name).or_else(|| from.get(snake));
        let count = count.and_then(|count| count.as_u64().or_else(|| count.as_str()?.parse().ok()));
        to.extend(count.map(|count| (name.to_owned(), count.into())));
    }
    to.extend(from.get("items").map(|items| ("items".to_owned(), to_json_schema(items))));
    if let Some(Value::Object(properties)) = from.get("properties") {
        let converted = properties.iter().map(|(name, schema)| (name.clone(), to_json_schema(schema)));
        to.insert("properties".to_owned(), Value::Object(converted.collect()));
    }
    for name in ["anyOf", "any_of"] {
        if let Some(Value::Array(branches)) = from.get(name).filter(|branches| **branches != json!([])) {
            let null = is_nullable.then(|| json!({"type": "null"}));
            to.insert("anyOf".to_owned(), branches.iter().map(to_json_schema).chain(null).collect());
        }
    }
    Value::Object(to)
}
