//! `/v1/settings`: what an org decides for all of its subscriptions.

use std::cell::Cell;

use worker::{Env, Request};

use crate::{
    core::{answer::SettingsView, auth::Principal, org::OrgSettings},
    dispatcher::{history::retention, orgs::settings},
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
    let before = Cell::new(None);
    let changed = settings::change(env, &principal.org, expected, |settings| {
        before.set(Some(retention::days_of(env, settings)?));
        *settings = settings.patched(&patch)?;
        Ok(())
    });
    let changed = changed.await?;
    let days = retention::days_of(env, &changed)?;
    retention::shorten(env, &principal.org, before.get().unwrap_or(days), days).await;
    answer(&changed)
}

fn answer(settings: &OrgSettings) -> Answer {
    let view = SettingsView { retain: settings.retain, retention_days: settings.retention_days };
    with_etag(ok(200, &view)?, settings.revision)
}
