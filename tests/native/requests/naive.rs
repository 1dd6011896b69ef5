//! Helicone's filters once more, straight from the JSON of a filter to the JSON of an event: slow, and by other means.

use serde_json::Value;

/// Whether a filter holds of an event with its scores.
pub fn holds(filter: &Value, event: &Value, scores: &Value) -> bool {
    let Some(fields) = filter.as_object() else { return filter == "all" };
    if let Some(operator) = fields.get("operator") {
        let (left, right) = (holds(&fields["left"], event, scores), holds(&fields["right"], event, scores));
        return if operator == "and" { left && right } else { left || right };
    }
    fields.iter().all(|(table, columns)| {
        columns.as_object().unwrap().iter().all(|(column, tests)| match column.as_str() {
            _ if table == "properties" => passes(property(event, column).as_ref(), tests),
            "properties" => tests
                .as_object()
                .unwrap()
                .iter()
                .all(|(name, tests)| passes(property(event, name).as_ref(), tests)),
            "scores" => {
                tests.as_object().unwrap().iter().all(|(name, tests)| passes(scores.get(name), tests))
            }
            "helicone-score-feedback" | "rating" => passes(scores.get("helicone-score-feedback"), tests),
            column => passes(value(event, column).as_ref(), tests),
        })
    })
}

fn property(event: &Value, name: &str) -> Option<Value> {
    match event["properties"].get(name)? {
        Value::String(text) => Some(text.clone().into()),
        Value::Object(_) | Value::Array(_) => None,
        other => Some(other.to_string().into()),
    }
}

fn value(event: &Value, column: &str) -> Option<Value> {
    let usage = |names: &[&str]| names.iter().find_map(|name| event.get("usage")?.pointer(name)).cloned();
    let prompt = || usage(&["/prompt_tokens", "/input_tokens"]);
    let completion = || usage(&["/completion_tokens", "/output_tokens"]);
    match column {
        "request_id" | "id" => event.get("request_id").cloned(),
        "request_created_at" | "created_at" => event.get("created_at").cloned(),
        "body_model" => event.get("model").cloned(),
        "latency" => event.get("latency_ms").cloned(),
        "status" => match event.get("status")? {
            Value::String(text) => text.parse::<u64>().ok().map(Value::from),
            other => Some(other.clone()),
        },
        "prompt_tokens" => prompt(),
        "completion_tokens" => completion(),
        "total_tokens" | "body_tokens" => match (prompt(), completion()) {
            (Some(one), Some(other)) => Some((one.as_u64()? + other.as_u64()?).into()),
            _ => usage(&["/total_tokens"]),
        },
        "prompt_cache_read_tokens" => usage(&["/prompt_tokens_details/cached_tokens"]),
        "prompt_cache_write_tokens" => usage(&["/cache_creation_input_tokens"]),
        "reasoning_tokens" => usage(&["/completion_tokens_details/reasoning_tokens"]),
        other => event.get(other).cloned(),
    }
}

fn passes(value: Option<&Value>, tests: &Value) -> bool {
    tests.as_object().unwrap().iter().all(|(operator, with)| match value {
        None => operator.starts_with("not-"),
        Some(Value::String(text)) => text_passes(text, operator, with.as_str().unwrap()),
        Some(number) => {
            let with = match with {
                Value::Bool(flag) => f64::from(u8::from(*flag)),
                Value::String(text) => text.parse().unwrap(),
                other => other.as_f64().unwrap(),
            };
            ordered(number.as_f64().unwrap().partial_cmp(&with).unwrap(), operator)
        }
    })
}

fn text_passes(text: &str, operator: &str, with: &str) -> bool {
    let lower = |text: &str| text.to_ascii_lowercase();
    let moments = || {
        let moment = |text: &str| chrono::DateTime::parse_from_rfc3339(text).unwrap();
        ordered(moment(text).cmp(&moment(with)), operator)
    };
    match operator {
        "equals" if chrono::DateTime::parse_from_rfc3339(text).is_ok() => moments(),
        "equals" => text == with,
        "not-equals" => text != with,
        "contains" => lower(text).contains(&lower(with)),
        "not-contains" => !lower(text).contains(&lower(with)),
        "like" => fits(&characters(text), &characters(with)),
        "ilike" => fits(&characters(&lower(text)), &characters(&lower(with))),
        _ => moments(),
    }
}

fn characters(text: &str) -> Vec<char> {
    text.chars().collect()
}

fn fits(text: &[char], pattern: &[char]) -> bool {
    match (text, pattern) {
        (_, ['%', rest @ ..]) => (0..=text.len()).any(|from| fits(&text[from..], rest)),
        ([_, text @ ..], ['_', rest @ ..]) => fits(text, rest),
        ([one, text @ ..], ['\\', other, rest @ ..]) => one == other && fits(text, rest),
        ([one, text @ ..], [other, rest @ ..]) if !matches!(other, '_') => one == other && fits(text, rest),
        (text, pattern) => text.is_empty() && pattern.is_empty(),
    }
}

fn ordered(order: std::cmp::Ordering, operator: &str) -> bool {
    match operator {
        "equals" => order.is_eq(),
        "not-equals" => order.is_ne(),
        "gt" => order.is_gt(),
        "gte" => order.is_ge(),
        "lt" => order.is_lt(),
        "lte" => order.is_le(),
        other => panic!("{other}"),
    }
}
