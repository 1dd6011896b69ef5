//! `/v1/settings`: what an org decides for all of its subscriptions.

use worker::{Env, Request};

use crate::{
    core::{answer::SettingsView, auth::Principal, org::OrgSettings},
    dispatcher::orgs::settings,
    edge::{
        etag::{if_match, with_etag},
        http::{Answer, ok},
        input,
    },
};

/// Shows them.
pub async fn show(principal: Principal, env: &Env) -> Answer {
    answer(&settings::find(env, &principal.org).await?)
}

/// Applies a JSON merge patch (RFC 7396). With `If-Match` only to that revision, else to whatever is there.
pub async fn change(request: &mut Request, principal: Principal, env: &Env) -> Answer {
    let expected = if_match(request, "these settings")?;
    let patch = input::object(request).await?;
    let changed = settings::change(env, &principal.org, expected, |settings| {
        *settings = settings.patched(&patch)?;
        Ok(())
    });
    answer(&changed.await?)
}

fn answer(settings: &OrgSettings) -> Answer {
    let view = SettingsView { retain: settings.retain, retention_days: settings.retention_days };
    with_etag(ok(200, &view)?, settings.revision)
}
