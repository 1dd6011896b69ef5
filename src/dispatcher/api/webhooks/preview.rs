//! `POST /v1/webhooks/preview`.

use worker::{Env, Request};

use crate::{
    core::{
        auth::{Principal, Scope},
        limits,
        subscription::{Preview, PreviewEvents, PreviewRequest},
    },
    dispatcher::lookback::look_back,
    edge::{
        auth::require,
        clock,
        http::{Answer, ok},
        input,
    },
};

/// Says which events a webhook with these settings would get, and what the others fail at. Stores nothing.
pub async fn handle(request: &mut Request, principal: Principal, env: &Env) -> Answer {
    let body = input::raw(request, limits::PREVIEW_BODY).await?;
    let PreviewRequest { criteria, events } = PreviewRequest::read(&body, clock::now())?;
    let mut preview = Preview::of(&events);
    match events {
        PreviewEvents::Given(events) => events.iter().for_each(|event| preview.look_at(&criteria, event)),
        PreviewEvents::Last(events) => {
            // Filter by filter, the answers would tell what the archived events hold.
            require(&principal, Scope::RequestsRead)?;
            let mut look = |event: &_| preview.look_at(&criteria, event);
            look_back(events, &mut look, &principal.org, env).await?;
        }
    }
    ok(200, &preview)
}
