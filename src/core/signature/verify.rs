//! Verifying the exact bytes that were received.
//!
//! The policy: a delivery that carries any `webhook-*` header must verify by Standard Webhooks, whatever else it carries,
//! so that nobody can strip a check away by adding the weaker scheme's header. Only a delivery without any may use Helicone's,
//! and that only where the receiver does not insist on a signed time: an attacker who holds a Helicone signature can leave the
//! other headers out.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{PublicKey, Refused, Secrets};
use crate::core::{
    hash::{MacKey, same},
    ids,
    time::Timestamp,
};

/// How far a signed timestamp may lie from now, in either direction.
pub const TOLERANCE_SECONDS: i64 = 300;

/// Bounds the work that one header can cause.
pub(super) const MAX_ENTRIES: usize = 16;

/// The headers that matter, as they were received.
#[derive(Clone, Debug, Default)]
pub struct SignatureHeaders {
    /// `webhook-id`.
    pub id: Option<String>,
    /// `webhook-timestamp`.
    pub timestamp: Option<String>,
    /// `webhook-signature`.
    pub signature: Option<String>,
    /// Whether any header beginning with `webhook-` is there, these three or another.
    pub any_webhook_header: bool,
    /// `Helicone-Signature`, else `X-Helicone-Signature`.
    pub helicone: Option<String>,
}

impl SignatureHeaders {
    /// Picks them out of all headers, whose names may be in any case.
    pub fn of(headers: &[(String, String)]) -> Self {
        let header = |name: &str| {
            let mut values = headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
            values.next().map(|(_, value)| value.clone())
        };
        let is_webhook = |name: &str| name.to_ascii_lowercase().starts_with("webhook-");
        Self {
            id: header("webhook-id"),
            timestamp: header("webhook-timestamp"),
            signature: header("webhook-signature"),
            any_webhook_header: headers.iter().any(|(name, _)| is_webhook(name)),
            helicone: header("helicone-signature").or_else(|| header("x-helicone-signature")),
        }
    }
}

/// A delivery whose signature holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verified {
    /// By Standard Webhooks; its id is the idempotency key.
    Standard {
        /// The `webhook-id`.
        id: String,
    },
    /// By Helicone's scheme, which signs neither an id nor a time.
    Helicone,
}

/// Verifies a delivery.
pub fn verify(
    headers: &SignatureHeaders,
    body: &[u8],
    secrets: &Secrets,
    now: Timestamp,
) -> Result<Verified, Refused> {
    Claim::of(headers, secrets, now)?.verify(body)
}

/// What a delivery's headers claim, with the secrets that may bear it out, before anything is hashed.
///
/// Every secret and key is tried with every entry, so that the time taken does not tell which one came close.
pub struct Claim<'a> {
    secrets: &'a Secrets,
    now: Timestamp,
    claimed: Claimed<'a>,
}

enum Claimed<'a> {
    Standard {
        id: &'a str,
        /// What is signed before the body.
        head: String,
        signature: &'a str,
    },
    /// The signature, if it can be one.
    Helicone(Option<[u8; 32]>),
}

impl<'a> Claim<'a> {
    /// Reads the headers. An error where no body could bear them out.
    pub fn of(headers: &'a SignatureHeaders, secrets: &'a Secrets, now: Timestamp) -> Result<Self, Refused> {
        let claimed = if headers.any_webhook_header {
            Claimed::standard(headers, now)?
        } else {
            let signature = headers.helicone.as_deref().ok_or(Refused::Unsigned)?;
            if secrets.requires_timestamp {
                return Err(Refused::Untimed);
            }
            Claimed::helicone(signature)
        };
        Ok(Self { secrets, now, claimed })
    }

    /// What stands before the body in the inner hash of each MAC that is to be compared.
    pub fn inner_heads(&self) -> Vec<Vec<u8>> {
        let head = |key: &MacKey| [key.inner_head().as_slice(), self.head()].concat();
        self.keys().into_iter().map(head).collect()
    }

    /// Whether a body bears it out.
    pub fn verify(self, body: &[u8]) -> Result<Verified, Refused> {
        let macs: Vec<_> = self.keys().into_iter().map(|key| key.sign(&[self.head(), body])).collect();
        self.compare(&macs, body)
    }

