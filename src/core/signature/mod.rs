//! Signatures: Helicone's (hex HMAC-SHA256 over the body) and Standard Webhooks', which cover id, timestamp and body:
//! `v1` (HMAC-SHA256) and `v1a` (Ed25519).
//!
//! No two schemes share a key: with one key for both, a Helicone signature over a body that contains `.<digits>.` would
//! also be a valid Standard Webhooks signature over another id, timestamp and body.

mod asymmetric;
pub mod explain;
mod keys;
mod refused;
mod scheme;
mod secrets;
mod sign;
mod symmetric;
mod verify;

pub use asymmetric::{PublicKey, SecretKey};
pub use keys::SigningKeys;
pub use refused::Refused;
pub use scheme::{NoStandardScheme, SignatureScheme, SignatureSchemes};
pub use secrets::{SecretText, Secrets, SecretsError};
pub use sign::{Signed, StandardKey, sign_helicone, sign_standard, standard_header};
pub use verify::{Claim, SignatureHeaders, TOLERANCE_SECONDS, Verified, verify};
