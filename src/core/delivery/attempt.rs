//! One attempt: the request that is sent, with everything in it fresh.

use std::borrow::Cow;

use super::{CustomHeaders, Message};
use crate::core::{
    hash::MacKey,
    payload::{self, InAttempt, header_text},
    presign::{self, Presigner},
    signature::{
        SignatureScheme, SignatureSchemes, Signed, SigningKeys, StandardKey, sign_helicone, sign_standard,
        standard_header,
    },
    signed_url::{self, Locator},
    time::Timestamp,
};

/// The keys of one subscription, prepared for signing.
pub struct Signer {
    helicone: Option<MacKey>,
    standard: Vec<StandardKey>,
}

impl Signer {
    /// From a subscription's keys, newest first, and the schemes it wants. Helicone's header has room for one signature,
    /// so the newest signs it; Standard Webhooks' has room for all. `None` where no key signs in one of the schemes:
    /// nothing is ever sent with less than was asked for, let alone unsigned.
    pub fn new(keys: &[SigningKeys], wanted: SignatureSchemes) -> Option<Self> {
        let newest = keys.first()?;
        let standard: Vec<StandardKey> = keys
            .iter()
            .flat_map(|keys| wanted.iter().filter_map(|scheme| keys.standard_key(scheme)))
            .collect();
        let is_served =
            |scheme| scheme == SignatureScheme::Helicone || standard.iter().any(|key| key.scheme() == scheme);
        if !wanted.iter().all(is_served) {
            return None;
        }
        let helicone = wanted.contains(SignatureScheme::Helicone).then(|| newest.helicone_mac());
        Some(Self { helicone, standard })
    }
}

/// What minting a signed URL takes.
pub struct UrlMint<'a> {
    /// The key of signed URLs.
    pub key: &'a MacKey,
    /// How long a URL is good for, in seconds.
    pub ttl_seconds: i64,
    /// Presigns those of exchanges that are objects of their own; without it, all lead here.
    pub presigner: Option<&'a Presigner>,
    /// Whether the subscription gets the exchange shaped: then the URL leads here, and to nothing but that.
    pub is_shaped: bool,
}

impl UrlMint<'_> {
    fn of_message(&self, message: &Message, now: Timestamp) -> String {
        if !self.is_shaped {
            return self.url(&message.base_url, &message.exchange_locator(), now);
        }
        let expires = now.plus_seconds(self.ttl_seconds);
        signed_url::mint_shaped(&message.base_url, &message.shaped_locator(), expires, self.key)
    }

    /// The URL of a whole exchange of a segment, minted now.
    pub fn url(&self, base_url: &str, exchange: &Locator, now: Timestamp) -> String {
        let alone = presign::exchange_key(&exchange.key).zip(self.presigner);
        let presigned = alone.and_then(|(key, presigner)| presigner.url(&key, now, self.ttl_seconds));
        presigned.unwrap_or_else(|| {
            let expires = now.plus_seconds(self.ttl_seconds);
            signed_url::mint(base_url, exchange, expires, self.key)
        })
    }
}

/// One attempt's request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptRequest {
    /// Name and value, in the order they are set.
    pub headers: Vec<(Cow<'static, str>, String)>,
    /// The exact bytes that were signed.
    pub body: Vec<u8>,
}

/// Composes an attempt: a fresh URL, a fresh timestamp, fresh signatures.
pub fn attempt_request(
    message: &Message,
    body: &str,
    attempt: u32,
    signer: &Signer,
    own: &CustomHeaders,
    mint: &UrlMint<'_>,
    now: Timestamp,
) -> AttemptRequest {
    Draft::new(message, body, attempt, signer, own, mint, now).signed()
}

/// An attempt's request without its signatures.
pub struct Draft<'a> {
    message: &'a Message,
    signer: &'a Signer,
    own: &'a CustomHeaders,
    number: u32,
    now: Timestamp,
    body: Vec<u8>,
}

