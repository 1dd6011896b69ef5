//! A webhook with all of its settings, and what is asked about one.

use serde::Deserialize;
use serde_json::Value;

use super::webhook::Webhook;
use crate::core::{filter::PropertyFilter, handshake::Permission};

/// A webhook with its settings. Secrets are not among them.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    /// What lists show of it.
    #[serde(flatten)]
    pub webhook: Webhook,
    /// When it was made.
    #[serde(rename = "created_at")]
    pub created_at: String,
    /// When it was last changed.
    #[serde(rename = "updated_at")]
    pub updated_at: String,
    /// Conditions on custom properties.
    pub property_filters: Vec<PropertyFilter>,
    /// A condition on the event's content.
    pub filter: Option<Value>,
    /// Whether the URL of the full exchange is sent along.
    pub include_data: bool,
    /// `helicone`, `standard` or `cloudevents`.
    pub format: String,
    /// `structured` or `binary`.
    pub content_mode: String,
    /// `truncate` or `marker`.
    pub oversize: String,
    /// What of an event leaves.
    pub fields: Option<Value>,
    /// The version of what is delivered.
    pub api_version: String,
    /// Delays before the retries, in seconds.
    pub retry_schedule: Option<Vec<u32>>,
    /// The deadline of an attempt.
    pub timeout_ms: Option<u32>,
    /// How many attempts are made in a second at most.
    pub rate_limit: Option<u32>,
    /// Whether the endpoint has to allow deliveries.
    pub handshake: bool,
    /// What it has allowed.
    pub permission: Option<Permission>,
    /// `helicone`, `v1`, `v1a`.
    pub signatures: Vec<String>,
    /// The names of the owner's own headers.
    pub headers: Vec<String>,
    /// The keys that sign now, newest first.
    pub keys: Vec<Key>,
}

/// A generation of keys.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Key {
    /// Eight hex characters that tell it from others.
    pub fingerprint: String,
    /// What `v1a` is verified with.
    pub public_key: String,
    /// Since when it signs.
    pub created_at: String,
    /// Until when; none for good.
    pub expires_at: Option<String>,
}

/// A webhook that has just got new keys, and these. Has no `Debug`, so that no log can have them.
#[derive(Deserialize)]
pub struct Issued {
    /// The webhook.
    #[serde(flatten)]
    pub subscription: Subscription,
    /// Helicone's signing key.
    pub hmac_key: String,
    /// The Standard Webhooks secret.
    pub signing_secret: String,
}

/// What came of a test delivery.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tested {
    /// Whether the endpoint answered 2xx.
    pub success: bool,
    /// The outcome in a sentence.
    pub message: String,
    /// The type that was sent.
    pub event_type: String,
    /// What was sent as `webhook-id`.
    pub delivery_id: String,
    /// What the endpoint answered.
    pub status: Option<u16>,
    /// Why it did not.
    pub failure: Option<String>,
    /// How long that took, in milliseconds.
    pub latency_ms: u64,
    /// The beginning of the reply.
    pub reply: String,
    /// What to do about it.
    pub advice: Option<String>,
}

/// Which events a webhook would get.
#[derive(Clone, Debug, Deserialize)]
pub struct Previewed {
    /// How many were looked at.
    pub considered: u64,
    /// How many of them match.
    pub matched: u64,
    /// Ids of some that do.
    pub matches: Vec<String>,
    /// Some that do not.
    pub unmatched: Vec<Unmatched>,
    /// What to bear in mind.
    pub note: String,
}

/// An event that does not match.
#[derive(Clone, Debug, Deserialize)]
pub struct Unmatched {
    /// Its id.
    pub event: String,
    /// What it fails at first.
    pub why: Why,
}

/// What an event fails at.
#[derive(Clone, Debug, Deserialize)]
pub struct Why {
    /// Where the condition stands.
    pub path: String,
    /// Why it does not hold, by the API's word for it.
    pub reason: String,
}
