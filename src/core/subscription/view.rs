//! A subscription as the API shows it: Helicone's columns first, so that its clients find what they know, then ours.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Format, Oversize, Status, Subscription};
use crate::core::{
    event::EventTypePattern,
    filter::{ContentFilter, PropertyFilter},
    signature::{SignatureSchemes, SigningKeys},
    time::Timestamp,
};

/// What Helicone's API calls the version of each webhook.
const HELICONE_VERSION: &str = "2024-10-22";

/// Which secrets an answer shows. Without either, a fingerprint tells one key from another.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shown {
    /// Helicone's signing key. Its list returns it every time, and its clients read it from there.
    pub hmac_key: bool,
    /// The Standard Webhooks secret: at creation, at rotation, and when it is asked for by name.
    pub signing_secret: bool,
}

impl Shown {
    /// Both.
    pub const ALL: Self = Self { hmac_key: true, signing_secret: true };
}

/// One subscription in an answer.
#[derive(Debug, Serialize)]
pub struct View<'a> {
    id: &'a str,
    created_at: String,
    updated_at: String,
    destination: &'a str,
    version: &'static str,
    config: Config<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hmac_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signing_secret: Option<&'a str>,
    #[serde(flatten)]
    ours: Ours<'a>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Config<'a> {
    sample_rate: f64,
    property_filters: &'a [PropertyFilter],
    include_data: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Ours<'a> {
    description: Option<&'a str>,
    metadata: &'a Map<String, Value>,
    status: Status,
    event_types: &'a [EventTypePattern],
    sample_rate: f64,
    property_filters: &'a [PropertyFilter],
    filter: Option<&'a ContentFilter>,
    include_data: bool,
    format: Format,
    oversize: Oversize,
    api_version: &'a str,
    retry_schedule: Option<&'a [u32]>,
    timeout_ms: Option<u32>,
    signatures: SignatureSchemes,
    /// The names of the owner's own headers; their values are never shown.
    headers: &'a [String],
    keys: Vec<KeyView<'a>>,
}

/// One generation of keys: enough to tell which one a receiver holds.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct KeyView<'a> {
    /// See [`SigningKeys::fingerprint`].
    fingerprint: String,
    /// What receivers verify `v1a` with.
    public_key: &'a str,
    created_at: String,
    expires_at: Option<String>,
}

/// Shows a subscription. `keys` are those that sign now, newest first, as far as they could be opened.
pub fn view<'a>(
    subscription: &'a Subscription,
    keys: &'a [SigningKeys],
    shown: Shown,
    now: Timestamp,
) -> View<'a> {
    let settings = &subscription.settings;
    let newest = keys.first();
    View {
        id: &subscription.id,
        created_at: Timestamp::from_millis(subscription.created_at).to_string(),
        updated_at: Timestamp::from_millis(subscription.updated_at).to_string(),
        destination: &settings.destination,
        version: HELICONE_VERSION,
        config: Config {
            sample_rate: settings.sample_rate,
            property_filters: &settings.property_filters,
            include_data: settings.include_data,
        },
        hmac_key: newest.filter(|_| shown.hmac_key).map(|keys| keys.hmac_key.as_str()),
        signing_secret: newest.filter(|_| shown.signing_secret).map(|keys| keys.signing_secret.as_str()),
        ours: Ours {
            description: settings.description.as_deref(),
            metadata: &settings.metadata,
            status: settings.status,
            event_types: &settings.event_types,
            sample_rate: settings.sample_rate,
            property_filters: &settings.property_filters,
            filter: settings.filter.as_ref(),
            include_data: settings.include_data,
            format: settings.format,
            oversize: settings.oversize,
            api_version: &settings.api_version,
            retry_schedule: settings.retry_schedule.as_deref(),
            timeout_ms: settings.timeout_ms,
            signatures: settings.signatures,
            headers: subscription
                .headers
                .as_ref()
                .map(|headers| headers.names.as_slice())
                .unwrap_or_default(),
            keys: subscription
                .live_keys(now)
                .zip(keys)
                .map(|(sealed, keys)| KeyView {
                    fingerprint: keys.fingerprint(),
                    public_key: &sealed.public_key,
                    created_at: Timestamp::from_millis(sealed.created_at).to_string(),
                    expires_at: sealed.expires_at.map(|at| Timestamp::from_millis(at).to_string()),
                })
                .collect(),
        },
    }
}
