//! Why a delivery is turned away.

use std::fmt;

/// Why a delivery was refused. Says nothing that helps to forge one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Neither scheme's headers.
    Unsigned,
    /// One of the three Standard Webhooks headers is missing.
    Incomplete,
    /// `webhook-id` has not the form of one.
    Id,
    /// `webhook-timestamp` is not a whole number of seconds.
    Timestamp,
    /// The timestamp lies more than [`TOLERANCE_SECONDS`](super::TOLERANCE_SECONDS) in the past.
    TooOld,
    /// The timestamp lies more than [`TOLERANCE_SECONDS`](super::TOLERANCE_SECONDS) in the future.
    TooNew,
    /// Helicone's signature alone, where a signed time is required.
    Untimed,
    /// No secret or key of this scheme goes with this signature.
    Mismatch,
}

impl Refused {
    /// 400 where the delivery is malformed, 401 where it is not to be believed.
    pub fn status(self) -> u16 {
        match self {
            Self::Incomplete | Self::Id | Self::Timestamp => 400,
            Self::Unsigned | Self::TooOld | Self::TooNew | Self::Untimed | Self::Mismatch => 401,
        }
    }

    /// A stable code for logs and counters.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unsigned => "unsigned",
            Self::Incomplete => "incomplete",
            Self::Id => "id",
            Self::Timestamp => "timestamp",
            Self::TooOld => "too_old",
            Self::TooNew => "too_new",
            Self::Untimed => "untimed",
            Self::Mismatch => "mismatch",
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unsigned => "no signature: send webhook-id, webhook-timestamp and webhook-signature, or Helicone-Signature",
            Self::Incomplete => "webhook-id, webhook-timestamp and webhook-signature are required together",
            Self::Id => "webhook-id: must be 1 to 64 letters, digits, - or _",
            Self::Timestamp => "webhook-timestamp: must be whole seconds since 1970",
            Self::TooOld => "webhook-timestamp: is more than 300 seconds in the past; is a clock wrong, or is this a replay?",
            Self::TooNew => "webhook-timestamp: is more than 300 seconds in the future; is a clock wrong?",
            Self::Untimed => "webhook-timestamp: is required here; Helicone-Signature alone tells no time",
            Self::Mismatch => {
                "the signature does not match: is the right secret or public key set, and does the body arrive byte for byte as it was signed?"
            }
        })
    }
}
