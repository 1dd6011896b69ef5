//! Who calls the API.

use super::hash;

/// Who a request acts for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// The org: the tenant that every key, id and signed URL belongs to.
    pub org: String,
}

/// The org that the root key acts for.
pub const DEFAULT_ORG: &str = "default";

/// Reads `Authorization: Bearer <key>` against the root key; `None` when it is absent, malformed or wrong.
///
/// Both sides are hashed before they are compared, so that neither length nor content shows in the time taken.
pub fn authenticate(authorization: Option<&str>, root_key: &str) -> Option<Principal> {
    let (scheme, key) = authorization?.split_once(' ')?;
    let key = key.trim();
    if !scheme.eq_ignore_ascii_case("bearer") || key.is_empty() || root_key.is_empty() {
        return None;
    }
    let same =
        hash::same(&hash::digest("heliograph/key", &[key]), &hash::digest("heliograph/key", &[root_key]));
    same.then(|| Principal { org: DEFAULT_ORG.to_owned() })
}
