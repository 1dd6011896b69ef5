//! Ids of users as hashes: the same at each delivery of a subscription, others for each subscription, and of no use to whoever
//! tries all ids, since the key is needed as well.

use std::fmt;

use crate::core::hash::MacKey;

/// How many bytes of the hash are kept.
const BYTES: usize = 12;

/// The key of all hashes of a deployment.
#[derive(Clone)]
pub struct UserIdKey(MacKey);

impl UserIdKey {
    /// Derived from a secret of the deployment.
    pub fn derive(secret: &[u8]) -> Self {
        Self(MacKey::new(&MacKey::new(secret).sign(&[b"heliograph/user-ids"])))
    }

    /// What a subscription gets to see of a user's id: `usr_` and 24 hex characters.
    pub fn hash(&self, org: &str, subscription_id: &str, user_id: &str) -> String {
        // Neither an org's nor a subscription's id holds a line break.
        let parts: [&[u8]; 5] =
            [org.as_bytes(), b"\n", subscription_id.as_bytes(), b"\n", user_id.as_bytes()];
        let mac = self.0.sign(&parts);
        format!("usr_{}", hex::encode(mac.get(..BYTES).unwrap_or(&mac)))
    }
}

impl fmt::Debug for UserIdKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserIdKey")
    }
}
