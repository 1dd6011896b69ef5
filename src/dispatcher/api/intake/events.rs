//! `POST /v1/events`.

use worker::{Env, Request};

use super::{answer, receive, refuse};
use crate::{
    core::{auth::Principal, event::Batch},
    dispatcher::intake,
    edge::{clock, http::Answer},
};

/// Takes events in: one, an array, or NDJSON. 202 once they are stored and queued, with those that were rejected; 400 where
/// none was accepted.
pub async fn create(request: &mut Request, principal: Principal, env: &Env) -> Answer {
    let (body, format) = receive(request).await?;
    let batch = Batch::split(&body, format).map_err(refuse)?;
    let single = batch.single;
    let outcome = intake::take_in(batch.read(clock::now()), body.len(), &principal, request, env).await?;
    answer(outcome, single)
}
