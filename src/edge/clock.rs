//! The one place that reads the clock. On Workers it advances only with I/O.

use worker::Date;

use crate::core::time::Timestamp;

/// Now.
pub fn now() -> Timestamp {
    Timestamp::from_millis(i64::try_from(Date::now().as_millis()).unwrap_or_default())
}
