//! `GET /v1/metrics` and `GET /v1/webhooks/{id}/metrics`.

use worker::{Env, Request};

use crate::{
    core::{
        auth::Principal,
        envelope::ApiError,
        metrics::{About, Asked, MetricsView, Query},
    },
    dispatcher::{metrics, subscriptions},
    edge::{
        clock,
        http::{Answer, ok},
        input,
    },
};

/// Shows an org's numbers.
pub async fn of_org(request: &Request, principal: Principal, env: &Env) -> Answer {
    let query = query(About::Org, request)?;
    let readings = metrics::of_org(env, &principal.org, &Asked::from(&query)).await?;
    ok(200, &MetricsView::new(&query, &readings, clock::now()))
}

/// Shows a webhook's.
pub async fn of_webhook(request: &Request, id: &str, principal: Principal, env: &Env) -> Answer {
    let query = query(About::Webhook, request)?;
    let subscription = subscriptions::find(env, &principal.org, id).await?;
    let reading = metrics::of_webhook(env, &principal.org, &subscription, &Asked::from(&query)).await?;
    ok(200, &MetricsView::new(&query, &[reading], clock::now()))
}

fn query(about: About, request: &Request) -> Result<Query, ApiError> {
    let url = input::url(request)?;
    Ok(Query::read(about, url.query_pairs(), clock::now())?)
}
