//! A subscription as the API shows it: Helicone's columns first, so that its clients find what they know, then ours.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{ContentMode, Format, Oversize, Subscription};
use crate::core::{
    api_version::ApiVersion,
    event::EventTypePattern,
    filter::{ContentFilter, PropertyFilter},
    handshake::Permission,
    json::plain,
    ledger::{Sending, Standing},
    shaping::FieldRules,
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
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = Webhook))]
pub struct View<'a> {
    /// `sub_…`.
    id: &'a str,
    /// When it was created.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    created_at: String,
    /// When it was last changed.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    updated_at: String,
    /// The endpoint's URL in canonical form.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = "uri"))]
    destination: &'a str,
    /// The version of Helicone's webhooks.
    version: &'static str,
    config: Config<'a>,
    /// Helicone's signing key, for keys that may change webhooks.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(not(target_arch = "wasm32"), schema(nullable = false))]
    hmac_key: Option<&'a str>,
    /// The Standard Webhooks secret: shown at creation and at rotation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(not(target_arch = "wasm32"), schema(nullable = false))]
    signing_secret: Option<&'a str>,
    #[serde(flatten)]
    ours: Ours<'a>,
}

/// Some of the settings again, where Helicone's API has them.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = HeliconeConfig))]
struct Config<'a> {
    #[serde(serialize_with = "plain")]
    sample_rate: f64,
    property_filters: &'a [PropertyFilter],
    include_data: bool,
}

/// What Helicone's API lacks.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = WebhookSettings))]
struct Ours<'a> {
    /// For people.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    description: Option<&'a str>,
    /// Names and texts of the owner's own.
    #[cfg_attr(not(target_arch = "wasm32"), schema(value_type = std::collections::HashMap<String, String>))]
    metadata: &'a Map<String, Value>,
    /// `disabled` where its endpoint was given up: until the status is set anew its deliveries are held.
    status: Sending,
    /// Why it was given up; null where it was not.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    disabled_reason: Option<&'static str>,
    /// When it was given up; null where it was not.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required, format = DateTime))]
    disabled_at: Option<String>,
    /// Which events it gets: types, prefixes such as `request.*`, or `*`.
    event_types: &'a [EventTypePattern],
    /// Percent of the matching events.
    #[serde(serialize_with = "plain")]
    sample_rate: f64,
    /// Conditions on custom properties, all of which must hold.
    property_filters: &'a [PropertyFilter],
    /// A condition on the event's content, which must hold as well; null for none.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required, value_type = Option<Object>))]
    filter: Option<&'a ContentFilter>,
    /// Whether the URL of the full exchange, model, provider and metadata are sent along.
    include_data: bool,
    format: Format,
    content_mode: ContentMode,
    oversize: Oversize,
    /// What of an event leaves; null for all of it.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required, value_type = Option<Object>))]
    fields: Option<&'a FieldRules>,
    /// The version of what is delivered.
    api_version: ApiVersion,
    /// Delays before the retries in seconds; null for the deployment's schedule.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    retry_schedule: Option<&'a [u32]>,
    /// The deadline of one attempt in milliseconds; null for the deployment's.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    timeout_ms: Option<u32>,
    /// How many attempts are made in a second at most; null for as many as come, or as many as `permission` says.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    rate_limit: Option<u32>,
    /// Whether the endpoint has to allow deliveries before it gets any.
    handshake: bool,
    /// What it has allowed; null where it was not asked.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    permission: Option<&'a Permission>,
    /// What deliveries are signed with.
    #[cfg_attr(not(target_arch = "wasm32"), schema(value_type = Vec<crate::core::signature::SignatureScheme>))]
    signatures: SignatureSchemes,
    /// The names of the owner's own headers; their values are never shown.
    headers: &'a [String],
    /// The keys that sign now, newest first.
    keys: Vec<KeyView<'a>>,
}

/// One generation of keys: enough to tell which one a receiver holds.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = SigningKey))]
struct KeyView<'a> {
    /// Eight hex characters of the signing secret's hash.
    fingerprint: String,
    /// What receivers verify `v1a` with.
    public_key: &'a str,
    /// Since when they sign.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    created_at: String,
    /// Until when they sign; null for good.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required, format = DateTime))]
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
            status: Standing::of(subscription).sending,
            disabled_reason: subscription.disabled.map(|disabled| disabled.reason.code()),
            disabled_at: subscription
                .disabled
                .map(|disabled| Timestamp::from_millis(disabled.at).to_string()),
            event_types: &settings.event_types,
            sample_rate: settings.sample_rate,
            property_filters: &settings.property_filters,
            filter: settings.filter.as_ref(),
            include_data: settings.include_data,
            format: settings.format,
            content_mode: settings.content_mode,
            oversize: settings.oversize,
            fields: settings.fields.as_ref(),
            api_version: settings.api_version,
            retry_schedule: settings.retry_schedule.as_deref(),
            timeout_ms: settings.timeout_ms,
            rate_limit: settings.rate_limit,
            handshake: settings.handshake,
            permission: subscription.permission.as_ref(),
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
