//! What a content filter is compiled to: operands checked, strings taken apart, nothing left to refuse.

use serde_json::Value;

/// A filter, or a part of one that stands for a filter of its own.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// Null, a boolean, a number or a string.
    Primitive(Value),
    /// A list: each of its filters is matched by some element.
    Elements(Vec<Node>),
    /// An object: all its conditions hold for the same value. None at all hold for every value.
    Conditions(Vec<Condition>),
}

/// One condition of an object.
#[derive(Clone, Debug)]
pub(super) enum Condition {
    /// All field names of the object, which are one condition: against a list, one element must meet them together.
    Fields(Vec<(String, Node)>),
    Equal(Value),
    NotEqual(Value),
    Compare(Comparison, Bound),
    In(Membership),
    NotIn(Membership),
    /// Any of the prefixes.
    StartsWith(Vec<String>),
    /// Any of the suffixes.
    EndsWith(Vec<String>),
    Exist(bool),
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
}

/// How a value is compared with a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// What a value is compared with.
#[derive(Clone, Debug)]
pub(super) enum Bound {
    Number(f64),
    Text(String),
}

/// The operand of `$in` and `$nin`.
#[derive(Clone, Debug)]
pub(super) enum Membership {
    /// Primitives, one of which the value may equal.
    List(Vec<Value>),
    /// A text that a string or a list may contain.
    Text(String),
    /// Null, a boolean or a number that a list may contain.
    Element(Value),
}

impl Condition {
    /// The operator's name; `None` for field names.
    pub(super) fn operator(&self) -> Option<&'static str> {
        Some(match self {
            Self::Fields(_) => return None,
            Self::Equal(_) => "$eq",
            Self::NotEqual(_) => "$neq",
            Self::Compare(Comparison::Greater, _) => "$gt",
            Self::Compare(Comparison::GreaterOrEqual, _) => "$gte",
            Self::Compare(Comparison::Less, _) => "$lt",
            Self::Compare(Comparison::LessOrEqual, _) => "$lte",
            Self::In(_) => "$in",
            Self::NotIn(_) => "$nin",
            Self::StartsWith(_) => "$startsWith",
            Self::EndsWith(_) => "$endsWith",
            Self::Exist(_) => "$exist",
            Self::And(_) => "$and",
            Self::Or(_) => "$or",
            Self::Not(_) => "$not",
        })
    }

    /// Whether the operator combines filters, and so may stand beside field names.
    pub(super) fn is_logical(&self) -> bool {
        matches!(self, Self::And(_) | Self::Or(_) | Self::Not(_))
    }
}
