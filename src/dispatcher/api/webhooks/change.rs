//! `PATCH /v1/webhooks/{id}`.

use worker::{Env, Request};

use super::{answer, if_match};
use crate::{
    core::auth::Principal,
    dispatcher::{api::input, subscriptions},
    edge::{clock, http::Answer, settings},
};

/// Applies a JSON merge patch (RFC 7396). With `If-Match` only to that revision, else to whatever is there.
pub async fn handle(request: &mut Request, id: &str, principal: Principal, env: &Env) -> Answer {
    let settings = settings::dispatcher(env)?;
    let expected = if_match(request)?;
    let patch = input::object(request).await?;
    let changed = subscriptions::change(env, &principal.org, id, expected, |subscription| {
        subscription.settings = subscription.settings.patched(&patch, &[], &settings.policy)?;
        subscription.updated_at = clock::now().millis();
        Ok(())
    })
    .await?;
    answer(&changed, &principal, &settings, false)
}
