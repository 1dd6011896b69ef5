//! `/v1/webhooks/{id}/deliveries` and `/v1/deliveries`: the log of what was sent, looking on as it grows, and sending it again.

mod asked;
pub mod list;
pub mod request;
pub mod tail;
mod untried;

use serde::de::DeserializeOwned;
use worker::Env;

use crate::{
    core::{
        answer::Queued,
        auth::Principal,
        envelope::ApiError,
        ids,
        ledger::{DeliveryView, Row, Sending, Standing},
        subscription::Subscription,
    },
    dispatcher::{
        lanes::{self, EXPRESS},
        ledger::{
            client,
            command::{Command, Found},
        },
        subscriptions,
    },
    edge::{
        clock,
        http::{Answer, ok},
        random,
    },
};

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
