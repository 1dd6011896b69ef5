//! Which days a query looks at, and in which order.

use super::{key::Place, read::Order, span::Span};
use crate::core::{history::day_number, time::Timestamp};

/// How far a request's creation may lie behind its acceptance, in days: clocks differ.
const AHEAD_DAYS: i64 = 1;

/// The days of a query, by their numbers, in its order.
#[derive(Debug)]
pub struct Days {
    left: std::vec::IntoIter<i64>,
}

impl Days {
    /// The days that are kept and can hold something of the span: those from its begin on. What was created in the span may have
    /// been accepted on any later day.
    pub fn new(now: Timestamp, retention_days: u32, span: Span, order: Order, after: Option<Place>) -> Self {
        let today = day_number(now);
        let oldest = today.saturating_sub(i64::from(retention_days));
        let first = span.from.map_or(oldest, |from| {
            oldest.max(day_number(Timestamp::from_millis(from)).saturating_sub(AHEAD_DAYS))
        });
        let is_empty = span.from.zip(span.to).is_some_and(|(from, to)| from > to);
        let kept = (first..=today).filter(|_| !is_empty);
        let days: Vec<i64> = match order {
            Order::Newest => kept.rev().filter(|day| after.is_none_or(|after| *day <= after.day)).collect(),
            Order::Oldest => kept.filter(|day| after.is_none_or(|after| *day >= after.day)).collect(),
        };
        Self { left: days.into_iter() }
    }

    /// None at all.
    pub fn none() -> Self {
        Self { left: Vec::new().into_iter() }
    }

    /// The next ones, at most so many.
    pub fn take(&mut self, count: usize) -> Vec<i64> {
        self.left.by_ref().take(count).collect()
    }
}
