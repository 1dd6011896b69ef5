//! `/v1/webhooks/{id}/deliveries` and `/v1/deliveries`: the log of what was sent, and sending it again.

use serde::de::DeserializeOwned;
use worker::{Env, Request};

use crate::{
    core::{
        answer::{DeliveryPage, Queued},
        auth::Principal,
        envelope::ApiError,
        field::FieldError,
        ids,
        ledger::{DeliveryView, Place, Row, Sending, Standing, State},
        limits,
        subscription::Subscription,
        time::Timestamp,
    },
    dispatcher::{
        lanes::{self, EXPRESS},
        ledger::{
            client,
            command::{Command, Found, Page, Query},
        },
        subscriptions,
    },
    edge::{
        http::{Answer, ok},
        random,
    },
};

const STATES: [(&str, State); 3] =
    [("retrying", State::Retrying), ("delivered", State::Delivered), ("dead", State::Dead)];

/// Lists a subscription's deliveries, newest first.
pub async fn list(request: &Request, id: &str, principal: Principal, env: &Env) -> Answer {
    let query = query(request)?;
    subscriptions::find(env, &principal.org, id).await?;
    let page: Page = client::call(env, &principal.org, id, &Command::List(query)).await?;
    let deliveries = page.rows.iter().map(DeliveryView::short).collect();
    ok(200, &DeliveryPage { deliveries, next_cursor: page.next.map(|place| place.to_string()) })
}

/// Shows one delivery with its attempts.
pub async fn show(id: &str, principal: Principal, env: &Env) -> Answer {
    let (_, row) = find(id, &principal.org, env).await?;
    ok(200, &DeliveryView::full(&row))
}

/// Sends one delivery again, however it stands.
pub async fn retry(id: &str, principal: Principal, env: &Env) -> Answer {
    let (subscription, row) = find(id, &principal.org, env).await?;
    must_be_sending(&subscription)?;
    let mark = format!("one_{}", hex::encode(random::bytes::<12>()?));
    let message = row.message.resent(Some(mark));
    lanes::queue_again(env, EXPRESS, &[message]).await?;
    ok(202, &Queued { id, queued: true })
}

/// Refuses to queue for a subscription that is not sending: what was queued would only be held again.
pub fn must_be_sending(subscription: &Subscription) -> Result<(), ApiError> {
    match Standing::of(subscription).sending {
        Sending::Active => Ok(()),
        _ => Err(ApiError::new(409, "the webhook is paused or disabled; set its status to active first")),
    }
}

/// The delivery of this id, with its subscription.
async fn find(id: &str, org: &str, env: &Env) -> Result<(Subscription, Row), ApiError> {
    let command = || Command::Find { id: id.to_owned() };
    let found = of_id(id, org, command, |Found { row }| row, env).await?;
    found.ok_or_else(|| ApiError::not_found("delivery"))
}

/// Asks the ledgers that a delivery or a recovery of this id can be in, until one has it. The id says which: usually one.
pub async fn of_id<A: DeserializeOwned, T>(
    id: &str,
    org: &str,
    command: impl Fn() -> Command,
    found: impl Fn(A) -> Option<T>,
    env: &Env,
) -> Result<Option<(Subscription, T)>, ApiError> {
    let snapshot = subscriptions::truth(env, org).await?;
    for subscription in snapshot.subscriptions {
        if ids::is_of(id, &subscription.id)
            && let Some(one) = found(client::call(env, org, &subscription.id, &command()).await?)
        {
            return Ok(Some((subscription, one)));
        }
    }
    Ok(None)
}

fn query(request: &Request) -> Result<Query, ApiError> {
    let url = request.url().map_err(|_| ApiError::bad_request("the URL can't be read"))?;
    let mut query = Query { limit: limits::PAGE, ..Query::default() };
    for (name, value) in url.query_pairs() {
        let wrong = |rule: &str| FieldError::new(name.as_ref(), rule);
        let moment =
            |text: &str| Timestamp::parse(text).map(Timestamp::millis).ok_or_else(|| wrong(Timestamp::RULE));
        match name.as_ref() {
            "limit" => {
                // `parse` takes a plus sign as well, which no number of an API has.
                let digits = Some(&value).filter(|value| !value.contains('+'));
                query.limit = digits
                    .and_then(|value| value.parse().ok())
                    .filter(|limit| (1..=limits::MAX_PAGE).contains(limit))
                    .ok_or_else(|| wrong("must be a whole number from 1 to 200"))?;
            }
            "cursor" => {
                let place = Place::parse(&value);
                query.before = Some(place.ok_or_else(|| wrong("must be the next_cursor of an answer"))?);
            }
            "state" => {
                let state = STATES.iter().find(|(name, _)| *name == value).map(|(_, state)| *state);
                query.states.push(state.ok_or_else(|| wrong("must be one of: retrying, delivered, dead"))?);
            }
            "eventType" => query.event_types.push(value.into_owned()),
            "since" => query.since = Some(moment(&value)?),
            "until" => query.until = Some(moment(&value)?),
            _ => {
                let rule = "is not a parameter; allowed: limit, cursor, state, eventType, since, until";
                return Err(wrong(rule).into());
            }
        }
    }
    Ok(query)
}
