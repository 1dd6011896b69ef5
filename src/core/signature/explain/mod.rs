//! Why a signature does not hold: tries each mistake that is made in practice, and says which one it was.
//!
//! Whoever asks has the secret, so this tells what verification itself never would.

mod bodies;
mod claims;
mod json_style;
mod keys;
mod mistake;
mod search;
mod suspicions;

pub use json_style::JsonStyle;
pub use mistake::Mistake;

use super::{Refused, SecretText, Secrets, SignatureHeaders, Verified, verify};
use crate::core::time::Timestamp;

/// What begins the names of the same three headers at another sender.
const SVIX: &str = "svix-";

/// Headers by which other schemes can be told.
const FOREIGN: [&str; 7] = [
    "stripe-signature",
    "x-hub-signature-256",
    "x-hub-signature",
    "x-signature",
    "x-webhook-signature",
    "x-slack-signature",
    "x-twilio-signature",
];

/// A request as it was received.
#[derive(Clone, Debug, Default)]
pub struct Received {
    /// Names, in any case, and values.
    pub headers: Vec<(String, String)>,
    /// The body, byte for byte.
    pub body: Vec<u8>,
}

impl Received {
    /// The first header of this name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
        values.next().map(|(_, value)| value.as_str())
    }
}

/// What there is to verify with, and when.
#[derive(Clone)]
pub struct Against<'a> {
    /// What the receiver is set up with.
    pub secrets: &'a [SecretText],
    /// Secrets that it is not set up with and that somebody may have signed with.
    pub others: &'a [SecretText],
    /// Whether it takes nothing that is signed without its time.
    pub requires_timestamp: bool,
    /// The moment of verification.
    pub now: Timestamp,
}

/// What verification said, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What the receiver makes of it.
    pub outcome: Result<Verified, Refused>,
    /// What is wrong; empty where nothing is. Where several are, each of them has to be mended.
    pub mistakes: Vec<Mistake>,
    /// Whether the signature holds once these are undone. Otherwise they are what the request looks like.
    pub is_certain: bool,
}

/// Verifies a request, and finds out what is wrong with one that is refused.
pub fn explain(received: &Received, against: &Against<'_>) -> Explanation {
    let secrets = Secrets::of_usable(against.secrets).requiring_timestamps(against.requires_timestamp);
    let headers = SignatureHeaders::of(&received.headers);
    let refused = match verify(&headers, &received.body, &secrets, against.now) {
        Ok(verified) => return Explanation { outcome: Ok(verified), mistakes: Vec::new(), is_certain: true },
        Err(refused) => refused,
    };
    let (mistakes, is_certain) = match refused {
        Refused::Unsigned => unsigned(received, against),
        Refused::Incomplete => (incomplete(&headers), true),
        Refused::Untimed => (vec![Mistake::NoTime], true),
        Refused::Id => (vec![Mistake::Id], true),
        Refused::Timestamp => with_search(vec![malformed_time(&headers)], received, against),
        Refused::TooOld | Refused::TooNew => with_search(vec![distant(&headers, against)], received, against),
        Refused::Mismatch => with_search(Vec::new(), received, against),
    };
    Explanation { outcome: Err(refused), mistakes, is_certain }
}

/// What is wrong beside what is known already.
fn with_search(
    mut mistakes: Vec<Mistake>,
    received: &Received,
    against: &Against<'_>,
) -> (Vec<Mistake>, bool) {
    match search::search(received, against) {
        Some(found) => {
            mistakes.extend(found);
            (mistakes, true)
        }
        None => {
            let suspicions = suspicions::of(received, against);
            let is_certain = suspicions.iter().any(Mistake::is_evident);
            mistakes.extend(suspicions);
            (mistakes, is_certain)
        }
    }
}

fn unsigned(received: &Received, against: &Against<'_>) -> (Vec<Mistake>, bool) {
    let lower = |name: &str| name.to_ascii_lowercase();
    if received.headers.iter().any(|(name, _)| lower(name).starts_with(SVIX)) {
        let renamed = |(name, value): &(String, String)| match lower(name).strip_prefix(SVIX) {
            Some(rest) => (format!("webhook-{rest}"), value.clone()),
            None => (name.clone(), value.clone()),
        };
        let headers = received.headers.iter().map(renamed).collect();
        let inner = explain(&Received { headers, body: received.body.clone() }, against);
        let mistakes = std::iter::once(Mistake::SvixHeaders).chain(inner.mistakes).collect();
        return (mistakes, inner.is_certain);
    }
    match FOREIGN.into_iter().find(|name| received.header(name).is_some()) {
        Some(name) => (vec![Mistake::ForeignHeader(name)], true),
        None => (vec![Mistake::Unsigned], true),
    }
}

fn incomplete(headers: &SignatureHeaders) -> Vec<Mistake> {
    let there = [
        ("webhook-id", headers.id.is_some()),
        ("webhook-timestamp", headers.timestamp.is_some()),
        ("webhook-signature", headers.signature.is_some()),
    ];
    let absent = there.into_iter().filter(|(_, is_there)| !is_there);
    absent.map(|(name, _)| Mistake::MissingHeader(name)).collect()
}

fn malformed_time(headers: &SignatureHeaders) -> Mistake {
    let text = headers.timestamp.as_deref().unwrap_or_default();
    match text.len() == 13 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        true => Mistake::Milliseconds,
        false => Mistake::TimeFormat,
    }
}

fn distant(headers: &SignatureHeaders, against: &Against<'_>) -> Mistake {
    let signed_at: i64 = headers.timestamp.as_deref().and_then(|text| text.parse().ok()).unwrap_or_default();
    let age = against.now.seconds().saturating_sub(signed_at);
    if age > 0 { Mistake::Stale { seconds: age } } else { Mistake::Future { seconds: age.saturating_neg() } }
}
