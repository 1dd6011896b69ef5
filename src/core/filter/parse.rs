//! From JSON to a compiled filter, or what is wrong with it and where.

use serde_json::{Map, Value};

use super::{
    compare::is_primitive,
    compiled::{Bound, Comparison, Condition, Membership, Node},
    limits, path,
};
use crate::core::field::FieldError;

const OPERATORS: [&str; 14] = [
    "$eq",
    "$neq",
    "$gt",
    "$gte",
    "$lt",
    "$lte",
    "$in",
    "$nin",
    "$startsWith",
    "$endsWith",
    "$exist",
    "$and",
    "$or",
    "$not",
];

/// Compiles a whole filter. The paths of errors begin with `filter`.
pub(super) fn compile(filter: &Value) -> Result<Node, FieldError> {
    limits::check(filter)?;
    node(filter).map_err(|error| error.under(path::ROOT))
}

/// Recurses as deep as the filter, which [`limits::check`] has bounded.
fn node(filter: &Value) -> Result<Node, FieldError> {
    match filter {
        Value::Object(map) => object(map).map(Node::Conditions),
        Value::Array(list) => nodes(list).map(Node::Elements),
        primitive => Ok(Node::Primitive(primitive.clone())),
    }
}

fn nodes(list: &[Value]) -> Result<Vec<Node>, FieldError> {
    let under = |at: usize| move |error: FieldError| error.under(&path::element(at));
    list.iter().enumerate().map(|(at, filter)| node(filter).map_err(under(at))).collect()
}

fn object(map: &Map<String, Value>) -> Result<Vec<Condition>, FieldError> {
    let mut fields = Vec::new();
    let mut conditions: Vec<Condition> = Vec::new();
    for (key, operand) in map {
        let under = |error: FieldError| error.under(&path::key(key));
        if key.starts_with('$') {
            conditions.push(operator(key, operand).map_err(under)?);
        } else {
            fields.push((key.clone(), node(operand).map_err(under)?));
        }
    }
    if fields.is_empty() {
        return Ok(conditions);
    }
    let lonely = conditions.iter().find(|condition| !condition.is_logical());
    if let Some(name) = lonely.and_then(Condition::operator) {
        let problem = "cannot stand beside field names: only $and, $or and $not can";
        return Err(FieldError::new(name, problem));
    }
    conditions.insert(0, Condition::Fields(fields));
    Ok(conditions)
}

/// Errors are seen from the operand: the caller adds the operator's name.
fn operator(name: &str, operand: &Value) -> Result<Condition, FieldError> {
    let compare = |comparison| bound(operand).map(|bound| Condition::Compare(comparison, bound));
    match name {
        "$eq" => Ok(Condition::Equal(operand.clone())),
        "$neq" => Ok(Condition::NotEqual(operand.clone())),
        "$gt" => compare(Comparison::Greater),
        "$gte" => compare(Comparison::GreaterOrEqual),
        "$lt" => compare(Comparison::Less),
        "$lte" => compare(Comparison::LessOrEqual),
        "$in" => membership(operand).map(Condition::In),
        "$nin" => membership(operand).map(Condition::NotIn),
        "$startsWith" => texts(operand).map(Condition::StartsWith),
        "$endsWith" => texts(operand).map(Condition::EndsWith),
        "$exist" => match operand {
            Value::Bool(expected) => Ok(Condition::Exist(*expected)),
            other => Err(wrong("true or false", other)),
        },
        "$and" => filters(operand).map(Condition::And),
        "$or" => filters(operand).map(Condition::Or),
        "$not" => node(operand).map(|filter| Condition::Not(Box::new(filter))),
        _ => {
            let problem = format!("is not an operator; allowed: {}", OPERATORS.join(", "));
            Err(FieldError::new("", problem))
        }
    }
}

fn bound(operand: &Value) -> Result<Bound, FieldError> {
    let bound = match operand {
        Value::Number(number) => number.as_f64().map(Bound::Number),
        Value::String(text) => Some(Bound::Text(text.clone())),
        _ => None,
    };
    bound.ok_or_else(|| wrong("a number or a string", operand))
}

fn membership(operand: &Value) -> Result<Membership, FieldError> {
    match operand {
        Value::Array(list) => match list.iter().position(|value| !is_primitive(value)) {
            None => Ok(Membership::List(list.clone())),
            Some(at) => {
                let problem =
                    "must be null, a boolean, a number or a string: a list is compared with single values";
                Err(FieldError::new(path::element(at), problem))
            }
        },
        Value::String(text) => Ok(Membership::Text(text.clone())),
        Value::Object(_) => Err(wrong("a list, a string, a number, a boolean or null", operand)),
        primitive => Ok(Membership::Element(primitive.clone())),
    }
}

fn texts(operand: &Value) -> Result<Vec<String>, FieldError> {
    match operand {
        Value::String(text) => Ok(vec![text.clone()]),
        Value::Array(list) => {
            let text = |(at, value): (usize, &Value)| match value {
                Value::String(text) => Ok(text.clone()),
                other => Err(wrong("a string", other).under(&path::element(at))),
            };
            list.iter().enumerate().map(text).collect()
        }
        other => Err(wrong("a string or a list of strings", other)),
    }
}

fn filters(operand: &Value) -> Result<Vec<Node>, FieldError> {
    match operand {
        Value::Array(list) => nodes(list),
        other => Err(wrong("a list of filters", other)),
    }
}

/// An operand of the wrong type. Names its kind, never its value.
fn wrong(allowed: &str, operand: &Value) -> FieldError {
    let kind = match operand {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    FieldError::new("", format!("must be {allowed}, not {kind}"))
}
