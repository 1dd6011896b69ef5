//! `/v1/alerts`: when what deliveries come to is worth an event.

use worker::{Env, Request};

use crate::{
    core::{
        answer::Deleted,
        auth::Principal,
        delivery_alerts::{Alert, Detailed, MAX_ALERTS},
        envelope::ApiError,
        field::FieldError,
        ids,
        org::OrgSettings,
        subscription::Snapshot,
    },
    dispatcher::{intake, orgs::settings, subscriptions, thresholds::client},
    edge::{
        http::{Answer, ok},
        input, random, settings as deployment,
    },
};

/// Lists all of them, in the order of their creation.
pub async fn list(principal: Principal, env: &Env) -> Answer {
    ok(200, &settings::find(env, &principal.org).await?.alerts)
}

/// Adds one. It is judged from the next time on.
pub async fn create(request: &mut Request, principal: Principal, env: &Env) -> Answer {
    let alert = Alert::read(ids::alert_id(random::bytes()?), &input::object(request).await?)?;
    check_webhook(&alert, &subscriptions::truth(env, &principal.org).await?)?;
    let base_url = intake::base_url(&*deployment::dispatcher(env)?, request);
    settings::change(env, &principal.org, None, |settings| {
        if settings.alerts.len() >= MAX_ALERTS {
            let message = format!("an org may have at most {MAX_ALERTS} alerts; delete one first");
            return Err(ApiError::limit(message));
        }
        settings.alerts.push(alert.clone());
        settings.base_url.clone_from(&base_url);
        Ok(())
    })
    .await?;
    ok(200, &alert)
}

/// Shows one, with the webhooks that it fires for.
pub async fn show(id: &str, principal: Principal, env: &Env) -> Answer {
    let settings = settings::find(env, &principal.org).await?;
    let alert = find(&settings, id)?;
    let firing = client::firing(env, &principal.org, id).await?;
    ok(200, &Detailed::new(alert, &firing))
}

/// Changes one by JSON merge patch (RFC 7396).
pub async fn change(request: &mut Request, id: &str, principal: Principal, env: &Env) -> Answer {
    let patch = input::object(request).await?;
    let base_url = intake::base_url(&*deployment::dispatcher(env)?, request);
    let snapshot = subscriptions::truth(env, &principal.org).await?;
    let changed = settings::change(env, &principal.org, None, |settings| {
        let alert = settings.alerts.iter_mut().find(|alert| alert.id == id).ok_or_else(unknown)?;
        *alert = alert.patched(&patch)?;
        if patch.contains_key("webhookId") {
            check_webhook(alert, &snapshot)?;
        }
        settings.base_url.clone_from(&base_url);
        Ok(())
    })
    .await?;
    ok(200, find(&changed, id)?)
}

/// Removes one. What fires of it ends.
pub async fn delete(id: &str, principal: Principal, env: &Env) -> Answer {
    settings::change(env, &principal.org, None, |settings| {
        find(settings, id)?;
        settings.alerts.retain(|alert| alert.id != id);
        Ok(())
    })
    .await?;
    client::settle(env, &principal.org).await;
    ok(200, &Deleted { id, deleted: true })
}

fn find<'a>(settings: &'a OrgSettings, id: &str) -> Result<&'a Alert, ApiError> {
    settings.alerts.iter().find(|alert| alert.id == id).ok_or_else(unknown)
}

fn unknown() -> ApiError {
    ApiError::not_found("alert")
}

/// An alert about a webhook that is not there would never fire.
fn check_webhook(alert: &Alert, snapshot: &Snapshot) -> Result<(), FieldError> {
    match &alert.webhook_id {
        Some(id) if snapshot.find(id).is_none() => {
            Err(FieldError::new("webhookId", "must be the id of a webhook of this org"))
        }
        _ => Ok(()),
    }
}
