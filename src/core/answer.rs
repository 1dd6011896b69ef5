//! What the API's answers hold, beside subscriptions (`core::subscription::View`). The API's description is derived from
//! these types, so that it says what is sent.

use serde::Serialize;

use super::{auth::Scope, intake::Rejection, ledger::DeliveryView, org::Retain};

/// What became of a call's events.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Accepted {
    /// How many events were accepted, whether or not anybody gets them.
    pub accepted: usize,
    /// How many deliveries that made: one for each event and each webhook that it matches and that is sending.
    pub deliveries: usize,
    /// How many more are held, because the webhook that the event matches is paused.
    pub held: usize,
    /// Those that were not accepted. They do not concern the others.
    pub rejected: Vec<Rejection>,
}

/// What became of a log of Helicone's manual logger.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Logged<'a> {
    /// The request's id: the one in `Helicone-Request-Id`, else one that was made for it.
    pub request_id: &'a str,
    /// How many deliveries that made.
    pub deliveries: usize,
    /// How many more are held, because the webhook that it matches is paused.
    pub held: usize,
}

/// What a deployment is.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Health {
    /// `ok`.
    pub status: &'static str,
    /// The roles that it plays: `dispatcher`, `receiver`.
    pub roles: Vec<&'static str>,
    /// The version of the software.
    pub version: &'static str,
}

/// An API key.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = ApiKey))]
pub struct KeyView<'a> {
    /// `key_…`.
    pub id: &'a str,
    /// The org that it acts for.
    pub org: &'a str,
    /// For people.
    pub name: &'a str,
    /// What it may do.
    pub scopes: &'a [Scope],
    /// When it was issued.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    pub created_at: String,
    /// When it was last used, to the minute; null when it never was.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required, format = DateTime))]
    pub last_used_at: Option<String>,
    /// The key itself: shown once, at creation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(not(target_arch = "wasm32"), schema(nullable = false))]
    pub key: Option<&'a str>,
}

/// What an org decides for all of its webhooks.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = Settings))]
pub struct SettingsView {
    /// Which requests the history keeps: none, those that some webhook matched, or all.
    pub retain: Retain,
    /// For how many days; null for as many as the deployment keeps.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub retention_days: Option<u32>,
}

/// A tenant of the deployment.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = Org))]
pub struct OrgView {
    /// Its id, which keys and the addresses of payloads carry.
    pub id: String,
    /// For people.
    pub name: String,
    /// When it was added; null for the default org, which was always there.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required, format = DateTime))]
    pub created_at: Option<String>,
}

/// A webhook that is gone.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Deleted<'a> {
    /// Its id.
    pub id: &'a str,
    /// True.
    pub deleted: bool,
}

/// The newest keys of a webhook.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = WebhookSecret))]
pub struct Secret<'a> {
    /// The webhook's id.
    pub id: &'a str,
    /// Helicone's signing key: 64 hex characters, used as text.
    pub hmac_key: &'a str,
    /// The Standard Webhooks secret.
    pub signing_secret: &'a str,
}

/// What came of a test delivery.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Tested {
    /// Whether the endpoint answered 2xx.
    pub success: bool,
    /// The outcome in a sentence.
    pub message: String,
    /// The type of the example event that was sent.
    pub event_type: String,
    /// What was sent as `webhook-id`.
    pub delivery_id: String,
    /// The endpoint's HTTP status; null when it did not answer.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub status: Option<u16>,
    /// Why it did not answer: `timeout`, `dns`, `refused`, `reset`, `tls`, `redirect`, `oversized`, `blocked`, `connection`
    /// (the platform does not say how it failed) or `internal` (not the endpoint's fault); null when it did.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub failure: Option<&'static str>,
    /// How long the exchange took, in milliseconds.
    pub latency_ms: i64,
    /// The first 4 KB of what the endpoint answered.
    pub reply: String,
    /// What to do about it; null after a success.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub advice: Option<&'static str>,
}

/// A delivery that the receiver has taken.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Received<'a> {
    /// `accepted`, or `duplicate` where it was a moment ago.
    pub status: &'static str,
    /// The delivery's id: `webhook-id`, or one derived from the body where the sender gave none.
    pub id: &'a str,
}

/// Some of a webhook's deliveries.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct DeliveryPage<'a> {
    /// Newest first.
    pub deliveries: Vec<DeliveryView<'a>>,
    /// The `cursor` of the next page; null at the end. A page may hold fewer deliveries than were asked for and still not be
    /// the last one.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub next_cursor: Option<String>,
}

/// A delivery was queued to be sent again.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Queued<'a> {
    /// The delivery's id.
    pub id: &'a str,
    /// Always true.
    pub queued: bool,
}
