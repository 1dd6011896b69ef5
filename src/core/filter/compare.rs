//! Equality and order of JSON values: numbers as doubles, strings by bytes, no type ever turned into another.

use std::cmp::Ordering;

use serde_json::Value;

use super::compiled::{Bound, Comparison};

/// Deep equality. The order of keys is irrelevant, the order of elements is not. Recurses no deeper than the
/// shallower of the two.
pub(super) fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Null, Value::Null) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::String(a), Value::String(b)) => a == b,
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| equal(a, b)))
        }
        _ => false,
    }
}

/// Null, a boolean, a number or a string.
pub(super) fn is_primitive(value: &Value) -> bool {
    !value.is_array() && !value.is_object()
}

/// How a value stands to a bound; `None` where they are not both numbers or both strings.
pub(super) fn order(value: &Value, bound: &Bound) -> Option<Ordering> {
    match (value, bound) {
        (Value::Number(value), Bound::Number(bound)) => value.as_f64()?.partial_cmp(bound),
        (Value::String(value), Bound::Text(bound)) => Some(value.as_str().cmp(bound)),
        _ => None,
    }
}

impl Comparison {
    /// Whether a value that stands so to its bound is on the right side of it.
    pub(super) fn accepts(self, order: Ordering) -> bool {
        match self {
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
        }
    }
}
