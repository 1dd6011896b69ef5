//! Reading and changing what an org decides for all of its subscriptions.

use worker::Env;

use crate::{
    core::{envelope::ApiError, org::OrgSettings, registry::Command, subscription::Snapshot},
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
    const TRIES: usize = 5;
    for _ in 0..TRIES {
        let mut settings = find(env, org).await?;
        let expected_now = expected.unwrap_or(settings.revision);
        apply(&mut settings)?;
        let command = Command::SetSettings { settings, expected: expected_now };
        match registry::call::<Snapshot>(env, org, &command).await {
            Ok(snapshot) => {
                let settings = snapshot.org.clone();
                subscriptions::remember(org, snapshot);
                return Ok(settings);
            }
            Err(error) if error.status == 412 && expected.is_none() => {}
            Err(error) => return Err(error),
        }
    }
    Err(ApiError::unavailable("others keep changing the settings; send the same request again"))
}
