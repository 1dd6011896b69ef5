//! `POST /v1/webhooks/shape`.

use worker::{Env, Request};

use crate::{
    core::{
        auth::{Principal, Scope},
        envelope::ApiError,
        limits,
        payload::Place,
        shaping::{ShapeEvent, ShapeRequest},
    },
    dispatcher::{intake, lookback::look_back},
    edge::{
        auth::require,
        clock,
        http::{Answer, ok},
        input, settings,
    },
};

/// Shows one event as it would be delivered without `fields` and with them. Stores nothing.
pub async fn handle(request: &mut Request, principal: Principal, env: &Env) -> Answer {
    let settings = settings::dispatcher(env)?;
    let body = input::raw(request, limits::PREVIEW_BODY).await?;
    let asked = ShapeRequest::read(&body, clock::now())?;
    let mut answer = None;
    let place = Place { org: &principal.org, base_url: &intake::base_url(&settings, request) };
    let mut look = |event: &_| answer = Some(asked.try_out(event, place, &settings.user_ids));
    match &asked.event {
        ShapeEvent::Given(event) => look(event),
        ShapeEvent::Newest => {
            // What it holds is shown.
            require(&principal, Scope::RequestsRead)?;
            look_back(1, &mut look, &principal.org, env).await?;
        }
    }
    ok(200, &answer.ok_or_else(|| ApiError::not_found("archived event"))?)
}
