//! Asymmetric keys: Ed25519 (RFC 8032), in the text forms of Standard Webhooks.

use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, SigningKey, VerifyingKey, ed25519::signature::MultipartSigner};

use crate::core::hash::same;

/// The prefix of a secret key.
pub(super) const SECRET_KEY_PREFIX: &str = "whsk_";
/// The prefix of a public key.
pub(super) const PUBLIC_KEY_PREFIX: &str = "whpk_";

/// A key that signs: `whsk_` and base64 of 64 bytes, the seed and then its public key.
#[derive(Clone)]
pub struct SecretKey(SigningKey);

impl SecretKey {
    /// The key of a seed, which has to be 32 bytes from a good source of randomness.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// Reads a `whsk_…`; `None` when it has not that form, or when its second half is not the public key of its first.
    /// Signing hashes the public key in, so that a foreign one would give signatures that leak the secret.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 64] = decode(text, SECRET_KEY_PREFIX)?;
        let (seed, public) = bytes.split_first_chunk::<32>()?;
        let key = Self::from_seed(seed);
        same(key.0.verifying_key().as_bytes(), public).then_some(key)
    }

    /// The key as a `whsk_…`. Whoever has this text can sign.
    pub fn to_text(&self) -> String {
        format!("{SECRET_KEY_PREFIX}{}", STANDARD.encode(self.0.to_keypair_bytes()))
    }

    /// The key that verifies what this one signs.
    pub fn public_key(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// The signature over the parts as if they were one message; the same one every time.
    pub fn sign(&self, parts: &[&[u8]]) -> [u8; 64] {
        // The trait can report errors for the sake of keys behind a device; a key in memory has none to report.
        self.0.multipart_sign(parts).to_bytes()
    }
}

/// A key that verifies: `whpk_` and base64 of 32 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Reads a `whpk_…`; `None` when it has not that form, or when the bytes are not the one encoding of a point of the
    /// curve, or when the point is of small order: under such a key a signature can hold for any message.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = decode(text, PUBLIC_KEY_PREFIX)?;
        let key = VerifyingKey::from_bytes(&bytes).ok()?;
        let canonical = key.to_edwards().compress().to_bytes() == bytes;
        (canonical && !key.is_weak()).then_some(Self(key))
    }

    /// The key as a `whpk_…`, for everybody to see.
    pub fn to_text(&self) -> String {
        format!("{PUBLIC_KEY_PREFIX}{}", STANDARD.encode(self.0.as_bytes()))
    }

    /// Whether these bytes are this key's signature over the message. Strict, so that there is no second form of a
    /// signature to be accepted: S must be reduced, and neither R nor the key may be of small order.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.0.verify_strict(message, &signature).is_ok())
    }
}

fn decode<const N: usize>(text: &str, prefix: &str) -> Option<[u8; N]> {
    STANDARD.decode(text.strip_prefix(prefix)?).ok()?.try_into().ok()
}
