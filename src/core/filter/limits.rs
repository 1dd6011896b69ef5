//! How large a content filter may be. The limits bound what matching one event can cost.

use serde_json::Value;

use super::path;
use crate::core::field::FieldError;

/// Levels of objects and lists, the outermost one included; a primitive has none.
pub const MAX_DEPTH: usize = 32;

/// JSON values of any kind, operands and what is in them included; keys do not count.
pub const MAX_NODES: usize = 512;

/// Bytes of JSON, written without white space.
pub const MAX_BYTES: usize = 16 * 1024;

/// Checks a filter before anything else walks through it: the walk here stops at the first level and the first value
/// that is too many, so that it is safe whatever the filter is.
pub(super) fn check(filter: &Value) -> Result<(), FieldError> {
    let mut nodes = 0;
    walk(filter, 0, &mut nodes).map_err(|problem| FieldError::new(path::ROOT, problem))?;
    // Only now is writing it safe: that recurses as deep as the filter is.
    let bytes = serde_json::to_vec(filter).map_or(usize::MAX, |text| text.len());
    if bytes > MAX_BYTES {
        let problem = format!("is too long: at most {MAX_BYTES} bytes of JSON are allowed");
        return Err(FieldError::new(path::ROOT, problem));
    }
    Ok(())
}

/// `depth` is the number of levels around `value`.
fn walk(value: &Value, depth: usize, nodes: &mut usize) -> Result<(), String> {
    *nodes = nodes.saturating_add(1);
    if *nodes > MAX_NODES {
        return Err(format!("has too many values: at most {MAX_NODES} are allowed"));
    }
    if depth >= MAX_DEPTH && (value.is_object() || value.is_array()) {
        return Err(format!(
            "is nested too deep: at most {MAX_DEPTH} levels of objects and lists are allowed"
        ));
    }
    let inner = depth.saturating_add(1);
    match value {
        Value::Array(list) => list.iter().try_for_each(|value| walk(value, inner, nodes)),
        Value::Object(map) => map.values().try_for_each(|value| walk(value, inner, nodes)),
        _ => Ok(()),
    }
}
