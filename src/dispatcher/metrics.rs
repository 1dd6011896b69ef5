//! Asking the ledgers of many subscriptions for their numbers: one call each, many at a time.

use futures_util::{StreamExt, stream};
use worker::Env;

use super::{
    ledger::{client, command::Command},
    orgs, subscriptions,
};
use crate::{
    core::{
        auth::Principal,
        envelope::ApiError,
        ledger::{Sending, Standing},
        metrics::{
            Asked, Reading, WebhookReading,
            exposition::{self, Family, Observed},
        },
        subscription::Subscription,
    },
    edge::{clock, log::Line},
};

/// How many calls are under way at once.
pub const AT_ONCE: usize = 50;

/// How many ledgers one scrape asks: an invocation makes at most a thousand calls to the platform.
pub const LEDGERS: usize = 800;

/// How many orgs one scrape looks at, likewise.
const ORGS: usize = 100;

/// A subscription, and whether it is sending by what its registry says.
type Whose = (String, Sending);

fn whose(subscription: &Subscription) -> Whose {
    (subscription.id.clone(), Standing::of(subscription).sending)
}

/// What one ledger answers.
pub async fn of_webhook(
    env: &Env,
    org: &str,
    subscription: &Subscription,
    asked: &Asked,
) -> Result<WebhookReading, ApiError> {
    ask(env, org, whose(subscription), asked).await
}

async fn ask(env: &Env, org: &str, (id, sending): Whose, asked: &Asked) -> Result<WebhookReading, ApiError> {
    let mut reading: Reading = client::call(env, org, &id, &Command::Metrics(asked.clone())).await?;
    if reading.now.sending == Sending::Active {
        // Which a ledger takes it for until it is told of a change.
        reading.now.sending = sending;
    }
    Ok((id, reading))
}

/// What the ledgers of all subscriptions of an org answer, in their order. An error where one does not: a sum without it would be
/// taken for the whole.
pub async fn of_org(env: &Env, org: &str, asked: &Asked) -> Result<Vec<WebhookReading>, ApiError> {
    let subscriptions = subscriptions::current(env, org).await?;
    let all: Vec<Whose> = subscriptions.snapshot.subscriptions.iter().map(whose).collect();
    let calls = stream::iter(all).map(|whose| ask(env, org, whose, asked));
    let answers: Vec<Result<WebhookReading, ApiError>> = calls.buffered(AT_ONCE).collect().await;
    answers.into_iter().collect()
}

/// What Prometheus is told: of all orgs for the root key, of their own for every other one.
pub async fn families(env: &Env, principal: &Principal) -> Result<Vec<Family>, ApiError> {
    let now = clock::now();
    let asked = &exposition::asked(now);
    let mut webhooks = Vec::new();
    for org in orgs(env, principal).await? {
        let subscriptions = subscriptions::current(env, &org).await?;
        let all = subscriptions.snapshot.subscriptions.iter();
        webhooks.extend(all.map(|one| (org.clone(), whose(one))));
    }
    let all = webhooks.len();
    let calls = stream::iter(webhooks).take(LEDGERS).map(|(org, whose)| async move {
        match ask(env, &org, whose.clone(), asked).await {
            Ok((webhook, reading)) => Some(Observed { org, webhook, reading }),
            Err(error) => {
                Line::warn("metrics.unread")
                    .text("subscription", &whose.0)
                    .text("why", &error.message)
                    .emit();
                None
            }
        }
    });
    let observed: Vec<Observed> =
        calls.buffered(AT_ONCE).filter_map(|observed| async move { observed }).collect().await;
    let unread = all.saturating_sub(observed.len());
    Ok(exposition::webhooks(&observed, unread, now))
}

async fn orgs(env: &Env, principal: &Principal) -> Result<Vec<String>, ApiError> {
    if !principal.is_root {
        return Ok(vec![principal.org.clone()]);
    }
    Ok(orgs::ids(env).await?.into_iter().take(ORGS).collect())
}
