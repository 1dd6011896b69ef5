//! `/v1/webhooks`: subscriptions, one file a verb.

pub mod change;
pub mod create;
pub mod delete;
pub mod preview;
pub mod recover;
pub mod rotate;
pub mod shape;
pub mod show;
pub mod test;

use crate::{
    core::{
        auth::{Principal, Scope},
        delivery::CustomHeaders,
        envelope::ApiError,
        signature::SigningKeys,
        subscription::{SealedHeaders, SealedKeys, Shown, Subscription, sealing_context, view},
        time::Timestamp,
    },
    edge::{
        clock,
        etag::with_etag,
        http::{self, Answer},
        random,
        settings::DispatcherSettings,
    },
};

/// New keys, sealed; the Standard Webhooks secret is the user's own where one is given.
fn new_keys(
    own_secret: Option<&str>,
    org: &str,
    id: &str,
    settings: &DispatcherSettings,
    now: Timestamp,
) -> Result<SealedKeys, ApiError> {
    let mut keys = SigningKeys::derive(&random::bytes()?);
    if let Some(secret) = own_secret {
        keys = keys.with_signing_secret(secret)?;
    }
    let text = serde_json::to_string(&keys).map_err(|_| ApiError::new(500, "the keys can't be written"))?;
    let sealed = seal(&text, org, id, settings)?;
    let public_key = keys.public_key().map(|key| key.to_text()).unwrap_or_default();
    Ok(SealedKeys { sealed, public_key, created_at: now.millis(), expires_at: None })
}

/// Headers sealed; none where there are none.
fn seal_headers(
    headers: &CustomHeaders,
    org: &str,
    id: &str,
    settings: &DispatcherSettings,
) -> Result<Option<SealedHeaders>, ApiError> {
    if headers.is_empty() {
        return Ok(None);
    }
    let text =
        serde_json::to_string(headers).map_err(|_| ApiError::new(500, "the headers can't be written"))?;
    let names = headers.iter().map(|(name, _)| name.to_owned()).collect();
    Ok(Some(SealedHeaders { names, sealed: seal(&text, org, id, settings)? }))
}

fn seal(text: &str, org: &str, id: &str, settings: &DispatcherSettings) -> Result<String, ApiError> {
    settings
        .sealing_key
        .seal(text, &sealing_context(org, id), random::bytes()?)
        .ok_or_else(|| ApiError::unavailable("the secrets could not be sealed; nothing was stored"))
}

/// One subscription as the answer, with its `ETag`.
fn answer(
    subscription: &Subscription,
    principal: &Principal,
    settings: &DispatcherSettings,
    show_secret: bool,
) -> Answer {
    let now = clock::now();
    let keys = subscription.open_keys(&principal.org, &settings.sealing_key, now).unwrap_or_default();
    let shown = Shown { hmac_key: principal.may(Scope::WebhooksWrite), signing_secret: show_secret };
    with_etag(http::ok(200, &view(subscription, &keys, shown, now))?, subscription.revision)
}
