//! The secrets that a receiver is set up with.

use std::fmt;

use serde::Deserialize;

use super::{
    PublicKey,
    asymmetric::{PUBLIC_KEY_PREFIX, SECRET_KEY_PREFIX},
    symmetric::{SECRET_PREFIX, decode_secret},
};
use crate::core::{hash::MacKey, time::Timestamp};

/// What a receiver verifies with, by scheme. A secret or key never serves two schemes.
#[derive(Clone, Default)]
pub struct Secrets {
    standard: Vec<Dated<MacKey>>,
    public: Vec<Dated<PublicKey>>,
    helicone: Vec<Dated<MacKey>>,
    /// Whether Helicone's scheme, which signs no time, counts for nothing.
    pub(super) requires_timestamp: bool,
}

/// A secret or key, and when it was good last.
#[derive(Clone)]
struct Dated<T> {
    key: T,
    not_after: Option<Timestamp>,
}

/// One entry of the setting.
#[derive(Deserialize)]
#[serde(untagged)]
enum Entry {
    Plain(String),
    Dated(DatedEntry),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DatedEntry {
    secret: String,
    not_after: String,
}

/// An entry of the setting as it was written, whether or not it can serve.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretText {
    /// The secret or key.
    pub text: String,
    /// When it is good last.
    pub not_after: Option<Timestamp>,
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
    /// The `notAfter` at this position is no moment.
    NotAfter(usize),
    /// At this position stands a `whsk_`, which a receiver must not have: whoever holds it can sign.
    SecretKey(usize),
}

impl fmt::Display for SecretsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("WEBHOOK_SECRETS: is not set"),
            Self::NotAList => {
                f.write_str("WEBHOOK_SECRETS: must be a JSON list of strings or {\"secret\", \"notAfter\"} objects, or comma-separated")
            }
            Self::Invalid(at) => write!(
                f,
                "WEBHOOK_SECRETS[{at}]: must be whsec_ followed by the base64 of 24 to 64 bytes, whpk_ followed by the base64 of an Ed25519 public key, or an hmac_key as it was given"
            ),
            Self::NotAfter(at) => write!(f, "WEBHOOK_SECRETS[{at}].notAfter: {}", Timestamp::RULE),
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
    /// `hmac_key`, used as text. In the JSON list an entry may also be `{"secret": …, "notAfter": …}`: a secret that is on its
    /// way out, good up to that moment.
    pub fn parse(setting: &str) -> Result<Self, SecretsError> {
        Self::of(&Self::entries(setting)?)
    }

    /// From entries, each of which has to be able to serve.
    pub fn of(entries: &[SecretText]) -> Result<Self, SecretsError> {
        let mut secrets = Self::default();
        for (at, SecretText { text, not_after }) in entries.iter().enumerate() {
            secrets.add(text, *not_after, at)?;
        }
        Ok(secrets)
    }

    /// The setting's entries, one or more, of which nothing is known but that they are texts.
    pub fn entries(setting: &str) -> Result<Vec<SecretText>, SecretsError> {
        let setting = setting.trim();
        let entries: Vec<Entry> = if setting.starts_with('[') {
            serde_json::from_str(setting).map_err(|_| SecretsError::NotAList)?
        } else if setting.is_empty() {
            Vec::new()
        } else {
            setting.split(',').map(|entry| Entry::Plain(entry.trim().to_owned())).collect()
        };
        if entries.is_empty() {
            return Err(SecretsError::Empty);
        }
        entries.into_iter().enumerate().map(|(at, entry)| entry.read(at)).collect()
    }

    /// Whether a text can serve as a secret.
    pub(super) fn is_usable(text: &SecretText) -> bool {
        Self::of(std::slice::from_ref(text)).is_ok()
    }

    /// Those of these that can serve.
    pub(super) fn of_usable(texts: &[SecretText]) -> Self {
        let mut secrets = Self::default();
        for (at, SecretText { text, not_after }) in texts.iter().enumerate() {
            let _ = secrets.add(text, *not_after, at);
        }
        secrets
    }

    /// Lets nothing pass that is not signed with its time.
    pub fn requiring_timestamps(self, requires_timestamp: bool) -> Self {
        Self { requires_timestamp, ..self }
    }

    fn add(&mut self, entry: &str, not_after: Option<Timestamp>, at: usize) -> Result<(), SecretsError> {
        if entry.is_empty() || entry.contains(char::is_whitespace) {
            return Err(SecretsError::Invalid(at));
        }
        if entry.starts_with(SECRET_PREFIX) {
            let bytes = decode_secret(entry).filter(|bytes| (24..=64).contains(&bytes.len()));
            let key = MacKey::new(&bytes.ok_or(SecretsError::Invalid(at))?);
            self.standard.push(Dated { key, not_after });
        } else if entry.starts_with(PUBLIC_KEY_PREFIX) {
            let key = PublicKey::parse(entry).ok_or(SecretsError::Invalid(at))?;
            self.public.push(Dated { key, not_after });
        } else if entry.starts_with(SECRET_KEY_PREFIX) {
            return Err(SecretsError::SecretKey(at));
        } else {
            self.helicone.push(Dated { key: MacKey::new(entry.as_bytes()), not_after });
        }
        Ok(())
    }

    /// Those of Standard Webhooks that are good now.
    pub(super) fn standard(&self, now: Timestamp) -> impl Iterator<Item = &MacKey> {
        good(&self.standard, now)
    }

    /// Its public keys, likewise.
    pub(super) fn public(&self, now: Timestamp) -> impl Iterator<Item = &PublicKey> {
        good(&self.public, now)
    }

    /// Helicone's, likewise.
    pub(super) fn helicone(&self, now: Timestamp) -> impl Iterator<Item = &MacKey> {
        good(&self.helicone, now)
    }
}

impl Entry {
    fn read(self, at: usize) -> Result<SecretText, SecretsError> {
        match self {
            Self::Plain(text) => Ok(SecretText { text, not_after: None }),
            Self::Dated(DatedEntry { secret, not_after }) => {
                let moment = Timestamp::parse(&not_after).ok_or(SecretsError::NotAfter(at))?;
                Ok(SecretText { text: secret, not_after: Some(moment) })
            }
        }
    }
}

fn good<T>(keys: &[Dated<T>], now: Timestamp) -> impl Iterator<Item = &T> {
    keys.iter().filter(move |dated| dated.not_after.is_none_or(|end| now <= end)).map(|dated| &dated.key)
}
