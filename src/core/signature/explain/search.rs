//! The search: which key over which content gives a signature that the request carries, with the fewest mistakes.

use super::{
    Against, Mistake, Received, bodies,
    bodies::Body,
    claims::{self, Claim, Scheme},
    keys::{self, Key},
};
use crate::core::hash::same;

/// How many mistakes at once are looked for beside those of how a signature is written.
const MOST: usize = 2;

/// What a combination may cost in bytes that are hashed, over all combinations: of large bodies only the simple ones are tried.
const MOST_BYTES: usize = 512 * 1024 * 1024;

/// What is signed.
#[derive(Clone, Copy)]
enum Content {
    /// Id, timestamp and body, by Standard Webhooks.
    Whole,
    /// The body alone, as Helicone does.
    Body,
    /// Timestamp and body, as others do.
    Timed,
}

impl Content {
    const ALL: [Self; 3] = [Self::Whole, Self::Body, Self::Timed];

    fn parts<'a>(self, received: &'a Received, body: &'a [u8]) -> Vec<&'a [u8]> {
        let header = |name| received.header(name).unwrap_or_default().as_bytes();
        match self {
            Self::Whole => vec![header("webhook-id"), b".", header("webhook-timestamp"), b".", body],
            Self::Body => vec![body],
            Self::Timed => vec![header("webhook-timestamp"), b".", body],
        }
    }

    /// What is wrong where a key of this scheme signed this content for a header of that scheme.
    fn mistakes(self, header: Scheme, key: &Key) -> Vec<Mistake> {
        let position = key.at;
        match (header, self, key.scheme) {
            (Scheme::Standard, Self::Whole, Scheme::Standard)
            | (Scheme::Helicone, Self::Body, Scheme::Helicone) => Vec::new(),
            (Scheme::Standard, Self::Body, Scheme::Helicone)
            | (Scheme::Helicone, Self::Whole, Scheme::Standard) => vec![Mistake::OtherHeader],
            (Scheme::Standard, Self::Whole, Scheme::Helicone)
            | (Scheme::Helicone, Self::Body, Scheme::Standard) => vec![Mistake::OtherSchemesKey(position)],
            (Scheme::Standard, Self::Body, Scheme::Standard) => vec![Mistake::BodyAlone],
            (Scheme::Helicone, Self::Whole | Self::Timed, Scheme::Helicone) => vec![Mistake::IdAndTime],
            (Scheme::Standard, Self::Timed, Scheme::Standard) => vec![Mistake::TimeAndBody],
            (_, Self::Timed, _) => vec![Mistake::TimeAndBody, Mistake::OtherSchemesKey(position)],
        }
    }
}

/// The mistakes that explain a signature of the request; `None` where none of the combinations gives one.
pub(super) fn search(received: &Received, against: &Against<'_>) -> Option<Vec<Mistake>> {
    let claims = claims::read(received);
    let bodies = bodies::candidates(received);
    symmetric(received, against, &claims, &bodies).or_else(|| asymmetric(received, against, &claims, &bodies))
}

fn symmetric(
    received: &Received,
    against: &Against<'_>,
    claims: &[Claim],
    bodies: &[Body],
) -> Option<Vec<Mistake>> {
    let claims: Vec<&Claim> = claims.iter().filter(|claim| claim.bytes.len() == 32).collect();
    let header = claims.first()?.header;
    let keys = keys::candidates(against);
    let mut combinations = Vec::new();
    for key in &keys {
        for content in Content::ALL {
            let known = [key.mistakes.clone(), content.mistakes(header, key)].concat();
            for body in bodies {
                if known.len().saturating_add(body.mistakes.len()) <= MOST {
                    combinations.push((key, content, body, [known.as_slice(), &body.mistakes].concat()));
                }
            }
        }
    }
    // Stable: of those with as many mistakes, the likelier ones come first.
    combinations.sort_by_key(|(_, _, _, mistakes)| mistakes.len());
    let mut hashed = 0_usize;
    for (key, content, body, mistakes) in combinations {
        hashed = hashed.saturating_add(body.bytes.len());
        if hashed > MOST_BYTES {
            return None;
        }
        let tag = key.mac.sign(&content.parts(received, &body.bytes));
        if let Some(claim) = claims.iter().find(|claim| same(&claim.bytes, &tag)) {
            return Some(merge(claim, mistakes));
        }
    }
    None
}

fn asymmetric(
    received: &Received,
    against: &Against<'_>,
    claims: &[Claim],
    bodies: &[Body],
) -> Option<Vec<Mistake>> {
    let claims: Vec<&Claim> = claims.iter().filter(|claim| claim.bytes.len() == 64).collect();
    if claims.is_empty() {
        return None;
    }
    let keys = keys::public(against);
    // Verifying is dear: one thing at a time.
    let whole = bodies.iter().map(|body| (Content::Whole, body, body.mistakes.clone()));
    let alone = bodies.first().map(|body| (Content::Body, body, vec![Mistake::BodyAlone]));
    for (content, body, mistakes) in whole.chain(alone) {
        let message = content.parts(received, &body.bytes).concat();
        for public in &keys {
            let held = claims.iter().find(|claim| public.key.verify(&message, &claim.bytes));
            if let Some(claim) = held {
                return Some(merge(claim, [public.mistakes.as_slice(), &mistakes].concat()));
            }
        }
    }
    None
}

/// A Helicone signature in the other header is hex as it should be; every other oddity counts.
fn merge(claim: &Claim, mistakes: Vec<Mistake>) -> Vec<Mistake> {
    let is_elsewhere = mistakes.contains(&Mistake::OtherHeader);
    let of_form = claim.mistakes.iter().copied().filter(|_| !is_elsewhere);
    let mut all: Vec<Mistake> = of_form.chain(mistakes).collect();
    all.dedup();
    all
}
