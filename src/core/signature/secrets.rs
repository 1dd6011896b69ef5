//! The secrets that a receiver is set up with.

use std::fmt;

use super::{
    PublicKey,
    asymmetric::{PUBLIC_KEY_PREFIX, SECRET_KEY_PREFIX},
    keys::{SECRET_PREFIX, decode_secret},
};
use crate::core::hash::MacKey;

/// What a receiver verifies with, by scheme. A secret or key never serves two schemes.
#[derive(Clone, Default)]
pub struct Secrets {
    pub(super) standard: Vec<MacKey>,
    pub(super) public: Vec<PublicKey>,
    pub(super) helicone: Vec<MacKey>,
}

/// What is wrong with the setting. Holds no part of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretsError {
    /// No secret at all.
    Empty,
    /// Begins like a JSON list and is none.
    NotAList,
    /// The secret at this position (from 0) is empty, has white space in it, is a `whsec_` that does not hold 24 to 64
    /// bytes, or a `whpk_` that does not hold a public key to rely on.
    Invalid(usize),
    /// At this position stands a `whsk_`, which a receiver must not have: whoever holds it can sign.
    SecretKey(usize),
}

impl fmt::Display for SecretsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("WEBHOOK_SECRETS: is not set"),
            Self::NotAList => {
                f.write_str("WEBHOOK_SECRETS: must be a JSON list of strings, or comma-separated")
            }
            Self::Invalid(at) => write!(
                f,
                "WEBHOOK_SECRETS[{at}]: must be whsec_ followed by the base64 of 24 to 64 bytes, whpk_ followed by the base64 of an Ed25519 public key, or an hmac_key as it was given"
            ),
            Self::SecretKey(at) => write!(
                f,
                "WEBHOOK_SECRETS[{at}]: is a secret key, which only the sender may have; set its public key (whpk_) instead"
            ),
        }
    }
}

impl Secrets {
    /// Reads `WEBHOOK_SECRETS`: a JSON list of strings, or a comma-separated list. An entry that begins with `whsec_` is a
    /// Standard Webhooks secret, one that begins with `whpk_` a Standard Webhooks public key, any other is Helicone's
    /// `hmac_key`, used as text.
    pub fn parse(setting: &str) -> Result<Self, SecretsError> {
        let setting = setting.trim();
        let entries: Vec<String> = if setting.starts_with('[') {
            serde_json::from_str(setting).map_err(|_| SecretsError::NotAList)?
        } else if setting.is_empty() {
            Vec::new()
        } else {
            setting.split(',').map(|entry| entry.trim().to_owned()).collect()
        };
        if entries.is_empty() {
            return Err(SecretsError::Empty);
        }
        let mut secrets = Self::default();
        for (at, entry) in entries.iter().enumerate() {
            if entry.is_empty() || entry.contains(char::is_whitespace) {
                return Err(SecretsError::Invalid(at));
            }
            if entry.starts_with(SECRET_PREFIX) {
                let bytes = decode_secret(entry).filter(|bytes| (24..=64).contains(&bytes.len()));
                secrets.standard.push(MacKey::new(&bytes.ok_or(SecretsError::Invalid(at))?));
            } else if entry.starts_with(PUBLIC_KEY_PREFIX) {
                secrets.public.push(PublicKey::parse(entry).ok_or(SecretsError::Invalid(at))?);
            } else if entry.starts_with(SECRET_KEY_PREFIX) {
                return Err(SecretsError::SecretKey(at));
            } else {
                secrets.helicone.push(MacKey::new(entry.as_bytes()));
            }
        }
        Ok(secrets)
    }
}
