//! API keys: `hg_{org}_{48 hex characters}{12 hex characters of checksum}`.
//!
//! The checksum is keyed, so that a made-up key is refused without asking anybody: only a key that this deployment issued
//! ever reaches the org's registry, and nobody can make it look into orgs that do not exist.

use serde::{Deserialize, Serialize};

use super::{Scope, key_hash};
use crate::core::hash::{MacKey, same};

const PREFIX: &str = "hg_";
const SECRET: usize = 48;
const CHECKSUM: usize = 12;
/// The longest id of an org.
pub const MAX_ORG: usize = 40;

/// A key as its owner holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// The org it belongs to.
    pub org: String,
    /// The whole text.
    pub text: String,
}

/// A key as the registry keeps it: by its hash alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRecord {
    /// `key_…`.
    pub id: String,
    /// For people.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// Milliseconds since 1970, to the minute; absent when it was never used.
    pub last_used_at: Option<i64>,
}

impl ApiKey {
    /// Makes a key from 24 random bytes.
    pub fn issue(org: &str, random: [u8; 24], checksum_key: &MacKey) -> Self {
        let body = format!("{PREFIX}{org}_{}", hex::encode(random));
        Self { org: org.to_owned(), text: format!("{body}{}", checksum(&body, checksum_key)) }
    }

    /// Reads a key; `None` for whatever this deployment did not issue.
    pub fn read(text: &str, checksum_key: &MacKey) -> Option<Self> {
        let (org, secret) = text.strip_prefix(PREFIX)?.rsplit_once('_')?;
        if !is_org_id(org) || secret.len() != SECRET.saturating_add(CHECKSUM) {
            return None;
        }
        let (body, given) = text.split_at_checked(text.len().checked_sub(CHECKSUM)?)?;
        same(checksum(body, checksum_key).as_bytes(), given.as_bytes())
            .then(|| Self { org: org.to_owned(), text: text.to_owned() })
    }

    /// What the registry knows the key by: 64 hex characters.
    pub fn hash(&self) -> String {
        hex::encode(key_hash(&self.text))
    }
}

/// Whether a text can be an org's id: 1 to 40 of `[a-z0-9-]`, beginning with a letter or digit. `root` is not one: a root
/// key may look like a key of such an org.
pub fn is_org_id(text: &str) -> bool {
    (1..=MAX_ORG).contains(&text.len())
        && !text.starts_with('-')
        && text != "root"
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn checksum(body: &str, key: &MacKey) -> String {
    let tag = hex::encode(key.sign(&[b"heliograph/api-key", body.as_bytes()]));
    tag.chars().take(CHECKSUM).collect()
}
