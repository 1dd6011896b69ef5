//! Ids: which are drawn, which are derived, and what they look like.
//!
//! Whatever a retry must meet again is derived, so that a client's second POST, a queue batch delivered twice and a
//! replay all arrive at the same delivery without anybody having remembered the first.

use super::hash;

/// The longest id that we make, in characters: as long as one that is given.
const MAX_MADE: usize = 256;

/// How request ids of test deliveries begin.
const TEST: &str = "test-";

/// The id of an event that came without one. One request may raise several events, hence the type.
pub fn event_id(event_type: &str, request_id: &str) -> String {
    bounded(format!("{event_type}:{request_id}"))
}

/// An id that we made, as it is where it is short enough to be read back (256 characters), else a hash of it.
pub fn bounded(id: String) -> String {
    match id.chars().count() <= MAX_MADE {
        true => id,
        false => hash::name("heliograph/event", &[&id], 16),
    }
}

/// The id of one event's delivery to one subscription, sent as `webhook-id`: `msg_`, the subscription's [`tag`], and 24 hex
/// characters of the hash of all three.
pub fn delivery_id(org: &str, event_id: &str, subscription_id: &str) -> String {
    let name = hash::name("heliograph/delivery", &[org, event_id, subscription_id], 12);
    format!("msg_{}{name}", tag(subscription_id))
}

/// A recovery's id from 12 random bytes, likewise.
pub fn job_id(subscription_id: &str, random: [u8; 12]) -> String {
    format!("job_{}{}", tag(subscription_id), hex::encode(random))
}

/// The mark of a resend that was asked for at a moment: of two marks the later one is the greater text, whatever asked for it.
pub fn resend(at_millis: i64, what: &str) -> String {
    format!("{at_millis:013}-{what}")
}

/// Whether an id can be of a subscription's delivery or recovery, by its tag: it says which ledger to ask.
pub fn is_of(id: &str, subscription_id: &str) -> bool {
    let rest = id.strip_prefix("msg_").or_else(|| id.strip_prefix("job_"));
    rest.is_some_and(|rest| rest.starts_with(&tag(subscription_id)))
}

/// Eight hex characters that tell one subscription of an org from another.
fn tag(subscription_id: &str) -> String {
    hash::name("heliograph/subscription-tag", &[subscription_id], 4)
}

/// A subscription's id from 16 random bytes: `sub_` and 32 hex characters.
pub fn subscription_id(random: [u8; 16]) -> String {
    format!("sub_{}", hex::encode(random))
}

/// A rule's id from 8 random bytes: `rule_` and 16 hex characters.
pub fn rule_id(random: [u8; 8]) -> String {
    format!("rule_{}", hex::encode(random))
}

/// An alert's id from 8 random bytes: `alert_` and 16 hex characters.
pub fn alert_id(random: [u8; 8]) -> String {
    format!("alert_{}", hex::encode(random))
}

/// A request's id for a client that names none, from 16 random bytes: a UUID (version 4), as Helicone's are.
pub fn request_id(random: [u8; 16]) -> String {
    const VERSION: u128 = 0xf << 76;
    const VARIANT: u128 = 0x3 << 62;
    let id = (u128::from_be_bytes(random) & !VERSION & !VARIANT) | (0x4 << 76) | (0x2 << 62);
    let part = |from: u32, mask: u128| (id >> from) & mask;
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        part(96, 0xffff_ffff),
        part(80, 0xffff),
        part(64, 0xffff),
        part(48, 0xffff),
        part(0, 0xffff_ffff_ffff)
    )
}

/// The request id of a test delivery, from 16 random bytes: no gateway knows it.
pub fn test_request_id(random: [u8; 16]) -> String {
    format!("{TEST}{}", hex::encode(random))
}

/// Whether a request id is one of those.
pub fn is_test_request_id(text: &str) -> bool {
    text.strip_prefix(TEST)
        .is_some_and(|rest| rest.len() == 32 && rest.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The name of an archive segment: sortable by time, and unlike any other.
pub fn segment(now_millis: i64, random: [u8; 8]) -> String {
    format!("{now_millis:013}-{}", hex::encode(random))
}

/// Whether a text can be a `webhook-id`: 1 to 64 of `[A-Za-z0-9_-]`. Checked before any MAC, so that no signed body of
/// the legacy scheme can be passed off as an id, a timestamp and a body (standard-webhooks, cross-protocol confusion).
pub fn is_webhook_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}
