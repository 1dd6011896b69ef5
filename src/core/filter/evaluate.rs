//! Matching: never an error, never a panic. What does not apply does not match.
//!
//! Recursion is as deep as the filter, however deep the value is, and the work is at most the nodes of the filter times
//! the size of the value.

use serde_json::{Map, Value};

use super::{
    compare::{equal, is_primitive, order},
    compiled::{Condition, Membership, Node},
    view::{EventView, Found},
};

/// What a filter is matched against.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target<'v> {
    /// The whole event.
    Event(&'v EventView<'v>),
    /// A value in it.
    Json(&'v Value),
    /// No value is under the key (`false`), or one that cannot be looked into (`true`).
    Presence(bool),
}

impl<'v> From<Found<'v>> for Target<'v> {
    fn from(found: Found<'v>) -> Self {
        match found {
            Found::Value(value) => Self::Json(value),
            Found::TooHeavy => Self::Presence(true),
            Found::Nothing => Self::Presence(false),
        }
    }
}

/// Whether a filter matches.
pub(super) fn holds(node: &Node, target: Target<'_>) -> bool {
    if let Target::Presence(is_there) = target {
        return by_presence(node, is_there).unwrap_or(false);
    }
    match (node, target) {
        (Node::Primitive(primitive), Target::Json(Value::Array(list))) => {
            list.iter().any(|element| equal(primitive, element))
        }
        (Node::Primitive(primitive), Target::Json(value)) => equal(primitive, value),
        (Node::Elements(filters), Target::Json(Value::Array(list))) => {
            filters.iter().all(|filter| list.iter().any(|element| holds(filter, Target::Json(element))))
        }
        (Node::Conditions(conditions), target) => {
            conditions.iter().all(|condition| condition_holds(condition, target))
        }
        (Node::Primitive(_) | Node::Elements(_), _) => false,
    }
}

/// Whether one condition of an object holds for a value.
pub(super) fn condition_holds(condition: &Condition, target: Target<'_>) -> bool {
    if let Target::Presence(is_there) = target {
        return condition_by_presence(condition, is_there).unwrap_or(false);
    }
    let json = match target {
        Target::Json(value) => Some(value),
        _ => None,
    };
    let text = json.and_then(Value::as_str);
    match condition {
        Condition::Fields(fields) => match target {
            Target::Event(event) => fields.iter().all(|(key, filter)| holds(filter, event.field(key).into())),
            Target::Json(Value::Object(map)) => fields_hold(fields, map),
            Target::Json(Value::Array(list)) => fields_hold_for_some(fields, list),
            _ => false,
        },
        Condition::Equal(operand) => is_equal(operand, target),
        Condition::NotEqual(operand) => !is_equal(operand, target),
        Condition::Compare(comparison, bound) => {
            json.and_then(|value| order(value, bound)).is_some_and(|order| comparison.accepts(order))
        }
        Condition::In(membership) => is_member(membership, target) == Some(true),
        Condition::NotIn(membership) => is_member(membership, target) == Some(false),
        Condition::StartsWith(prefixes) => {
            text.is_some_and(|text| prefixes.iter().any(|prefix| text.starts_with(prefix.as_str())))
        }
        Condition::EndsWith(suffixes) => {
            text.is_some_and(|text| suffixes.iter().any(|suffix| text.ends_with(suffix.as_str())))
        }
        Condition::Exist(expected) => *expected,
        Condition::And(filters) => filters.iter().all(|filter| holds(filter, target)),
        Condition::Or(filters) => filters.iter().any(|filter| holds(filter, target)),
        Condition::Not(filter) => !holds(filter, target),
    }
}

/// What is under a key of an object.
pub(super) fn member<'v>(map: &'v Map<String, Value>, key: &str) -> Target<'v> {
    map.get(key).map_or(Target::Presence(false), Target::Json)
}

/// Whether `$in` with this operand holds; `None` where it does not apply to such a value.
pub(super) fn is_member(membership: &Membership, target: Target<'_>) -> Option<bool> {
    let Target::Json(value) = target else { return None };
    match (membership, value) {
        (Membership::List(list), value) if is_primitive(value) => {
            Some(list.iter().any(|candidate| equal(candidate, value)))
        }
        (Membership::Text(part), Value::String(text)) => Some(text.contains(part.as_str())),
        (Membership::Text(wanted), Value::Array(list)) => {
            Some(list.iter().any(|element| element.as_str() == Some(wanted)))
        }
        (Membership::Element(wanted), Value::Array(list)) => {
            Some(list.iter().any(|element| equal(wanted, element)))
        }
        _ => None,
    }
}

fn fields_hold(fields: &[(String, Node)], map: &Map<String, Value>) -> bool {
    fields.iter().all(|(key, filter)| holds(filter, member(map, key)))
}

/// Whether an object in the list, or in a list in it and so on, meets all fields. Walks lists in lists without
/// recursing: their depth is the sender's choice.
fn fields_hold_for_some(fields: &[(String, Node)], list: &[Value]) -> bool {
    let mut open = vec![list.iter()];
    while let Some(elements) = open.last_mut() {
        match elements.next() {
            Some(Value::Array(inner)) => open.push(inner.iter()),
            Some(Value::Object(map)) if fields_hold(fields, map) => return true,
            Some(_) => {}
            None => {
                open.pop();
            }
        }
    }
    false
}

fn is_equal(operand: &Value, target: Target<'_>) -> bool {
    match target {
        Target::Json(value) => equal(operand, value),
        Target::Event(event) => operand.as_object().is_some_and(|operand| {
            operand.len() == event.len()
                && operand.iter().all(
                    |(key, wanted)| matches!(event.field(key), Found::Value(value) if equal(wanted, value)),
                )
        }),
        Target::Presence(_) => false,
    }
}

/// What a filter says of which is known only whether it is there: `$exist` decides, anything else leaves it open
/// (`None`), and `$and`, `$or` and `$not` carry both along. What stays open does not match.
fn by_presence(node: &Node, is_there: bool) -> Option<bool> {
    match node {
        Node::Primitive(_) | Node::Elements(_) => None,
        Node::Conditions(conditions) => {
            all(conditions.iter().map(|condition| condition_by_presence(condition, is_there)))
        }
    }
}

fn condition_by_presence(condition: &Condition, is_there: bool) -> Option<bool> {
    match condition {
        Condition::Exist(expected) => Some(*expected == is_there),
        Condition::And(filters) => all(filters.iter().map(|filter| by_presence(filter, is_there))),
        Condition::Or(filters) => {
            let none = all(filters.iter().map(|filter| by_presence(filter, is_there).map(|holds| !holds)));
            none.map(|none| !none)
        }
        Condition::Not(filter) => by_presence(filter, is_there).map(|holds| !holds),
        _ => None,
    }
}

/// Whether all hold: one that does not decides, one that is open leaves all open, and so does having none.
fn all(mut parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let first = parts.next()?;
    parts.fold(first, |so_far, part| match (so_far, part) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    })
}
