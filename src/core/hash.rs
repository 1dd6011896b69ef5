//! The two primitives under everything that is signed, derived or drawn: SHA-256 and HMAC-SHA256 (RFC 4231).

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// How many bytes SHA-256 takes at a time.
const BLOCK: usize = 64;

/// A keyed MAC, ready to be used for any number of messages. Preparing it costs two compressions, cloning it none.
#[derive(Clone)]
pub struct MacKey {
    mac: Hmac<Sha256>,
    /// The key as it goes into the outer and the inner hash, where the inner one is made elsewhere.
    block: [u8; BLOCK],
}

impl MacKey {
    /// A MAC keyed by these bytes. HMAC takes keys of any length; whether a key is long enough is its owner's rule.
    pub fn new(key: &[u8]) -> Self {
        let short: [u8; 32];
        let bytes = if key.len() > BLOCK {
            short = Sha256::digest(key).into();
            &short
        } else {
            key
        };
        let mut block = [0; BLOCK];
        for (into, byte) in block.iter_mut().zip(bytes) {
            *into = *byte;
        }
        Self { mac: Hmac::new(&block.into()), block }
    }

    /// The MAC over the parts as if they were one message.
    pub fn sign(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.mac.clone();
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// What comes before a message in the inner hash (RFC 2104). Whoever has a faster SHA-256 makes a long one's with it.
    pub fn inner_head(&self) -> [u8; BLOCK] {
        self.block.map(|byte| byte ^ 0x36)
    }

    /// The MAC over a message from the SHA-256 of [`inner_head`](Self::inner_head) and the message.
    pub fn finish(&self, inner: &[u8; 32]) -> [u8; 32] {
        let mut outer = Sha256::new_with_prefix(self.block.map(|byte| byte ^ 0x5c));
        outer.update(inner);
        outer.finalize().into()
    }

    /// Whether `tag` is the MAC over the parts, compared in constant time.
    pub fn verify(&self, parts: &[&[u8]], tag: &[u8]) -> bool {
        same(&self.sign(parts), tag)
    }
}

/// Whether two byte strings are equal, in a time that does not depend on where they differ.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

/// The first so many bytes of a [`digest`], in hex: a name that follows from the parts.
pub fn name(label: &str, parts: &[&str], bytes: usize) -> String {
    let digest = digest(label, parts);
    hex::encode(digest.get(..bytes).unwrap_or(&digest))
}

/// SHA-256 over a label and parts, each behind its length, so that no two lists of parts give the same input.
pub fn digest(label: &str, parts: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in std::iter::once(&label).chain(parts) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}
