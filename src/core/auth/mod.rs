//! Who calls the API, for which org, and what they may do.

mod key;
mod scope;
pub mod session;

pub use key::{ApiKey, KeyRecord, MAX_ORG, is_org_id};
pub use scope::Scope;
pub use session::Session;

use super::hash;

/// The org that the root key acts for.
pub const DEFAULT_ORG: &str = "default";

/// Who a request acts for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// The org: the tenant that every key, id and signed URL belongs to.
    pub org: String,
    /// Whether this is the root key, which may do everything, and alone manages orgs and keys.
    pub is_root: bool,
    /// What a key that is not root may do.
    pub scopes: Vec<Scope>,
}

impl Principal {
    /// The root key's.
    pub fn root() -> Self {
        Self { org: DEFAULT_ORG.to_owned(), is_root: true, scopes: Vec::new() }
    }

    /// Whether this principal may do what a scope stands for.
    pub fn may(&self, scope: Scope) -> bool {
        self.is_root || self.scopes.contains(&scope)
    }
}

/// The key in `Authorization: Bearer <key>`.
pub fn bearer(authorization: Option<&str>) -> Option<&str> {
    let (scheme, key) = authorization?.split_once(' ')?;
    let key = key.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !key.is_empty()).then_some(key)
}

/// Whether a key is the root key. Both are hashed before they are compared, so that neither length nor content shows in
/// the time taken.
pub fn is_root(key: &str, root_key: &str) -> bool {
    is_root_hash(&hex::encode(key_hash(key)), root_key)
}

/// The same of a key's hash: 64 hex characters.
pub fn is_root_hash(hash: &str, root_key: &str) -> bool {
    !root_key.is_empty() && hash::same(hash.as_bytes(), root_hash(root_key).as_bytes())
}

/// The root key's hash: 64 hex characters.
pub fn root_hash(root_key: &str) -> String {
    hex::encode(key_hash(root_key))
}

fn key_hash(key: &str) -> [u8; 32] {
    hash::digest("heliograph/key", &[key])
}
