//! `Retry-After`: when an endpoint wants to be called again.

use std::time::UNIX_EPOCH;

use super::MAX_DELAY_SECONDS;
use crate::core::time::Timestamp;

/// Reads `Retry-After`, in seconds from now, at most [`MAX_DELAY_SECONDS`]: a number of seconds, with or without a fraction,
/// or an HTTP date in any of its three forms (RFC 9110, 5.6.7), both rounded up so that nobody comes too early. A date that
/// is past, a negative number and anything else are no wish: `None`.
pub fn retry_after_seconds(header: &str, now: Timestamp) -> Option<u32> {
    let header = header.trim();
    let seconds = if header.starts_with(|first: char| first.is_ascii_digit()) {
        if !header.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
            return None;
        }
        header.parse::<f64>().ok()?
    } else {
        let date = httpdate::parse_http_date(header).ok()?;
        let at = date.duration_since(UNIX_EPOCH).ok()?.as_secs_f64();
        at - now.millis() as f64 / 1000.0
    };
    (seconds >= 0.0).then(|| seconds.ceil().min(f64::from(MAX_DELAY_SECONDS)) as u32)
}
