//! Ids: which are drawn, which are derived, and what they look like.
//!
//! Whatever a retry must meet again is derived, so that a client's second POST, a queue batch delivered twice and a
//! replay all arrive at the same delivery without anybody having remembered the first.

use super::hash;

/// The id of an event that came without one. One request may raise several events, hence the type.
pub fn event_id(event_type: &str, request_id: &str) -> String {
    format!("{event_type}:{request_id}")
}

/// The id of one event's delivery to one subscription, sent as `webhook-id`: `msg_` and 32 hex characters.
pub fn delivery_id(org: &str, event_id: &str, subscription_id: &str) -> String {
    short("msg_", &hash::digest("heliograph/delivery", &[org, event_id, subscription_id]))
}

/// A subscription's id from 16 random bytes: `sub_` and 32 hex characters.
pub fn subscription_id(random: [u8; 16]) -> String {
    format!("sub_{}", hex::encode(random))
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

fn short(prefix: &str, digest: &[u8; 32]) -> String {
    let (head, _) = digest.split_at(16);
    format!("{prefix}{}", hex::encode(head))
}
