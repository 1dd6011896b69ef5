//! The subscription: who gets which events, in which shape, signed with what.

mod draft;
mod snapshot;
mod view;

pub use draft::{Draft, read_draft};
pub use snapshot::Snapshot;
pub use view::{View, view};

use serde::{Deserialize, Serialize};

use super::{
    event::{Event, EventTypePattern},
    filter::{self, PropertyFilter},
    sampling,
    seal::SealingKey,
    signature::SigningKeys,
};

/// The version of what is delivered, sent as `webhook-api-version`. Within a version changes are additive.
pub const API_VERSION: &str = "2026-11-01";

/// A subscription as `Registry` stores it and the snapshot carries it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    /// `sub_…`.
    pub id: String,
    /// The endpoint's URL in canonical form.
    pub destination: String,
    /// Which types; never empty.
    pub event_types: Vec<EventTypePattern>,
    /// Percent of the matching events, 0 to 100.
    pub sample_rate: f64,
    /// Conditions on custom properties, all of which must hold.
    pub property_filters: Vec<PropertyFilter>,
    /// Whether the URL of the full exchange, model, provider and metadata are sent along.
    pub include_data: bool,
    /// The shape of the body.
    pub format: Format,
    /// What becomes of bodies over 10 KB.
    pub oversize: Oversize,
    /// The version pinned at creation.
    pub api_version: String,
    /// Delays before the retries in seconds; the deployment's schedule where absent.
    pub retry_schedule: Option<Vec<u32>>,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// The keys, newest first.
    pub keys: Vec<SealedKeys>,
}

/// One generation of keys, sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SealedKeys {
    /// [`SigningKeys`] as JSON, sealed with [`sealing_context`].
    pub sealed: String,
    /// Milliseconds since 1970.
    pub created_at: i64,
}

/// The shape of a delivered body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Helicone's flat body for `request.*`; other types have no Helicone shape and are sent as `standard`.
    #[default]
    Helicone,
    /// Standard Webhooks' `{type, timestamp, data}` for every type.
    Standard,
}

/// What becomes of a body over 10 KB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Oversize {
    /// Its first 10,240 bytes are sent as a string.
    #[default]
    Truncate,
    /// Helicone's marker text stands in its place.
    Marker,
}

impl Subscription {
    /// Whether this subscription gets an event: its type is wanted, every filter holds, and it is in the sample.
    pub fn matches(&self, event: &Event) -> bool {
        self.event_types.iter().any(|pattern| pattern.matches(&event.event_type))
            && filter::matches(&self.property_filters, &event.properties)
            && sampling::is_sampled(self.sample_rate, &self.id, &event.request_id)
    }

    /// The keys that sign now, newest first; `None` when they cannot be opened with this sealing key.
    pub fn open_keys(&self, org: &str, key: &SealingKey) -> Option<Vec<SigningKeys>> {
        let context = sealing_context(org, &self.id);
        self.keys
            .iter()
            .map(|generation| serde_json::from_str(&key.open(&generation.sealed, &context)?).ok())
            .collect()
    }
}

/// What a subscription's sealed keys are bound to.
pub fn sealing_context(org: &str, subscription_id: &str) -> String {
    format!("heliograph/subscription-keys/{org}/{subscription_id}")
}
