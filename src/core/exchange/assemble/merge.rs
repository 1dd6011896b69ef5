//! Putting values together that came in parts.

use serde_json::{Map, Value};

/// Adds a delta: text to text, list to list. Anything else takes the place of what was there, but `null` of nothing.
pub(super) fn add(target: &mut Value, delta: Value) {
    match (target, delta) {
        (_, Value::Null) => {}
        (Value::String(text), Value::String(more)) => text.push_str(&more),
        (Value::Array(list), Value::Array(more)) => list.extend(more),
        (target, delta) => *target = delta,
    }
}

/// Adds a delta to a member.
pub(super) fn add_member(map: &mut Map<String, Value>, name: &str, delta: Value) {
    match map.get_mut(name) {
        Some(target) => add(target, delta),
        None => {
            map.insert(name.to_owned(), delta);
        }
    }
}

/// Adds every member of an object of deltas to its counterpart.
pub(super) fn add_members(map: &mut Map<String, Value>, deltas: Value) {
    let Value::Object(deltas) = deltas else { return };
    for (name, delta) in deltas {
        add_member(map, &name, delta);
    }
}

/// Sets a member that every piece repeats: of texts the first that is not empty stays, of other values the last.
pub(super) fn set_member(map: &mut Map<String, Value>, name: String, value: Value) {
    match map.get_mut(&name) {
        Some(Value::String(text)) if !text.is_empty() => {}
        Some(_) if value.is_null() => {}
        Some(known) => *known = value,
        None => {
            map.insert(name, value);
        }
    }
}

/// Overwrites each member that an update knows.
pub(super) fn update(target: &mut Value, update: Value) {
    match (target, update) {
        (Value::Object(target), Value::Object(update)) => {
            for (name, value) in update {
                if !value.is_null() || !target.contains_key(&name) {
                    target.insert(name, value);
                }
            }
        }
        (_, Value::Null) => {}
        (target, update) => *target = update,
    }
}

/// Takes a member out that is a list.
pub(super) fn take_list(map: &mut Map<String, Value>, name: &str) -> Vec<Value> {
    match map.get_mut(name).map(Value::take) {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    }
}

/// The place of a piece among its like. One that does not say is the first.
pub(super) fn index(map: &Map<String, Value>, name: &str) -> u64 {
    map.get(name).and_then(Value::as_u64).unwrap_or(0)
}

/// The members around the choices: of a completion, where each piece repeats them.
pub(super) fn head(head: &mut Map<String, Value>, piece: Map<String, Value>, object: &str) {
    for (name, value) in piece {
        match name.as_str() {
            // Padding against guesses from the length of encrypted pieces.
            "choices" | "obfuscation" => {}
            "object" => set_member(head, name, object.into()),
            _ => set_member(head, name, value),
        }
    }
}

/// Completes such a head. Of usage that no piece reported nothing is said.
pub(super) fn completion(mut head: Map<String, Value>, object: &str, choices: Vec<Value>) -> Value {
    set_member(&mut head, "object".to_owned(), object.into());
    head.insert("choices".to_owned(), Value::Array(choices));
    head.retain(|name, value| name != "usage" || !value.is_null());
    Value::Object(head)
}
