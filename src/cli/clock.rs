//! What time it is.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::core::time::Timestamp;

/// Now, by this machine's clock.
pub(super) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or_default())
}

/// Random bytes.
pub(super) fn random<const N: usize>() -> Result<[u8; N], super::exit::Failure> {
    let mut bytes = [0; N];
    let failed = |error| super::exit::Failure::usage(format!("no randomness: {error}"));
    getrandom::fill(&mut bytes).map_err(failed)?;
    Ok(bytes)
}
