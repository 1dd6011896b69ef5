//! What a diagnosis looks at in the dispatcher.

use worker::{Env, Request};

use super::{
    intake::{self, Example},
    subscriptions,
};
use crate::{
    core::{envelope::ApiError, event::REQUEST_COMPLETED, signed_url::Locator, subscription::Subscription},
    edge::{clock, settings},
};

/// Whether what was sealed for an org's webhooks opens: it does not where `SEALING_KEY` is another one than it was then.
pub async fn opens(org: &str, env: &Env) -> Result<(), ApiError> {
    let settings = settings::dispatcher(env)?;
    let subscriptions = subscriptions::refresh(env, org).await?;
    let now = clock::now();
    let all = &subscriptions.snapshot.subscriptions;
    let is_closed = |one: &&Subscription| subscriptions.credentials(one, &settings, now).is_none();
    match all.iter().filter(is_closed).count() {
        0 => Ok(()),
        closed => Err(ApiError::misconfigured(format!(
            "SEALING_KEY: does not open the secrets of {closed} of {} webhooks; was it changed?",
            all.len()
        ))),
    }
}

/// Archives an example's exchange as that of an event: its signed URL.
pub async fn archive(request: &Request, org: &str, env: &Env) -> Result<String, ApiError> {
    let settings = settings::dispatcher(env)?;
    let now = clock::now();
    let Example { segment, place, .. } = intake::archive_example(env, org, REQUEST_COMPLETED, now).await?;
    let locator = Locator {
        key: segment,
        offset: place.exchange_offset,
        length: place.exchange_length,
        unpacked: None,
    };
    Ok(settings.mint_whole().url(&intake::base_url(&settings, request), &locator, now))
}
