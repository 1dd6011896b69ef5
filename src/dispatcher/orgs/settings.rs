//! Reading and changing what an org decides for all of its subscriptions.

use worker::Env;

use crate::{
    core::{envelope::ApiError, org::OrgSettings, registry::Command},
    dispatcher::subscriptions,
    edge::registry,
};

/// The settings as `Registry` has them: the truth.
pub async fn find(env: &Env, org: &str) -> Result<OrgSettings, ApiError> {
    registry::call(env, org, &Command::Settings).await
}

/// Changes the settings: at the revision that the client expects, or, where it expects none, at whatever revision they are,
/// again if somebody else was faster. The next event of this isolate sees them.
pub async fn change(
    env: &Env,
    org: &str,
    expected: Option<u64>,
    apply: impl Fn(&mut OrgSettings) -> Result<(), ApiError>,
) -> Result<OrgSettings, ApiError> {
    let snapshot = registry::change(env, org, "the settings", expected, async || {
        let mut settings = find(env, org).await?;
        let expected = expected.unwrap_or(settings.revision);
        apply(&mut settings)?;
        Ok(Command::SetSettings { settings, expected })
    })
    .await?;
    let settings = snapshot.org.clone();
    subscriptions::remember(org, snapshot);
    Ok(settings)
}
