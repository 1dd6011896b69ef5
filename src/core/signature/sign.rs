//! Signing the exact bytes that are sent.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{
    SecretKey, SignatureScheme,
    symmetric::{SECRET_PREFIX, decode_secret},
};
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

impl Signed<'_> {
    /// What is signed before the body: `<id>.<timestamp>.`
    pub fn head(&self) -> Vec<u8> {
        format!("{}.{}.", self.id, self.at.seconds()).into_bytes()
    }
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
    /// From a secret's text: `whsec_` and the base64 of 24 to 64 bytes, or `whsk_` and that of an Ed25519 key.
    pub fn parse(text: &str) -> Option<Self> {
        if text.starts_with(SECRET_PREFIX) {
            let bytes = decode_secret(text).filter(|bytes| (24..=64).contains(&bytes.len()))?;
            return Some(Self::V1(MacKey::new(&bytes)));
        }
        SecretKey::parse(text).map(Self::V1a)
    }

    /// The scheme it signs in.
    pub fn scheme(&self) -> SignatureScheme {
        match self {
            Self::V1(_) => SignatureScheme::V1,
            Self::V1a(_) => SignatureScheme::V1a,
        }
    }

    /// Its MAC's key, where it has one.
    pub fn mac(&self) -> Option<&MacKey> {
        match self {
            Self::V1(key) => Some(key),
            Self::V1a(_) => None,
        }
    }
}

/// Helicone's signature: lower-case hex over the body alone.
pub fn sign_helicone(key: &MacKey, body: &[u8]) -> String {
    hex::encode(key.sign(&[body]))
}

/// The `webhook-signature` header: one entry per key, in the order given (newest first), separated by a space.
pub fn sign_standard(keys: &[StandardKey], signed: Signed<'_>) -> String {
    standard_header(keys, signed, |key, head| key.sign(&[head, signed.body]))
}

/// The same, with MACs that are made as one says of the key and what is signed before the body.
pub fn standard_header(
    keys: &[StandardKey],
    signed: Signed<'_>,
    mut mac: impl FnMut(&MacKey, &[u8]) -> [u8; 32],
) -> String {
    let head = signed.head();
    let entries: Vec<String> = keys
        .iter()
        .map(|key| match key {
            StandardKey::V1(key) => format!("v1,{}", STANDARD.encode(mac(key, &head))),
            StandardKey::V1a(key) => format!("v1a,{}", STANDARD.encode(key.sign(&[&head, signed.body]))),
        })
        .collect();
    entries.join(" ")
}
