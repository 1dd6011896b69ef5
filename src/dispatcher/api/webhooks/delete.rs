//! `DELETE /v1/webhooks/{id}`.

use worker::{Env, Request};

use crate::{
    core::{answer::Deleted, auth::Principal},
    dispatcher::subscriptions,
    edge::{
        etag::if_match,
        http::{Answer, ok},
    },
};

/// Deletes a subscription. What is queued for it is dropped when its turn comes.
pub async fn handle(request: &Request, id: &str, principal: Principal, env: &Env) -> Answer {
    subscriptions::delete(env, &principal.org, id, if_match(request, "this webhook")?).await?;
    ok(200, &Deleted { id, deleted: true })
}
