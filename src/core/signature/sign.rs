//! Signing the exact bytes that are sent.

use base64::{Engine, engine::general_purpose::STANDARD};

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

/// Helicone's signature: lower-case hex over the body alone.
pub fn sign_helicone(key: &MacKey, body: &[u8]) -> String {
    hex::encode(key.sign(&[body]))
}

/// The `webhook-signature` header: one `v1` entry per key, in the order given (newest first), separated by a space.
pub fn sign_standard(keys: &[MacKey], signed: Signed<'_>) -> String {
    let timestamp = signed.at.seconds().to_string();
    let entries: Vec<String> = keys
        .iter()
        .map(|key| {
            let tag = key.sign(&[signed.id.as_bytes(), b".", timestamp.as_bytes(), b".", signed.body]);
            format!("v1,{}", STANDARD.encode(tag))
        })
        .collect();
    entries.join(" ")
}
