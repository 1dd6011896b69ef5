//! `POST /v1/webhooks/{id}/rotate`.

use serde_json::{Map, Value};
use worker::{Env, Request};

use super::{answer, new_keys};
use crate::{
    core::{
        auth::Principal,
        envelope::ApiError,
        field::{self, FieldError},
        json::whole,
        limits::{DEFAULT_OVERLAP_SECONDS, MAX_OVERLAP_SECONDS},
    },
    dispatcher::subscriptions,
    edge::{clock, etag::if_match, http::Answer, input, settings},
};

const FIELDS: [&str; 2] = ["overlapSeconds", "signing_secret"];

/// Gives a subscription new keys and shows them. The old ones go on signing beside them for `overlapSeconds`.
pub async fn handle(request: &mut Request, id: &str, principal: Principal, env: &Env) -> Answer {
    let settings = settings::dispatcher(env)?;
    let expected = if_match(request, "this webhook")?;
    let fields = input::optional_object(request).await?;
    field::only(&fields, &FIELDS)?;
    let overlap = overlap_seconds(&fields)?;
    let now = clock::now();
    let sealed = new_keys(input::text(&fields, "signing_secret")?, &principal.org, id, &settings, now)?;
    let rotated = subscriptions::change(env, &principal.org, id, expected, |subscription| {
        subscription.rotate(sealed.clone(), overlap, now);
        subscription.updated_at = now.millis();
        Ok(())
    })
    .await?;
    answer(&rotated, &principal, &settings, true)
}

fn overlap_seconds(fields: &Map<String, Value>) -> Result<i64, ApiError> {
    match fields.get("overlapSeconds") {
        None | Some(Value::Null) => Ok(DEFAULT_OVERLAP_SECONDS),
        Some(value) => whole(value)
            .and_then(|seconds| i64::try_from(seconds).ok())
            .filter(|seconds| *seconds <= MAX_OVERLAP_SECONDS)
            .ok_or_else(|| {
                let rule = format!("must be whole seconds from 0 to {MAX_OVERLAP_SECONDS}");
                FieldError::new("overlapSeconds", rule).into()
            }),
    }
}
