//! The one place that draws randomness.

use crate::core::envelope::ApiError;

/// Random bytes.
pub fn bytes<const N: usize>() -> Result<[u8; N], ApiError> {
    let mut bytes = [0; N];
    match getrandom::fill(&mut bytes) {
        Ok(()) => Ok(bytes),
        Err(_) => Err(ApiError::unavailable("no randomness is available; nothing was stored")),
    }
}

/// A number from 0 to 1, for jitter; the middle where no randomness is to be had.
pub fn unit() -> f64 {
    bytes::<4>().map_or(0.5, |bytes| f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX))
}
