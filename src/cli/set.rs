//! `--set path=value`: one member of a JSON object, however deep.

use serde_json::{Map, Value};

/// Sets a member: `a.b=1` makes `{"a": {"b": 1}}`. The value is JSON where it is some, else a text. A path
/// into what is no object replaces that. An error says what the form is.
pub fn set(target: &mut Value, assignment: &str) -> Result<(), String> {
    let (path, value) = assignment
        .split_once('=')
        .filter(|(path, _)| !path.is_empty() && path.split('.').all(|name| !name.is_empty()))
        .ok_or_else(|| format!("--set {assignment}: must be path=value, such as usage.prompt_tokens=12"))?;
    let value = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
    put(target, path, value);
    Ok(())
}

/// All of them, in their order.
pub fn set_all(target: &mut Value, assignments: &[String]) -> Result<(), String> {
    assignments.iter().try_for_each(|assignment| set(target, assignment))
}

/// Sets one member to a value.
pub(super) fn put(target: &mut Value, path: &str, value: Value) {
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Some(members) = target.as_object_mut() else { return };
    match path.split_once('.') {
        None => {
            members.insert(path.to_owned(), value);
        }
        Some((name, rest)) => put(members.entry(name).or_insert(Value::Null), rest, value),
    }
}
