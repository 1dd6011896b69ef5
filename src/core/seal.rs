//! Secrets at rest: sealed with XChaCha20-Poly1305 before they touch KV or SQLite, so that a leaked namespace leaks no
//! signing key.

use base64::{Engine, engine::general_purpose::STANDARD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};

/// Marks the form, so that it can change without guessing.
const VERSION: &str = "x1.";
const NONCE: usize = 24;

/// The key that seals, from the setting `SEALING_KEY`: 64 hex characters.
pub struct SealingKey(XChaCha20Poly1305);

impl SealingKey {
    /// Reads the setting; `None` when it is not 64 hex characters.
    pub fn parse(setting: &str) -> Option<Self> {
        let mut key = [0_u8; 32];
        hex::decode_to_slice(setting.trim(), &mut key).ok()?;
        Some(Self(XChaCha20Poly1305::new(&key.into())))
    }

    /// Seals a text under a fresh random nonce. `context` says whose it is: it must be the same when it is opened, so that a
    /// sealed secret copied to another owner does not open there.
    pub fn seal(&self, text: &str, context: &str, nonce: [u8; NONCE]) -> Option<String> {
        let payload = Payload { msg: text.as_bytes(), aad: context.as_bytes() };
        let sealed = self.0.encrypt(&XNonce::from(nonce), payload).ok()?;
        let mut bytes = nonce.to_vec();
        bytes.extend_from_slice(&sealed);
        Some(format!("{VERSION}{}", STANDARD.encode(bytes)))
    }

    /// Opens what [`Self::seal`] made; `None` when the key or the context is another, or the text was changed.
    pub fn open(&self, sealed: &str, context: &str) -> Option<String> {
        let bytes = STANDARD.decode(sealed.strip_prefix(VERSION)?).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
        let payload = Payload { msg: sealed, aad: context.as_bytes() };
        String::from_utf8(self.0.decrypt(&XNonce::from(*nonce), payload).ok()?).ok()
    }
}
