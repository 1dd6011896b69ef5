//! `DELETE /v1/webhooks/{id}`.

use serde::Serialize;
use worker::{Env, Request};

use super::if_match;
use crate::{
    core::auth::Principal,
    dispatcher::subscriptions,
    edge::http::{Answer, ok},
};

#[derive(Serialize)]
struct Deleted<'a> {
    id: &'a str,
    deleted: bool,
}

/// Deletes a subscription. What is queued for it is dropped when its turn comes.
pub async fn handle(request: &Request, id: &str, principal: Principal, env: &Env) -> Answer {
    subscriptions::delete(env, &principal.org, id, if_match(request)?).await?;
    ok(200, &Deleted { id, deleted: true })
}