impl<'a> Draft<'a> {
    /// Composes it, with a fresh URL.
    pub fn new(
        message: &'a Message,
        body: &str,
        number: u32,
        signer: &'a Signer,
        own: &'a CustomHeaders,
        mint: &UrlMint<'_>,
        now: Timestamp,
    ) -> Self {
        let url = |at| (at, mint.of_message(message, now));
        let url = message.url_at.map(url);
        let url = url.as_ref().map(|(at, url)| (*at, url.as_str()));
        let in_attempt = InAttempt { delivery: &message.id, number, at: now };
        let body = payload::complete(body, url, message.layout, in_attempt);
        Self { message, signer, own, number, now, body }
    }

    /// The exact bytes that are to be signed.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// What stands before the body in the inner hash of each of the MACs, in their order.
    pub fn inner_heads(&self) -> Vec<Vec<u8>> {
        let id_and_time = self.covered().head();
        let helicone = self.signer.helicone.iter().map(|key| key.inner_head().to_vec());
        let standard = self.signer.standard.iter().filter_map(StandardKey::mac);
        let standard = standard.map(|key| [key.inner_head().as_slice(), &id_and_time].concat());
        helicone.chain(standard).collect()
    }

    /// Signs it.
    pub fn signed(self) -> AttemptRequest {
        let helicone = self.signer.helicone.as_ref().map(|key| sign_helicone(key, &self.body));
        let standard = sign_standard(&self.signer.standard, self.covered());
        self.compose(helicone, standard)
    }

    /// Signs it with SHA-256 digests of each of its [`inner_heads`](Self::inner_heads) and the body behind it, in their order; here
    /// where there are not as many.
    pub fn signed_with(self, inner: &[[u8; 32]]) -> AttemptRequest {
        let standard = self.signer.standard.iter().filter_map(StandardKey::mac);
        if inner.len() != self.signer.helicone.iter().chain(standard).count() {
            return self.signed();
        }
        let mut inner = inner.iter();
        let mut mac = |key: &MacKey| inner.next().map_or([0; 32], |inner| key.finish(inner));
        let helicone = self.signer.helicone.as_ref().map(|key| hex::encode(mac(key)));
        let standard = standard_header(&self.signer.standard, self.covered(), |key, _| mac(key));
        self.compose(helicone, standard)
    }

    fn covered(&self) -> Signed<'_> {
        Signed { id: &self.message.id, at: self.now, body: &self.body }
    }

    fn compose(self, helicone: Option<String>, standard: String) -> AttemptRequest {
        let Self { message, own, number, now, body, .. } = self;
        // The owner's headers first and ours last: where a rule failed to keep one of ours from being set, ours stands.
        let mut headers: Vec<(Cow<'static, str>, String)> =
            own.iter().map(|(name, value)| (Cow::Owned(name.to_owned()), value.to_owned())).collect();
        let mut ours = |name: &'static str, value: String| headers.push((Cow::Borrowed(name), value));
        ours("content-type", message.layout.content_type().to_owned());
        ours("user-agent", concat!("Heliograph/", env!("CARGO_PKG_VERSION")).to_owned());
        if let Some(signature) = helicone {
            ours("helicone-signature", signature.clone());
            ours("x-helicone-signature", signature);
        }
        ours("webhook-id", message.id.clone());
        ours("webhook-timestamp", now.seconds().to_string());
        ours("webhook-signature", standard);
        ours("webhook-event-type", message.event_type.clone());
        ours("webhook-api-version", message.api_version.clone());
        ours("webhook-attempt", number.to_string());
        ours("webhook-subscription-id", message.subscription.clone());
        let told = [
            ("webhook-trace-id", message.trace_id.as_deref().map(header_text)),
            ("webhook-route-id", message.route_id.as_deref().map(header_text)),
            ("traceparent", message.traceparent.clone()),
        ];
        for (name, value) in told {
            if let Some(value) = value {
                ours(name, value);
            }
        }
        if let Some(status) = message.cost_status {
            ours("webhook-cost-status", status.as_str().to_owned());
        }
        if !message.truncated.is_empty() {
            ours("webhook-truncated", message.truncated.join(","));
        }
        headers.extend(message.headers.iter().map(|(name, value)| (Cow::Owned(name.clone()), value.clone())));
        AttemptRequest { headers, body }
    }
}
