//! Standard Webhooks' symmetric secrets as text.

use base64::{Engine, engine::general_purpose::STANDARD};

/// The prefix of a Standard Webhooks symmetric secret.
pub(super) const SECRET_PREFIX: &str = "whsec_";

/// The bytes of a `whsec_…` secret, whatever their number.
pub(super) fn decode_secret(secret: &str) -> Option<Vec<u8>> {
    STANDARD.decode(secret.strip_prefix(SECRET_PREFIX)?).ok()
}
