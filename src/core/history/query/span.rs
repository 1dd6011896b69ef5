//! Which span of time a filter is about at most, so that days and rows outside it are not looked at.

use super::{
    column::Column,
    filter::{Filter, Leaf, Subject},
    test::{Comparison, Test},
};

/// A span of creation times in milliseconds since 1970, both ends included; `None` is no bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// Not before.
    pub from: Option<i64>,
    /// Not after.
    pub to: Option<i64>,
}

impl Span {
    /// The narrowest span outside which the filter holds of nothing.
    pub fn of(filter: &Filter) -> Self {
        match filter {
            Filter::All => Self::default(),
            Filter::Leaf(leaf) => Self::of_leaf(leaf),
            Filter::And(all) => all.iter().map(Self::of).fold(Self::default(), Self::within),
            Filter::Or(all) => all.iter().map(Self::of).reduce(Self::around).unwrap_or_default(),
        }
    }

    fn of_leaf(leaf: &Leaf) -> Self {
        let (Subject::Column(Column::CreatedAt), Test::Number(comparison, millis)) =
            (&leaf.subject, &leaf.test)
        else {
            return Self::default();
        };
        let at = Some(*millis as i64);
        match comparison {
            Comparison::Equals => Self { from: at, to: at },
            Comparison::Greater | Comparison::AtLeast => Self { from: at, to: None },
            Comparison::Less | Comparison::AtMost => Self { from: None, to: at },
            Comparison::NotEquals => Self::default(),
        }
    }

    fn within(self, other: Self) -> Self {
        // `None` is less than any bound.
        let to = match (self.to, other.to) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        Self { from: self.from.max(other.from), to }
    }

    fn around(self, other: Self) -> Self {
        Self {
            from: self.from.zip(other.from).map(|(one, other)| one.min(other)),
            to: self.to.zip(other.to).map(|(one, other)| one.max(other)),
        }
    }
}
