//! Why an event does not match: the first condition that it does not meet, for a preview of a filter.

use serde::Serialize;
use serde_json::Value;

use super::{
    compare::{is_primitive, order},
    compiled::{Condition, Node},
    evaluate::{Target, condition_holds, holds, is_member, member},
    path,
};

/// A condition that does not hold. Says nothing of the event but how it stands to the filter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Mismatch {
    /// Where the condition stands: `eventTypes`, `propertyFilters[0]`, `sampleRate`, or a place in the filter such as
    /// `filter.usage.total_tokens.$gt`.
    pub path: String,
    /// Why it does not hold.
    pub reason: Reason,
}

/// Why a condition does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub enum Reason {
    /// The key is not there.
    Absent,
    /// The key is there, and should not be.
    Present,
    /// The value is too large to be looked into.
    TooLarge,
    /// The condition does not apply to a value of this type.
    WrongType,
    /// The value is of the right type, but not one that is asked for.
    WrongValue,
    /// No element of the list matches.
    NoElement,
    /// None of the filters of `$or` matches.
    NoAlternative,
    /// The filter under `$not` matches.
    Negated,
    /// The event is not drawn for the sample.
    NotInSample,
}

/// The first condition that does not hold; `None` when all do.
pub(super) fn explain(node: &Node, target: Target<'_>) -> Option<Mismatch> {
    in_node(node, target, path::ROOT.to_owned())
}

fn in_node(node: &Node, target: Target<'_>, path: String) -> Option<Mismatch> {
    if holds(node, target) {
        return None;
    }
    let reason = match (node, target) {
        (Node::Conditions(conditions), _) => {
            let failing = conditions.iter().find(|condition| !condition_holds(condition, target));
            return match failing {
                Some(condition) => in_condition(condition, target, path),
                // `{}` under a key that is not there: nothing in it fails.
                None => Some(Mismatch { path, reason: without_value(target)? }),
            };
        }
        (Node::Elements(filters), Target::Json(Value::Array(list))) => {
            let is_met = |filter: &Node| list.iter().any(|element| holds(filter, Target::Json(element)));
            let at = filters.iter().position(|filter| !is_met(filter))?;
            return Some(Mismatch { path: path::join(&path, &path::element(at)), reason: Reason::NoElement });
        }
        (Node::Primitive(_), Target::Json(Value::Array(_))) => Reason::NoElement,
        (Node::Primitive(wanted), Target::Json(value)) if is_same_type(wanted, value) => Reason::WrongValue,
        (_, target) => without_value(target).unwrap_or(Reason::WrongType),
    };
    Some(Mismatch { path, reason })
}

/// `condition` does not hold.
fn in_condition(condition: &Condition, target: Target<'_>, path: String) -> Option<Mismatch> {
    let path = match condition.operator() {
        Some(name) => path::join(&path, name),
        None => path,
    };
    let applies = |applies: bool| if applies { Reason::WrongValue } else { Reason::WrongType };
    let json = match target {
        Target::Json(value) => Some(value),
        _ => None,
    };
    let reason = match (condition, target) {
        (Condition::Exist(false), Target::Presence(true) | Target::Json(_) | Target::Event(_)) => {
            Reason::Present
        }
        (Condition::And(filters), _) => {
            let part = |at: usize| path::join(&path, &path::element(at));
            let mut failing = filters.iter().enumerate().filter(|(_, filter)| !holds(filter, target));
            return match failing.next() {
                Some((at, filter)) => in_node(filter, target, part(at)),
                None => Some(Mismatch { path, reason: without_value(target)? }),
            };
        }
        (_, Target::Presence(_)) => without_value(target)?,
        (Condition::Fields(fields), Target::Event(event)) => {
            return in_fields(fields, |key| event.field(key).into(), &path);
        }
        (Condition::Fields(fields), Target::Json(Value::Object(map))) => {
            return in_fields(fields, |key| member(map, key), &path);
        }
        (Condition::Fields(_), Target::Json(Value::Array(_))) => Reason::NoElement,
        (Condition::Fields(_), _) => Reason::WrongType,
        (Condition::Compare(_, bound), _) => applies(json.is_some_and(|value| order(value, bound).is_some())),
        (Condition::In(membership) | Condition::NotIn(membership), _) => {
            applies(is_member(membership, target).is_some())
        }
        (Condition::StartsWith(_) | Condition::EndsWith(_), _) => applies(json.is_some_and(Value::is_string)),
        (Condition::Equal(_) | Condition::NotEqual(_) | Condition::Exist(_), _) => Reason::WrongValue,
        (Condition::Or(_), _) => Reason::NoAlternative,
        (Condition::Not(_), _) => Reason::Negated,
    };
    Some(Mismatch { path, reason })
}

fn in_fields<'v>(
    fields: &[(String, Node)],
    under: impl Fn(&str) -> Target<'v>,
    path: &str,
) -> Option<Mismatch> {
    fields.iter().find_map(|(key, filter)| in_node(filter, under(key), path::join(path, &path::key(key))))
}

/// Why a filter fails where there is no value to look at.
fn without_value(target: Target<'_>) -> Option<Reason> {
    match target {
        Target::Presence(false) => Some(Reason::Absent),
        Target::Presence(true) => Some(Reason::TooLarge),
        Target::Json(_) | Target::Event(_) => None,
    }
}

fn is_same_type(a: &Value, b: &Value) -> bool {
    is_primitive(a) && std::mem::discriminant(a) == std::mem::discriminant(b)
}
