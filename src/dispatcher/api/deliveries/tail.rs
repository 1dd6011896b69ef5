//! `GET /v1/webhooks/{id}/tail`: a WebSocket on which a webhook's ledger tells what comes of its deliveries.

use worker::{Env, Request};

use crate::{
    core::{auth::Principal, envelope::ApiError, field::FieldError},
    dispatcher::{ledger::client, subscriptions},
    edge::{
        http::{self, Answer},
        input,
    },
};

/// Opens one.
pub async fn watch(request: &Request, id: &str, principal: Principal, env: &Env) -> Answer {
    if !http::wants_socket(request) {
        return Err(ApiError::bad_request("upgrade: must be websocket"));
    }
    let url = input::url(request)?;
    if let Some((name, _)) = url.query_pairs().find(|(name, _)| name != "after") {
        return Err(FieldError::new(name, "is not a parameter; allowed: after").into());
    }
    subscriptions::find(env, &principal.org, id).await?;
    client::watch(env, &principal.org, id, url.query().unwrap_or_default()).await
}
