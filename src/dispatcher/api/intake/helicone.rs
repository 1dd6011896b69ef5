//! `POST /custom/v1/log` and its likes: the paths that Helicone's manual loggers post to.

use worker::{Env, Request};

use super::{receive, refuse};
use crate::{
    core::{
        adapter::helicone::{self, Call, HEADER},
        answer::Logged,
        auth::Principal,
        envelope::ApiError,
        event::Batch,
        ids,
    },
    dispatcher::intake,
    edge::{
        clock,
        http::{Answer, ok},
        random,
    },
};

/// Takes one log in. 200, which the Python client expects, once it is stored and queued.
pub async fn create(request: &mut Request, route: &str, principal: Principal, env: &Env) -> Answer {
    let (body, format) = receive(request).await?;
    let batch = Batch::split(&body, format).map_err(refuse)?;
    let (true, [Ok(log)]) = (batch.single, batch.events.as_slice()) else {
        return Err(ApiError::bad_request("body: must be one log, as a JSON object"));
    };
    let headers: Vec<(String, String)> =
        request.headers().entries().filter(|(name, _)| name.starts_with(HEADER)).collect();
    let fresh_id = ids::request_id(random::bytes()?);
    let call = Call { route, headers: &headers, fresh_id: &fresh_id, now: clock::now() };
    let event = helicone::read(log, call).map_err(ApiError::from)?;
    let request_id = event.request_id.clone();
    let outcome = intake::take_in(std::iter::once(Ok(event)), body.len(), &principal, request, env).await?;
    ok(200, &Logged { request_id: &request_id, deliveries: outcome.deliveries, held: outcome.held })
}
