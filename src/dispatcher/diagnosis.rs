//! What a diagnosis looks at in the dispatcher.

use serde_json::value::RawValue;
use worker::{Env, Request};

use super::{intake, subscriptions};
use crate::{
    core::{
        envelope::ApiError,
        event::{REQUEST_COMPLETED, catalogue, read_event, write_record},
        ids,
        signed_url::Locator,
        subscription::Subscription,
    },
    edge::{clock, random, settings},
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
    let request_id = ids::test_request_id(random::bytes()?);
    let text = RawValue::from_string(catalogue::example(REQUEST_COMPLETED, &request_id).to_string());
    let text = text.map_err(|_| ApiError::new(500, "the example can't be written"))?;
    let event = read_event(&text, now)?;
    let mut segment = Vec::new();
    let place = write_record(&event, &mut segment);
    let key = intake::store_segment(env, org, segment, now).await?;
    let locator =
        Locator { key, offset: place.exchange_offset, length: place.exchange_length, unpacked: None };
    Ok(settings.mint_whole().url(&intake::base_url(&settings, request), &locator, now))
}
