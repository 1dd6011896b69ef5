//! The bounds of API calls that belong to no rule of their own. Read by the handlers that hold clients to them and by the
//! API's description, which therefore says the same.

use super::field::FieldError;

/// The most that one call of `POST /v1/events` may carry, after decompression: 20 MiB.
pub const EVENTS_BODY: usize = 20 * 1024 * 1024;

/// The largest body of any other call of the API.
pub const CALL_BODY: usize = 256 * 1024;

/// The largest body of a preview, which may bring events: 4 MiB.
pub const PREVIEW_BODY: usize = 4 * 1024 * 1024;

/// The largest delivery that the receiver takes: 1 MiB.
pub const DELIVERY_BODY: usize = 1024 * 1024;

/// The longest name of a key or an org, in characters.
pub const NAME: usize = 100;

/// The longest `Idempotency-Key`, in bytes.
pub const IDEMPOTENCY_KEY: usize = 255;

/// How long old keys go on signing after a rotation unless the call says otherwise: a day.
pub const DEFAULT_OVERLAP_SECONDS: i64 = 86_400;

/// How long they can at most: a week.
pub const MAX_OVERLAP_SECONDS: i64 = 604_800;

/// How many entries a page of a list has unless the call says otherwise.
pub const PAGE: usize = 50;

/// How many it has at most.
pub const MAX_PAGE: usize = 200;

/// Reads the parameter `limit`: digits alone, from 1 to [`MAX_PAGE`].
pub fn page(value: &str) -> Result<usize, FieldError> {
    let digits = value.bytes().all(|byte| byte.is_ascii_digit()).then(|| value.parse().ok());
    let within = digits.flatten().filter(|limit| (1..=MAX_PAGE).contains(limit));
    within.ok_or_else(|| FieldError::new("limit", format!("must be a whole number from 1 to {MAX_PAGE}")))
}
