//! `POST /v1/intake/litellm`: what LiteLLM's `generic_api` callback posts, in any of its formats.

use worker::{Env, Request};

use super::{answer, receive, refuse};
use crate::{
    core::{
        adapter::litellm,
        auth::Principal,
        event::{Batch, BatchError, BodyFormat},
    },
    dispatcher::intake,
    edge::{clock, http::Answer},
};

/// Takes payloads in: one, an array, or one a line, answered as events are.
pub async fn create(request: &mut Request, principal: Principal, env: &Env) -> Answer {
    let (body, format) = receive(request).await?;
    let batch = match Batch::split(&body, format) {
        // LiteLLM says `application/json` of lines as well.
        Err(error @ BatchError::Malformed(_)) => Batch::split(&body, BodyFormat::Ndjson).map_err(|_| error),
        split => split,
    };
    let batch = batch.map_err(refuse)?;
    let single = batch.single;
    let events = litellm::events(batch, clock::now());
    let outcome = intake::take_in(events.into_iter(), body.len(), &principal, request, env).await?;
    answer(outcome, single)
}
