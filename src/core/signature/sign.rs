//! Signing the exact bytes that are sent.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{SecretKey, SignatureScheme};
use crate::core::{hash::MacKey, time::Timestamp};

/// What an attempt's signature covers, in Standard Webhooks' scheme.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// The `webhook-id`, the same at every attempt.
    pub id: &'a str,
    /// When this attempt is made; sent in whole seconds.
    pub at: Timestamp,
    /// The body, byte for byte.
    pub body: &'a [u8],
}

/// What makes one entry of `webhook-signature`.
#[derive(Clone)]
pub enum StandardKey {
    /// A symmetric secret's MAC, for a `v1` entry.
    V1(MacKey),
    /// An asymmetric secret key, for a `v1a` entry.
    V1a(SecretKey),
}

impl StandardKey {
    /// The scheme it signs in.
    pub fn scheme(&self) -> SignatureScheme {
        match self {
            Self::V1(_) => SignatureScheme::V1,
            Self::V1a(_) => SignatureScheme::V1a,
        }
    }

    fn entry(&self, parts: &[&[u8]]) -> String {
        match self {
            Self::V1(key) => format!("v1,{}", STANDARD.encode(key.sign(parts))),
            Self::V1a(key) => format!("v1a,{}", STANDARD.encode(key.sign(parts))),
        }
    }
}

/// Helicone's signature: lower-case hex over the body alone.
pub fn sign_helicone(key: &MacKey, body: &[u8]) -> String {
    hex::encode(key.sign(&[body]))
}

/// The `webhook-signature` header: one entry per key, in the order given (newest first), separated by a space.
pub fn sign_standard(keys: &[StandardKey], signed: Signed<'_>) -> String {
    let timestamp = signed.at.seconds().to_string();
    let parts: [&[u8]; 5] = [signed.id.as_bytes(), b".", timestamp.as_bytes(), b".", signed.body];
    let entries: Vec<String> = keys.iter().map(|key| key.entry(&parts)).collect();
    entries.join(" ")
}
