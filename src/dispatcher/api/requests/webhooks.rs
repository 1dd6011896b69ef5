//! `GET /v1/request/{id}/webhooks`.

use futures_util::{StreamExt, stream};
use worker::{Env, Request};

use super::parameters::only;
use crate::{
    core::{
        auth::{Principal, Scope},
        envelope::ApiError,
        event::Event,
        history::{LARGEST_RECORD, query::Row},
        ledger,
        subscription::{Subscription, Verdicts},
    },
    dispatcher::{
        archive,
        ledger::{
            client,
            command::{Command, Found},
        },
        requests::walk::Walk,
        subscriptions,
    },
    edge::{
        auth::require,
        http::{Answer, ok},
        input,
        log::Line,
        storage,
    },
};

/// How many ledgers are asked at once.
const AT_ONCE: usize = 50;

/// Says which webhooks get the newest event of a request, what the others miss in it, and what became of its deliveries.
pub async fn handle(request: &Request, id: &str, principal: Principal, env: &Env) -> Answer {
    // What a webhook would get tells of its filter.
    require(&principal, Scope::WebhooksRead)?;
    only(&input::url(request)?, &[])?;
    let org = &principal.org;
    let (_, row) = Walk::new(env, org).await?.find(id).await?;
    let event = archived(&row, env).await?;
    let subscriptions = &subscriptions::current(env, org).await?.snapshot.subscriptions;
    let rows = stream::iter(subscriptions).map(|one| delivery(one, org, &event, env)).buffered(AT_ONCE);
    let rows: Vec<Result<_, ApiError>> = rows.collect().await;
    let rows: Vec<_> = rows.into_iter().collect::<Result<_, _>>()?;
    ok(200, &Verdicts::new(&event, subscriptions, &rows))
}

/// What the subscription's ledger has of the event's delivery.
async fn delivery(
    subscription: &Subscription,
    org: &str,
    event: &Event,
    env: &Env,
) -> Result<Option<ledger::Row>, ApiError> {
    let command = Command::Find { id: subscription.delivery_id(org, event) };
    let found: Found = client::call(env, org, &subscription.id, &command).await?;
    Ok(found.row)
}

/// The event as it was accepted.
async fn archived(row: &Row, env: &Env) -> Result<Event, ApiError> {
    let gone = || ApiError::not_found("event");
    let place = row.place().ok_or_else(gone)?;
    if place.unpacked_length() > LARGEST_RECORD {
        let message = format!("the event is too large to be looked into: at most {LARGEST_RECORD} bytes are");
        return Err(ApiError::new(413, message));
    }
    let bytes = storage::get_bytes(env, &row.segment, Some((place.offset, place.length))).await;
    let bytes = bytes.map_err(|why| {
        Line::error("requests.unavailable").text("segment", &row.segment).text("why", &why).emit();
        ApiError::unavailable("the archive can't be read right now; send the same request again")
    })?;
    let bytes = bytes.ok_or_else(gone)?;
    match place.find(&bytes, place.offset) {
        Some(stored) => archive::event(stored).await.ok_or_else(gone),
        None => Err(gone()),
    }
}
