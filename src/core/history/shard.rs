//! Which object holds which day, and for how long.

use crate::core::time::Timestamp;

const DAY_SECONDS: i64 = 24 * 60 * 60;

/// The day of a moment in UTC: `YYYY-MM-DD`.
pub fn day(at: Timestamp) -> String {
    at.date_and_hour().0
}

/// The number of a moment's day, counted from 1970.
pub fn day_number(at: Timestamp) -> i64 {
    at.seconds().div_euclid(DAY_SECONDS)
}

/// The day of a number.
pub fn numbered_day(number: i64) -> String {
    day(begin_of(number))
}

/// When the day of a number begins.
pub fn begin_of(number: i64) -> Timestamp {
    Timestamp::from_millis(0).plus_seconds(number.saturating_mul(DAY_SECONDS))
}

/// The number of a day that [`day`] has written.
pub fn number_of(day: &str) -> Option<i64> {
    Timestamp::parse(&format!("{day}T00:00:00Z")).map(day_number)
}

/// The name of the object that holds one org's day.
pub fn object_name(org: &str, day: &str) -> String {
    format!("{org}/{day}")
}

/// Today and the days before it, newest first: as many as are kept, and the one that may be just about to go.
pub fn days_back(now: Timestamp, retention_days: u32) -> impl Iterator<Item = String> {
    let back = move |days: u32| day(now.plus_seconds(i64::from(days).saturating_mul(-DAY_SECONDS)));
    (0..=retention_days).map(back)
}

/// When the object that holds a moment's day goes: so many days after the day has ended.
pub fn expires_at(at: Timestamp, retention_days: u32) -> Timestamp {
    begin_of(day_number(at).saturating_add(1).saturating_add(i64::from(retention_days)))
}
