//! `GET /v1/webhooks`, `GET /v1/webhooks/{id}`, `GET /v1/webhooks/{id}/secret`.

use worker::Env;

use super::answer;
use crate::{
    core::{
        answer::Secret,
        auth::{Principal, Scope},
        envelope::ApiError,
        signature::SigningKeys,
        subscription::{Shown, view},
    },
    dispatcher::subscriptions,
    edge::{
        clock,
        http::{Answer, ok},
        settings,
    },
};

/// Lists all, in Helicone's columns and ours. `hmac_key`, which Helicone's list shows, is shown to keys that may change
/// subscriptions.
pub async fn list(principal: Principal, env: &Env) -> Answer {
    let settings = settings::dispatcher(env)?;
    let snapshot = subscriptions::truth(env, &principal.org).await?;
    let now = clock::now();
    let keys: Vec<Vec<SigningKeys>> = snapshot
        .subscriptions
        .iter()
        .map(|one| one.open_keys(&principal.org, &settings.sealing_key, now).unwrap_or_default())
        .collect();
    let shown = Shown { hmac_key: principal.may(Scope::WebhooksWrite), signing_secret: false };
    let rows: Vec<_> =
        snapshot.subscriptions.iter().zip(&keys).map(|(one, keys)| view(one, keys, shown, now)).collect();
    ok(200, &rows)
}

/// Shows one.
pub async fn one(id: &str, principal: Principal, env: &Env) -> Answer {
    let settings = settings::dispatcher(env)?;
    let subscription = subscriptions::find(env, &principal.org, id).await?;
    answer(&subscription, &principal, &settings, false)
}

/// Reveals the newest keys of one.
pub async fn secret(id: &str, principal: Principal, env: &Env) -> Answer {
    let settings = settings::dispatcher(env)?;
    let subscription = subscriptions::find(env, &principal.org, id).await?;
    let keys = subscription
        .open_keys(&principal.org, &settings.sealing_key, clock::now())
        .and_then(|keys| keys.into_iter().next())
        .ok_or_else(|| ApiError::new(500, "the keys don't open under SEALING_KEY; was it changed?"))?;
    ok(200, &Secret { id, hmac_key: &keys.hmac_key, signing_secret: &keys.signing_secret })
}
