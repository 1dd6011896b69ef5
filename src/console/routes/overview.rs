//! `GET /console`, and `POST /console/sample`.

use futures_util::future::{join_all, join3};
use serde::Deserialize;
use serde_json::Value;
use worker::Method;

use super::visit::Visit;
use crate::{
    console::{
        answer::{Done, Outcome},
        form::query,
        models::{delivery::DeliveryPage, metrics::Metrics, webhook::Webhook},
        pages::overview::{self, HOURS, Overview, Spend},
    },
    core::{
        event::{REQUEST_COMPLETED, catalogue},
        limits,
    },
    edge::random,
};

/// How many that do not do well are looked at more closely.
const TROUBLE: usize = 10;

/// Shows how everything stands.
pub async fn show(visit: &Visit<'_>) -> Outcome {
    if !visit.viewer.sees_webhooks() {
        return Ok(Done::Page(overview::without_webhooks(&visit.viewer)));
    }
    let since = visit.viewer.now.plus_seconds(HOURS.saturating_sub(1).saturating_mul(-3600)).to_string();
    let limit = limits::MAX_PAGE.to_string();
    let asked = query(&[("groupBy", Some("webhook")), ("since", Some(&since)), ("limit", Some(&limit))]);
    let webhooks = visit.api.get::<Vec<Webhook>>("/v1/webhooks");
    let path = format!("/v1/metrics{asked}");
    let metrics = visit.api.get::<Metrics>(&path);
    let (webhooks, metrics, spend) = join3(webhooks, metrics, spend(visit)).await;
    let (webhooks, metrics) = (webhooks?, metrics?);
    let trouble = Overview::in_trouble(&webhooks, &metrics);
    let waiting = trouble.into_iter().take(TROUBLE).map(|id| async move {
        let asked = query(&[("state", Some("retrying")), ("limit", Some("1"))]);
        let page: Option<DeliveryPage> =
            visit.api.get(&format!("/v1/webhooks/{id}/deliveries{asked}")).await.ok();
        (id, page.and_then(|page| page.deliveries.into_iter().next()))
    });
    let waiting = join_all(waiting).await;
    Ok(Done::Page(overview::render(&visit.viewer, &Overview { webhooks, metrics, waiting, spend })))
}

#[derive(Deserialize)]
struct SpendView {
    total: SpendRow,
}

#[derive(Deserialize)]
struct SpendRow {
    requests: u64,
    unknown: u64,
    cost: f64,
}

/// What today's requests have cost, where the receiver counts them. Without it the page says nothing of it.
async fn spend(visit: &Visit<'_>) -> Option<Spend> {
    if !visit.viewer.sees_receiver() {
        return None;
    }
    let (today, _) = visit.viewer.now.date_and_hour();
    let path = format!("/v1/insights/spend{}", query(&[("since", Some(&today))]));
    let SpendRow { requests, unknown, cost } = visit.api.get::<SpendView>(&path).await.ok()?.total;
    (requests > unknown).then_some(Spend { cost, unknown })
}

/// Takes in an example of a request, as a gateway would send it.
pub async fn send_sample(visit: &Visit<'_>) -> Outcome {
    let id = format!("sample-{}", hex::encode(random::bytes::<8>()?));
    let event = catalogue::example(REQUEST_COMPLETED, &id);
    match visit.api.send::<Value>(Method::Post, "/v1/events", &event).await {
        Err(error) => Ok(Done::refused("/console", &error)),
        Ok(accepted) => {
            let deliveries = accepted.get("deliveries").and_then(Value::as_u64).unwrap_or_default();
            let text = match deliveries {
                0 => "The event was taken, and no subscription matches it: make one for request.completed, then send it again.".to_owned(),
                1 => "The event was taken: 1 delivery is on its way.".to_owned(),
                many => format!("The event was taken: {many} deliveries are on their way."),
            };
            Ok(Done::told("/console", text))
        }
    }
}
