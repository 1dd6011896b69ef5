//! Subscriptions as they are: all of them, and one.

use futures_util::future::{join, join5};

use super::Visit;
use crate::{
    console::{
        answer::{Done, Outcome},
        form::query,
        models::{delivery::DeliveryPage, metrics::Metrics, subscription::Subscription, webhook::Webhook},
        pages::webhooks::{
            list::{self, List},
            show::{self, DAY, Shown, WEEK},
        },
    },
    core::limits,
};

/// How many deliveries are listed.
const LISTED: &str = "10";

/// Shows all.
pub async fn list(visit: &Visit<'_>) -> Outcome {
    let since = since(visit, DAY);
    let limit = limits::MAX_PAGE.to_string();
    let asked = query(&[("groupBy", Some("webhook")), ("since", Some(&since)), ("limit", Some(&limit))]);
    let path = format!("/v1/metrics{asked}");
    let webhooks = visit.api.get::<Vec<Webhook>>("/v1/webhooks");
    let (webhooks, metrics) = join(webhooks, visit.api.get::<Metrics>(&path)).await;
    let wanted = visit.asked.text("q").unwrap_or_default().to_owned();
    Ok(Done::Page(list::render(&visit.viewer, &List { webhooks: webhooks?, metrics: metrics?, wanted })))
}

/// Shows one.
pub async fn one(id: &str, visit: &Visit<'_>) -> Outcome {
    let path = format!("/v1/webhooks/{id}");
    let metrics = |hours: i64| format!("{path}/metrics{}", query(&[("since", Some(&since(visit, hours)))]));
    let (day, week) = (metrics(DAY), metrics(WEEK));
    let listed = format!("{path}/deliveries{}", query(&[("limit", Some(LISTED))]));
    let (found, day, week, deliveries, types) = join5(
        visit.api.get_at::<Subscription>(&path),
        visit.api.get::<Metrics>(&day),
        visit.api.get::<Metrics>(&week),
        visit.api.get::<DeliveryPage>(&listed),
        visit.api.get("/v1/event-types"),
    )
    .await;
    let (subscription, tag) = found?;
    let shown = Shown {
        subscription,
        tag,
        day: day?,
        week: week?,
        is_week: visit.asked.raw("range") == "7d",
        deliveries: deliveries?.deliveries,
        types: types?,
    };
    Ok(Done::Page(show::render(&visit.viewer, &shown)))
}

/// When so many hours began, this one included.
fn since(visit: &Visit<'_>, hours: i64) -> String {
    visit.viewer.now.plus_seconds(hours.saturating_sub(1).saturating_mul(-3600)).to_string()
}
