//! Deliveries.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::webhook::Webhook;

/// A delivery; its attempts where it was asked for by itself.
#[derive(Clone, Debug, Deserialize)]
pub struct Delivery {
    /// `msg_…`.
    pub id: String,
    /// Whose it is.
    pub webhook_id: String,
    /// Of which event.
    pub event_id: String,
    /// And its type.
    pub event_type: String,
    /// `waiting`, `held`, `retrying`, `delivered` or `dead`.
    pub state: String,
    /// Why it is retried or was given up.
    pub reason: Option<String>,
    /// When its event was accepted.
    pub accepted_at: String,
    /// When it last changed.
    pub updated_at: String,
    /// When it is tried again.
    pub next_attempt_at: Option<String>,
    /// How many attempts were made.
    pub attempt_count: u32,
    /// What the endpoint answered last.
    pub last_status: Option<u16>,
    /// Why it did not answer.
    pub last_failure: Option<String>,
    /// Those attempts that are kept, oldest first.
    #[serde(default)]
    pub attempts: Vec<Attempt>,
}

/// One attempt.
#[derive(Clone, Debug, Deserialize)]
pub struct Attempt {
    /// Counted from 1.
    pub number: u32,
    /// When it began.
    pub at: String,
    /// How long it took.
    pub latency_ms: u64,
    /// The queue that it came from.
    pub lane: String,
    /// What the endpoint answered.
    pub status: Option<u16>,
    /// Why it did not.
    pub failure: Option<String>,
    /// The beginning of its answer.
    pub reply: String,
    /// What was sent to prove it, by header.
    pub signatures: BTreeMap<String, String>,
}

/// A page of a list.
#[derive(Clone, Debug, Deserialize)]
pub struct DeliveryPage {
    /// Newest first.
    pub deliveries: Vec<Delivery>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

/// What an attempt sent.
#[derive(Clone, Debug, Deserialize)]
pub struct AttemptRequest {
    /// Which of the attempts.
    pub attempt: u32,
    /// `POST`.
    pub method: String,
    /// Where to.
    pub url: String,
    /// In their order.
    pub headers: Vec<SentHeader>,
    /// The exact text.
    pub body: String,
    /// Whether the signatures that were sent fit it.
    pub is_exact: bool,
}

/// A header.
#[derive(Clone, Debug, Deserialize)]
pub struct SentHeader {
    /// Its name.
    pub name: String,
    /// Its value, unless it is a secret.
    pub value: Option<String>,
}

/// A webhook, and what it signs with.
#[derive(Clone, Debug, Deserialize)]
pub struct Signing {
    /// The webhook.
    #[serde(flatten)]
    pub webhook: Webhook,
    /// `helicone`, `v1`, `v1a`.
    pub signatures: Vec<String>,
    /// Newest first.
    pub keys: Vec<Key>,
}

/// A generation of keys.
#[derive(Clone, Debug, Deserialize)]
pub struct Key {
    /// Tells it from others.
    pub fingerprint: String,
}
