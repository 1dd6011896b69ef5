//! Which share of events a subscription gets: drawn by hash, so that a retry or a replay draws the same.

use super::hash;

/// 2^48: the number of draws, small enough that each is exact as a double in any language.
const DRAWS: f64 = 281_474_976_710_656.0;

/// Whether an event is in the sample of a subscription.
///
/// `rate` is in percent, decimals allowed: 0 takes none, 100 takes all. The draw is the first six bytes, big-endian, of
/// SHA-256 over `heliograph/sample`, the subscription id and the request id, each behind its length as eight bytes; the event is in when
/// draw / 2^48 < rate / 100. Raising a rate therefore keeps every event that was in before.
pub fn is_sampled(rate: f64, subscription_id: &str, request_id: &str) -> bool {
    if rate >= 100.0 {
        return true;
    }
    if rate <= 0.0 || rate.is_nan() {
        return false;
    }
    let [a, b, c, d, e, f, ..] = hash::digest("heliograph/sample", &[subscription_id, request_id]);
    let draw = u64::from_be_bytes([0, 0, a, b, c, d, e, f]) as f64;
    draw < rate / 100.0 * DRAWS
}
