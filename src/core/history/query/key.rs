//! The order of requests: by day, and within a day by a number that time and arrival make.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::core::{
    history::{begin_of, day_number},
    time::Timestamp,
};

/// How many low bits of a key tell requests of the same millisecond apart: 67 million a day. With the milliseconds of a day
/// they come to 53, which JavaScript's numbers hold.
const ORDINAL_BITS: u32 = 26;
const ORDINAL_MASK: u64 = (1 << ORDINAL_BITS) - 1;

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// A request's key in its day, which is its rowid: newest first is a range of it, and no index is needed for time.
///
/// A request stands in the day on which it was accepted, and in the order of its creation. One that was made on an earlier day stands
/// before all others, and one that says to be of a later day behind them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RowKey(pub u64);

impl RowKey {
    /// The last one there can be.
    pub const LAST: Self = Self((1 << 53) - 1);

    /// The key of a request of a day, created at a moment in milliseconds since 1970; `ordinal` counts the day's rows.
    pub fn new(day: i64, created_at: i64, ordinal: u64) -> Self {
        let into = Self::into_day(day, created_at);
        Self((into << ORDINAL_BITS) | (ordinal & ORDINAL_MASK))
    }

    /// The first key that a request created at this moment, or later, can have.
    pub fn first(day: i64, created_at: i64) -> Self {
        Self::new(day, created_at, 0)
    }

    /// The last key that a request created at this moment, or earlier, can have.
    pub fn last(day: i64, created_at: i64) -> Self {
        Self::new(day, created_at, ORDINAL_MASK)
    }

    /// How far into the day it counts, in milliseconds. Moving what lies outside to its edges keeps the order.
    fn into_day(day: i64, created_at: i64) -> u64 {
        let into = created_at.saturating_sub(begin_of(day).millis()).clamp(0, DAY_MILLIS.saturating_sub(1));
        into.unsigned_abs()
    }
}

/// A place in the list of all requests: the cursor of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The day's number, counted from 1970.
    pub day: i64,
    /// The key in it.
    pub key: RowKey,
}

impl Place {
    /// Reads what [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let (day, key) = text.split_once('.')?;
        let is_number =
            |text: &str| (1..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(day) || !is_number(key) {
            return None;
        }
        let (day, key): (i64, u64) = (day.parse().ok()?, key.parse().ok()?);
        // The last day of the year 9999: what is later is no moment.
        let last_day = day_number(Timestamp::from_millis(i64::MAX));
        (day <= last_day && key <= RowKey::LAST.0).then_some(Self { day, key: RowKey(key) })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.day, self.key.0)
    }
}
