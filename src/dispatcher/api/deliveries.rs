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
        ledger::{DeliveryView, Place, Row, Sending, Standing, State, Untried, UntriedPlace},
        limits,
        subscription::Subscription,
        time::Timestamp,
    },
    dispatcher::{
        api::untried,
        lanes::{self, EXPRESS},
        ledger::{
            client,
            command::{Command, Found, Page, Query},
        },
        subscriptions,
    },
    edge::{
        clock,
        http::{Answer, ok},
        input, random,
    },
};

const TRIED: [(&str, State); 3] =
    [("retrying", State::Retrying), ("delivered", State::Delivered), ("dead", State::Dead)];
const UNTRIED: [(&str, Untried); 2] = [("held", Untried::Held), ("waiting", Untried::Waiting)];

/// Which deliveries are asked for.
struct Asked {
    query: Query,
    /// Where they are of a state that the ledger does not know: which, and where the page before ended.
    untried: Option<(Untried, Option<UntriedPlace>)>,
}

/// Lists a subscription's deliveries, newest first.
pub async fn list(request: &Request, id: &str, principal: Principal, env: &Env) -> Answer {
    let Asked { query, untried } = asked(request)?;
    let subscription = subscriptions::find(env, &principal.org, id).await?;
    if let Some((state, place)) = untried {
        return untried::list(&subscription, &principal.org, state, place, &query, env).await;
    }
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
    let mark = ids::resend(clock::now().millis(), &hex::encode(random::bytes::<8>()?));
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

fn asked(request: &Request) -> Result<Asked, ApiError> {
    let url = input::url(request)?;
    let mut query = Query { limit: limits::PAGE, ..Query::default() };
    let mut untried = None;
    for (name, value) in url.query_pairs() {
        let wrong = |rule: &str| FieldError::new(name.as_ref(), rule);
        let moment =
            |text: &str| Timestamp::parse(text).map(Timestamp::millis).ok_or_else(|| wrong(Timestamp::RULE));
        match name.as_ref() {
            "limit" => query.limit = limits::page(&value)?,
            "cursor" => {
                let place = Place::parse(&value);
                query.before = Some(place.ok_or_else(|| wrong("must be the next_cursor of an answer"))?);
            }
            "state" => {
                let rule = "must be one of: retrying, delivered, dead, held, waiting";
                match (find_state(&TRIED, &value), find_state(&UNTRIED, &value)) {
                    (Some(state), _) => query.states.push(state),
                    (_, Some(state)) if untried.is_none_or(|other| other == state) => untried = Some(state),
                    (_, Some(_)) => return Err(wrong(ALONE).into()),
                    _ => return Err(wrong(rule).into()),
                }
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
    let Some(state) = untried else {
        return Ok(Asked { query, untried: None });
    };
    if !query.states.is_empty() {
        return Err(FieldError::new("state", ALONE).into());
    }
    let place = query.before.take().map(UntriedPlace::from);
    Ok(Asked { query, untried: Some((state, place)) })
}

const ALONE: &str = "held and waiting can each be asked for alone, since they are looked up elsewhere";

fn find_state<T: Copy>(states: &[(&str, T)], named: &str) -> Option<T> {
    states.iter().find(|(name, _)| *name == named).map(|(_, state)| *state)
}
