//! When a handler that failed is run again.

/// How long to wait before something is tried again, in seconds; `None` when it has been tried often enough. From 5 s doubling
/// up to an hour: the first tries lie within the life of the exchange's URL, all of them span about seven hours.
pub fn retry_delay(attempts: u32) -> Option<u32> {
    const TRIES: u32 = 16;
    const LONGEST: u32 = 3600;
    let doublings = attempts.saturating_sub(1);
    (attempts < TRIES).then(|| 5_u32.saturating_mul(2_u32.saturating_pow(doublings)).min(LONGEST))
}
