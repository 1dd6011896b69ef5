//! `POST /v1/webhooks`.

use worker::{Env, Request};

use super::{answer, new_keys, seal_headers};
use crate::{
    core::{
        auth::Principal,
        delivery::CustomHeaders,
        ids,
        subscription::{Settings, Subscription},
    },
    dispatcher::{api::idempotency, destinations, intake, subscriptions},
    edge::{clock, http::Answer, input, random, settings},
};

/// Fields of a creation that are no settings.
const OTHERS: [&str; 2] = ["signing_secret", "headers"];

/// Creates a subscription and shows its secrets. The same call under the same `Idempotency-Key` within a day creates nothing
/// and answers the same.
pub async fn handle(request: &mut Request, principal: Principal, env: &Env) -> Answer {
    let settings = settings::dispatcher(env)?;
    let fields = input::object(request).await?;
    let chosen = Settings::read(&fields, &OTHERS, &settings.policy)?;
    let base_url = intake::base_url(&settings, request);
    let permission = destinations::admit(&chosen, chosen.handshake, &base_url, &settings).await?;
    let idempotency = idempotency::read(request, &fields)?;
    let (id, now) = (ids::subscription_id(random::bytes()?), clock::now());
    let sealed = new_keys(input::text(&fields, "signing_secret")?, &principal.org, &id, &settings, now)?;
    let headers = CustomHeaders::read(fields.get("headers"))?;
    let headers = seal_headers(&headers, &principal.org, &id, &settings)?;
    let subscription = Subscription {
        keys: vec![sealed],
        headers,
        permission,
        ..Subscription::new(id, chosen, now.millis())
    };
    let created = subscriptions::create(env, &principal.org, subscription, idempotency).await?;
    answer(&created, &principal, &settings, true)
}
