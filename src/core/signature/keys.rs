//! A subscription's keys.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use super::{
    PublicKey, SecretKey, SignatureScheme, StandardKey,
    symmetric::{SECRET_PREFIX, decode_secret},
};
use crate::core::{
    field::FieldError,
    hash::{self, MacKey},
};

/// What a subscription signs with: one key per scheme, never the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningKeys {
    /// Helicone's key: 64 hex characters, used as text.
    pub hmac_key: String,
    /// The Standard Webhooks secret: `whsec_` and base64 of 24 to 64 bytes.
    pub signing_secret: String,
    /// The Standard Webhooks secret key, a `whsk_…`.
    pub asymmetric_key: String,
}

impl SigningKeys {
    /// Derives all keys from 32 random bytes, each under its own label.
    pub fn derive(master: &[u8; 32]) -> Self {
        let key = MacKey::new(master);
        Self {
            hmac_key: hex::encode(key.sign(&[b"heliograph/key/helicone"])),
            signing_secret: format!(
                "{SECRET_PREFIX}{}",
                STANDARD.encode(key.sign(&[b"heliograph/key/standard"]))
            ),
            asymmetric_key: SecretKey::from_seed(&key.sign(&[b"heliograph/key/asymmetric"])).to_text(),
        }
    }

    /// The same keys with a Standard Webhooks secret of the user's own.
    pub fn with_signing_secret(self, secret: &str) -> Result<Self, FieldError> {
        match decode_secret(secret) {
            Some(bytes) if (24..=64).contains(&bytes.len()) => {
                Ok(Self { signing_secret: format!("{SECRET_PREFIX}{}", STANDARD.encode(bytes)), ..self })
            }
            _ => Err(FieldError::new(
                "signing_secret",
                "must be whsec_ followed by the base64 of 24 to 64 bytes",
            )),
        }
    }

    /// Tells one generation of keys from another without showing it: eight hex characters of the signing secret's SHA-256.
    pub fn fingerprint(&self) -> String {
        let digest = hash::digest("heliograph/key-fingerprint", &[&self.signing_secret]);
        let (head, _) = digest.split_at(4);
        hex::encode(head)
    }

    /// The MAC for Helicone's signature: the key is the text, not the bytes that the hex stands for.
    pub fn helicone_mac(&self) -> MacKey {
        MacKey::new(self.hmac_key.as_bytes())
    }

    /// What signs `webhook-signature` in this scheme; `None` where there is no such key or it can't be read, and for
    /// Helicone's scheme, which has a header of its own.
    pub fn standard_key(&self, scheme: SignatureScheme) -> Option<StandardKey> {
        match scheme {
            SignatureScheme::Helicone => None,
            SignatureScheme::V1 => {
                decode_secret(&self.signing_secret).map(|bytes| StandardKey::V1(MacKey::new(&bytes)))
            }
            SignatureScheme::V1a => self.secret_key().map(StandardKey::V1a),
        }
    }

    /// The key that receivers verify `v1a` with; its text form is what they are given.
    pub fn public_key(&self) -> Option<PublicKey> {
        self.secret_key().map(|key| key.public_key())
    }

    /// Read only where it is wanted: checking its public half costs more than everything else here.
    fn secret_key(&self) -> Option<SecretKey> {
        SecretKey::parse(&self.asymmetric_key)
    }
}
