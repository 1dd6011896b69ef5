//! Signatures: Helicone's (hex HMAC-SHA256 over the body) and Standard Webhooks' (`v1`, over id, timestamp and body).
//!
//! The two never share a key: with one key for both, a Helicone signature over a body that contains `.<digits>.` would
//! also be a valid Standard Webhooks signature over another id, timestamp and body.

mod keys;
mod secrets;
mod sign;
mod verify;

pub use keys::SigningKeys;
pub use secrets::{Secrets, SecretsError};
pub use sign::{Signed, sign_helicone, sign_standard};
pub use verify::{Refused, SignatureHeaders, TOLERANCE_SECONDS, Verified, verify};
