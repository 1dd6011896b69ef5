//! `/v1/webhooks`: subscriptions.

use serde::Serialize;
use serde_json::Value;
use worker::{Env, Request};

use crate::{
    core::{
        auth::Principal,
        envelope::ApiError,
        ids,
        signature::SigningKeys,
        subscription::{SealedKeys, Subscription, read_draft, sealing_context, view},
    },
    dispatcher::subscriptions,
    edge::{
        body, clock,
        http::{Answer, ok},
        random,
        settings::{self, DispatcherSettings},
    },
};

const MAX_BODY: usize = 256 * 1024;

/// Creates a subscription. The answer is the only one that ever shows its `signing_secret`.
pub async fn create(request: &mut Request, principal: Principal, env: &Env) -> Answer {
    let settings = settings::dispatcher(env)?;
    let body = body::read(request, MAX_BODY).await?;
    let body: Value = serde_json::from_slice(&body)
        .map_err(|error| ApiError::bad_request(format!("body: not valid JSON: {error}")))?;
    let draft = read_draft(&body, &settings.policy)?;
    let mut keys = SigningKeys::derive(&random::bytes()?);
    if let Some(secret) = &draft.signing_secret {
        keys = keys.with_signing_secret(secret)?;
    }
    let id = ids::subscription_id(random::bytes()?);
    let now = clock::now().millis();
    let sealed = seal(&keys, &principal.org, &id, &settings)?;
    let subscription = Subscription {
        id,
        destination: draft.destination,
        event_types: draft.event_types,
        sample_rate: draft.sample_rate,
        property_filters: draft.property_filters,
        include_data: draft.include_data,
        format: draft.format,
        oversize: draft.oversize,
        api_version: draft.api_version,
        retry_schedule: draft.retry_schedule,
        created_at: now,
        keys: vec![SealedKeys { sealed, created_at: now }],
    };
    subscriptions::create(env, &principal.org, &subscription).await?;
    ok(200, &view(&subscription, Some(&keys), true))
}

/// Lists all subscriptions, in Helicone's columns and ours.
pub async fn list(principal: Principal, env: &Env) -> Answer {
    let settings = settings::dispatcher(env)?;
    let snapshot = subscriptions::truth(env, &principal.org).await?;
    let keys: Vec<Option<SigningKeys>> =
        snapshot.subscriptions.iter().map(|one| newest_keys(one, &principal.org, &settings)).collect();
    let rows: Vec<_> = snapshot
        .subscriptions
        .iter()
        .zip(&keys)
        .map(|(subscription, keys)| view(subscription, keys.as_ref(), false))
        .collect();
    ok(200, &rows)
}

/// Shows one subscription.
pub async fn show(id: &str, principal: Principal, env: &Env) -> Answer {
    let settings = settings::dispatcher(env)?;
    let snapshot = subscriptions::truth(env, &principal.org).await?;
    let subscription = snapshot.find(id).ok_or_else(|| ApiError::not_found("webhook"))?;
    let keys = newest_keys(subscription, &principal.org, &settings);
    ok(200, &view(subscription, keys.as_ref(), false))
}

#[derive(Serialize)]
struct Deleted<'a> {
    id: &'a str,
    deleted: bool,
}

/// Deletes a subscription. What is queued for it is dropped when its turn comes.
pub async fn delete(id: &str, principal: Principal, env: &Env) -> Answer {
    subscriptions::delete(env, &principal.org, id).await?;
    ok(200, &Deleted { id, deleted: true })
}

fn newest_keys(subscription: &Subscription, org: &str, settings: &DispatcherSettings) -> Option<SigningKeys> {
    subscription.open_keys(org, &settings.sealing_key)?.into_iter().next()
}

fn seal(keys: &SigningKeys, org: &str, id: &str, settings: &DispatcherSettings) -> Result<String, ApiError> {
    serde_json::to_string(keys)
        .ok()
        .zip(random::bytes().ok())
        .and_then(|(text, nonce)| settings.sealing_key.seal(&text, &sealing_context(org, id), nonce))
        .ok_or_else(|| ApiError::unavailable("the keys could not be sealed; nothing was stored"))
}
