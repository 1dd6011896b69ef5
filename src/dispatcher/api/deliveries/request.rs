//! `GET /v1/deliveries/{id}/request`: what an attempt sent, composed anew by the code that sent it.

use worker::{Env, Request};

use super::find;
use crate::{
    core::{
        auth::{Principal, Scope},
        delivery::{RequestView, attempt_request},
        envelope::ApiError,
        field::FieldError,
        time::Timestamp,
    },
    dispatcher::{deliver::rendered, subscriptions},
    edge::{
        auth::require,
        clock,
        http::{Answer, ok},
        input,
        log::Line,
        settings,
    },
};

/// Shows the request of an attempt: the last one, or the one that `attempt` names. Its body leads to the whole exchange, hence
/// the second scope.
pub async fn show(request: &Request, id: &str, principal: Principal, env: &Env) -> Answer {
    require(&principal, Scope::RequestsRead)?;
    let number = number(request)?;
    let settings = settings::dispatcher(env)?;
    let (_, row) = find(id, &principal.org, env).await?;
    let attempts = || row.attempts.iter().rev();
    let attempt = match number {
        Some(number) => attempts().find(|attempt| attempt.number == number),
        None => attempts().next(),
    };
    let attempt = attempt.ok_or_else(|| ApiError::not_found("attempt"))?;
    let subscriptions = subscriptions::refresh(env, &principal.org).await?;
    let subscription = subscriptions
        .snapshot
        .find(&row.message.subscription)
        .ok_or_else(|| ApiError::not_found("delivery"))?;
    let credentials = subscriptions.credentials(subscription, &settings, clock::now()).ok_or_else(|| {
        ApiError::misconfigured("the secrets don't open under SEALING_KEY; was it changed?")
    })?;
    let found = rendered(&row.message, subscription, &settings, env).await.map_err(|why| {
        Line::error("request.unavailable").text("why", &why).emit();
        ApiError::unavailable("the archive can't be read right now; send the same request again")
    })?;
    // Its object was deleted by age, or by hand.
    let (message, body) = found.map_err(|_| ApiError::not_found("the event's record in the archive"))?;
    let composed = attempt_request(
        &message,
        &body,
        attempt.number,
        &credentials.signer,
        &credentials.headers,
        &settings.mint(subscription),
        Timestamp::from_millis(attempt.at),
    );
    let url = &subscription.settings.destination;
    let view = RequestView::new(id, attempt, url, &composed, &credentials.headers);
    ok(200, &view.ok_or_else(|| ApiError::new(500, "the body is no text"))?)
}

fn number(request: &Request) -> Result<Option<u32>, ApiError> {
    let mut number = None;
    for (name, value) in input::url(request)?.query_pairs() {
        if name != "attempt" {
            return Err(FieldError::new(name.as_ref(), "is not a parameter; allowed: attempt").into());
        }
        let is_digits = value.bytes().all(|byte| byte.is_ascii_digit());
        let read = value.parse::<u32>().ok().filter(|number| is_digits && *number > 0);
        number = Some(read.ok_or_else(|| FieldError::new("attempt", "must be a whole number from 1"))?);
    }
    Ok(number)
}
