//! The content filter: a JSON value that says what an event must hold.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use super::{
    compiled::Node,
    evaluate::{Target, holds},
    explain::{Mismatch, explain},
    parse::compile,
    view::EventView,
};
use crate::core::field::FieldError;

/// A content filter, checked and compiled. It is stored and shown as the JSON that it was made of, and is compiled
/// again when that is read back.
///
/// The language is the one that Outpost documents for its destinations. A primitive equals a value of its own type
/// (numbers as doubles, strings by bytes) or an element of a list; a list asks for all its elements; an object asks for
/// the fields it names, of the value or of one element of a list. Operators are `$eq`, `$neq`, `$gt`, `$gte`, `$lt`,
/// `$lte`, `$in`, `$nin`, `$startsWith`, `$endsWith`, `$exist`, `$and`, `$or` and `$not`. Keys are literal: a dot in
/// one is no path.
///
/// Where the documented language leaves something open, this holds:
///
/// - **Absent keys.** Only `$exist` says anything about a key that is not there, directly or through `$and`, `$or` and
///   `$not`; where it does not decide, the condition fails. So `{"a": {"$neq": 1}}`, `{"a": {"$not": 1}}` and
///   `{"a": {}}` all need an `a`; `{"a": {"$or": [{"$exist": false}, 1]}}` does not, and neither does
///   `{"$not": {"a": 1}}`, whose condition is on the object around `a`.
/// - **Missing parents.** A parent that is missing is an absent key like any other:
///   `{"a": {"b": {"$exist": false}}}` needs an `a`, and one that is an object or a list of objects.
/// - **`$and`, `$or`, `$not` against a list** apply to the list as a whole, also beside field names: the field names
///   are one condition (some element meets all of them), each of these three is another one.
/// - **A list in a list** is looked through by objects without operators, to any depth; a primitive looks at the
///   elements of one list only. An empty list asks for a list, whatever is in it.
/// - **Operands are data**: what `$eq` and `$neq` are given may have any keys, `$…` included. `$in` takes a list of
///   primitives. Empty lists are allowed: `$in`, `$startsWith` and `$endsWith` then never hold, `$nin` holds for
///   every primitive.
/// - **A filter that is no object** is a filter too, but no event ever matches it; whoever reads one from a client
///   had better ask for an object.
#[derive(Clone, Deserialize)]
#[serde(try_from = "Value")]
pub struct ContentFilter {
    json: Value,
    compiled: Node,
}

impl ContentFilter {
    /// Checks and compiles a filter.
    ///
    /// Refused, with a path that begins with `filter`: `$…` keys that are no operator, operands of the wrong type,
    /// operators other than `$and`, `$or` and `$not` beside field names, and what is beyond
    /// [`MAX_DEPTH`](super::MAX_DEPTH), [`MAX_NODES`](super::MAX_NODES) or [`MAX_BYTES`](super::MAX_BYTES).
    pub fn parse(json: &Value) -> Result<Self, FieldError> {
        Ok(Self { compiled: compile(json)?, json: json.clone() })
    }

    /// The JSON that it was made of.
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// Whether an event matches.
    pub fn matches(&self, event: &EventView<'_>) -> bool {
        holds(&self.compiled, Target::Event(event))
    }

    /// Whether any JSON value matches.
    pub fn matches_value(&self, value: &Value) -> bool {
        holds(&self.compiled, Target::Json(value))
    }

    /// The first condition that an event does not meet; `None` when it matches.
    pub fn explain(&self, event: &EventView<'_>) -> Option<Mismatch> {
        explain(&self.compiled, Target::Event(event))
    }

    /// The first condition that a JSON value does not meet; `None` when it matches.
    pub fn explain_value(&self, value: &Value) -> Option<Mismatch> {
        explain(&self.compiled, Target::Json(value))
    }
}

impl TryFrom<Value> for ContentFilter {
    type Error = FieldError;

    fn try_from(json: Value) -> Result<Self, FieldError> {
        Ok(Self { compiled: compile(&json)?, json })
    }
}

impl Serialize for ContentFilter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json.serialize(serializer)
    }
}

/// What it was compiled to follows from the JSON, so that alone counts.
impl PartialEq for ContentFilter {
    fn eq(&self, other: &Self) -> bool {
        self.json == other.json
    }
}

impl Eq for ContentFilter {}

impl fmt::Debug for ContentFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContentFilter({})", self.json)
    }
}
