//! Sessions of the console: `hgs_{org}.{hash of the API key}.{started}.{expires}.{tag}`.
//!
//! A session holds the hash by which the registry knows a key, and not the key. Each request asks who that hash is as it would for
//! the key itself, so that a revoked key ends its sessions as soon as it ends calls.

use super::is_org_id;
use crate::core::{hash::MacKey, time::Timestamp};

const PREFIX: &str = "hgs_";
const HASH: usize = 64;

/// How long a session lasts without a request, in seconds.
pub const IDLE_SECONDS: i64 = 3600;

/// How long it lasts at most, in seconds.
pub const LIFE_SECONDS: i64 = 12 * 3600;

/// After how long a request renews it, in seconds: not each one, so that most answers set no cookie.
const RENEW_SECONDS: i64 = 300;

/// How long the token of a form is, in hex characters.
const FORM_TOKEN: usize = 32;

/// Somebody who logged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The org of the API key that they logged in with.
    pub org: String,
    /// The key's hash: 64 hex characters.
    pub key_hash: String,
    /// When they did, in seconds since 1970.
    pub started: i64,
    /// When it ends, likewise.
    pub expires: i64,
}

impl Session {
    /// Begins one.
    pub fn begin(org: &str, key_hash: &str, now: Timestamp) -> Self {
        let (org, key_hash, started) = (org.to_owned(), key_hash.to_owned(), now.seconds());
        Self { org, key_hash, started, expires: started.saturating_add(IDLE_SECONDS) }
    }

    /// Whether a credential says that it is one of these, and no API key.
    pub fn is_meant(text: &str) -> bool {
        text.starts_with(PREFIX)
    }

    /// Reads one; `None` for whatever this deployment did not write, and for what is over.
    pub fn read(text: &str, key: &MacKey, now: Timestamp) -> Option<Self> {
        let (body, tag) = text.rsplit_once('.')?;
        if !key.verify(&[b"heliograph/session", body.as_bytes()], &hex::decode(tag).ok()?) {
            return None;
        }
        let mut parts = body.strip_prefix(PREFIX)?.split('.');
        let session = Self {
            org: parts.next().filter(|org| is_org_id(org))?.to_owned(),
            key_hash: parts.next().filter(|hash| hash.len() == HASH)?.to_owned(),
            started: parts.next()?.parse().ok()?,
            expires: parts.next()?.parse().ok()?,
        };
        (parts.next().is_none() && now.seconds() < session.expires).then_some(session)
    }

    /// As it stands in the cookie.
    pub fn write(&self, key: &MacKey) -> String {
        let body = format!("{PREFIX}{}.{}.{}.{}", self.org, self.key_hash, self.started, self.expires);
        let tag = key.sign(&[b"heliograph/session", body.as_bytes()]);
        format!("{body}.{}", hex::encode(tag))
    }

    /// The same for longer, where it is time for that; `None` where it is not, or where it has lasted long enough.
    pub fn renewed(&self, now: Timestamp) -> Option<Self> {
        let begun = self.expires.saturating_sub(IDLE_SECONDS);
        let end = self.started.saturating_add(LIFE_SECONDS);
        let expires = now.seconds().saturating_add(IDLE_SECONDS).min(end);
        (now.seconds() >= begun.saturating_add(RENEW_SECONDS) && expires > self.expires)
            .then(|| Self { expires, ..self.clone() })
    }

    /// What each form of it carries, so that no other site can send one: the same for as long as the session lasts.
    pub fn form_token(&self, key: &MacKey) -> String {
        form_token(&format!("{}.{}.{}", self.org, self.key_hash, self.started), key)
    }
}

/// What the form for logging in carries: bound to a random text in a cookie, since there is no session yet.
pub fn form_token(subject: &str, key: &MacKey) -> String {
    let tag = hex::encode(key.sign(&[b"heliograph/form", subject.as_bytes()]));
    tag.chars().take(FORM_TOKEN).collect()
}
