//! What a request looks like whose signature nothing explains: of what is missing nobody can work out a signature.

use super::{Against, Mistake, Received, claims, keys};
use crate::core::{json::Canonical, signature::Secrets};

/// What stands out, the surest first; [`Mistake::Unknown`] where nothing does.
pub(super) fn of(received: &Received, against: &Against<'_>) -> Vec<Mistake> {
    let mut found = Vec::new();
    let claims = claims::read(received);
    let is_v1a = |claim: &claims::Claim| claim.version.as_deref() == Some("v1a");
    if claims.is_empty() {
        found.push(Mistake::UnreadableSignature);
    } else if claims.iter().all(is_v1a) && !against.secrets.iter().any(keys::is_public) {
        found.push(Mistake::NoPublicKey);
    } else if !claims.iter().any(is_v1a) && against.secrets.iter().all(keys::is_public) {
        found.push(Mistake::NoSymmetricSecret);
    }
    found.extend(body(received));
    if let Some(at) = against.secrets.iter().position(|secret| !Secrets::is_usable(secret)) {
        found.push(Mistake::SecretForm(at));
    }
    if found.is_empty() {
        found.push(Mistake::Unknown);
    }
    found
}

fn body(received: &Received) -> Option<Mistake> {
    let body = received.body.as_slice();
    if body.is_empty() {
        return Some(Mistake::Empty);
    }
    let is_packed = received.header("content-encoding").is_some_and(|coding| coding != "identity");
    if is_packed || body.starts_with(&[0x1f, 0x8b]) {
        return Some(Mistake::Compressed);
    }
    let said: Option<usize> = received.header("content-length").and_then(|length| length.trim().parse().ok());
    match said.map(|said| body.len().cmp(&said)) {
        Some(std::cmp::Ordering::Less) => return Some(Mistake::Truncated),
        Some(std::cmp::Ordering::Greater) => return Some(Mistake::Overlong),
        _ => {}
    }
    let text = String::from_utf8_lossy(body);
    if text.contains('\u{fffd}') {
        return Some(Mistake::Replaced);
    }
    match serde_json::from_str::<serde::de::IgnoredAny>(&text) {
        Err(error) if error.is_eof() => Some(Mistake::Truncated),
        Err(_) => None,
        // Whatever we send survives a JavaScript round trip; other senders' bodies need not.
        Ok(_) => {
            let canonical = Canonical::from_text(&text).ok()?;
            (canonical.as_str() != text).then_some(Mistake::Rewritten)
        }
    }
}
