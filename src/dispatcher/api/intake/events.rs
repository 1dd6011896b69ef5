//! `POST /v1/events`.

use worker::{Env, Request};

use super::answer;
use crate::{
    core::{
        auth::Principal,
        envelope::ApiError,
        event::{Batch, BatchError, BodyFormat, MAX_EVENTS},
        limits,
    },
    dispatcher::intake,
    edge::{
        body, clock,
        http::{Answer, header},
    },
};

/// Takes events in: one, an array, or NDJSON. 202 once they are stored and queued, with those that were rejected; 400 where
/// none was accepted.
pub async fn create(request: &mut Request, principal: Principal, env: &Env) -> Answer {
    let format =
        BodyFormat::from_content_type(header(request, "content-type").as_deref()).ok_or_else(|| {
            ApiError::new(
                415,
                "content-type: must be application/json (one event or an array) or application/x-ndjson",
            )
        })?;
    let body = body::read(request, limits::EVENTS_BODY).await?;
    let batch = Batch::split(&body, format).map_err(refuse)?;
    let single = batch.single;
    let outcome = intake::take_in(batch.read(clock::now()), body.len(), &principal, request, env).await?;
    answer(outcome, single)
}

fn refuse(error: BatchError) -> ApiError {
    match error {
        BatchError::Malformed(problem) => ApiError::bad_request(format!("body: {problem}")),
        BatchError::TooMany => {
            ApiError::new(413, format!("body: too many events; at most {MAX_EVENTS} are taken in one call"))
        }
    }
}