    /// The same with SHA-256 digests of each of its [`inner_heads`](Self::inner_heads) and the body behind it, in their order; made
    /// here where there are not as many.
    pub fn verify_with(self, inner: &[[u8; 32]], body: &[u8]) -> Result<Verified, Refused> {
        let keys = self.keys();
        if inner.len() != keys.len() {
            return self.verify(body);
        }
        let macs: Vec<_> = keys.into_iter().zip(inner).map(|(key, inner)| key.finish(inner)).collect();
        self.compare(&macs, body)
    }

    /// The secrets of its scheme that are good now, so that none is ever used in another one.
    fn keys(&self) -> Vec<&'a MacKey> {
        match self.claimed {
            Claimed::Standard { .. } => self.secrets.standard(self.now).collect(),
            Claimed::Helicone(_) => self.secrets.helicone(self.now).collect(),
        }
    }

    fn head(&self) -> &[u8] {
        match &self.claimed {
            Claimed::Standard { head, .. } => head.as_bytes(),
            Claimed::Helicone(_) => b"",
        }
    }

    fn compare(self, macs: &[[u8; 32]], body: &[u8]) -> Result<Verified, Refused> {
        let is_one = |tag: &[u8]| macs.iter().fold(false, |matched, mac| matched | same(mac, tag));
        let (matched, verified) = match &self.claimed {
            Claimed::Standard { id, head, signature } => {
                let matched = self.matches(signature, is_one, &[head.as_bytes(), body]);
                (matched, Verified::Standard { id: (*id).to_owned() })
            }
            Claimed::Helicone(tag) => {
                let matched = is_one(&tag.unwrap_or_default());
                (tag.is_some() && matched, Verified::Helicone)
            }
        };
        if matched { Ok(verified) } else { Err(Refused::Mismatch) }
    }

    /// Whether one of the entries of `webhook-signature` is right.
    fn matches(&self, signature: &str, is_mac: impl Fn(&[u8]) -> bool, signed: &[&[u8]]) -> bool {
        let public: Vec<&PublicKey> = self.secrets.public(self.now).collect();
        // Strict verification takes the message in one piece; it is put together only where somebody wants it.
        let message = if public.is_empty() { Vec::new() } else { signed.concat() };
        let mut matched = false;
        for entry in signature.split(' ').filter(|entry| !entry.is_empty()).take(MAX_ENTRIES) {
            // Which keys are tried depends on the version alone.
            let Some((version, Ok(bytes))) =
                entry.split_once(',').map(|(version, text)| (version, STANDARD.decode(text)))
            else {
                continue;
            };
            match version {
                "v1" => matched |= is_mac(&bytes),
                "v1a" => {
                    matched |=
                        public.iter().fold(false, |matched, key| matched | key.verify(&message, &bytes));
                }
                _ => {}
            }
        }
        matched
    }
}

impl<'a> Claimed<'a> {
    fn standard(headers: &'a SignatureHeaders, now: Timestamp) -> Result<Self, Refused> {
        let (Some(id), Some(timestamp), Some(signature)) =
            (headers.id.as_deref(), headers.timestamp.as_deref(), headers.signature.as_deref())
        else {
            return Err(Refused::Incomplete);
        };
        if !ids::is_webhook_id(id) {
            return Err(Refused::Id);
        }
        let signed_at = whole_seconds(timestamp).ok_or(Refused::Timestamp)?;
        let age = now.seconds().saturating_sub(signed_at);
        if age > TOLERANCE_SECONDS {
            return Err(Refused::TooOld);
        }
        if age < TOLERANCE_SECONDS.saturating_neg() {
            return Err(Refused::TooNew);
        }
        Ok(Self::Standard { id, head: format!("{id}.{timestamp}."), signature })
    }

    /// Lower-case hex and nothing else: 64 characters of it are the only text that can match.
    fn helicone(signature: &str) -> Self {
        let mut tag = [0_u8; 32];
        let is_hex = !signature.bytes().any(|byte| byte.is_ascii_uppercase())
            && hex::decode_to_slice(signature, &mut tag).is_ok();
        Self::Helicone(is_hex.then_some(tag))
    }
}

/// `^[0-9]{1,12}$`.
fn whole_seconds(text: &str) -> Option<i64> {
    let plain = (1..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}
