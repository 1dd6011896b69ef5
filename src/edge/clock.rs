//! The one place that reads the clock. On Workers it advances only with I/O.

use std::{cell::Cell, time::Duration};

use worker::{Delay, js_sys::Date};

use crate::core::time::{Pace, Timestamp};

thread_local! {
    static PACE: Cell<Pace> = const { Cell::new(Pace::REAL) };
}

/// Lets time run faster, for a rehearsal of days in seconds. Set from `TEST_CLOCK` when an isolate reads its settings.
pub fn set_pace(pace: Pace) {
    PACE.set(pace);
}

/// Now.
pub fn now() -> Timestamp {
    PACE.get().at(real())
}

/// Now in milliseconds since 1970, whatever the pace: for what takes real time, such as an attempt on its way.
pub fn real() -> i64 {
    // Whole milliseconds, which a double holds exactly.
    Date::now() as i64
}

/// How long a span takes really, in milliseconds.
pub fn real_millis(millis: i64) -> i64 {
    PACE.get().real_millis(millis)
}

/// What passes in so many real milliseconds, in milliseconds.
pub fn paced_millis(real: i64) -> i64 {
    PACE.get().paced_millis(real)
}

/// Waits for so many real milliseconds.
pub async fn sleep(millis: u64) {
    Delay::from(Duration::from_millis(millis)).await;
}
