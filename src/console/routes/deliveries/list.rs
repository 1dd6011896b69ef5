//! `GET /console/deliveries`.

use futures_util::future::join;

use crate::console::{
    answer::{Done, Outcome},
    form::path_part,
    models::{delivery::DeliveryPage, webhook::Webhook},
    pages::deliveries::{
        filters::Filters,
        list::{List, render},
    },
    routes::visit::Visit,
};

/// Lists those that are asked for.
pub async fn show(visit: &Visit<'_>) -> Outcome {
    let filters = Filters::read(&visit.asked);
    let path = match &filters.webhook {
        Some(id) => format!("/v1/webhooks/{}/deliveries{}", path_part(id), filters.for_api()),
        None => format!("/v1/deliveries{}", filters.for_api()),
    };
    let webhooks = visit.api.get::<Vec<Webhook>>("/v1/webhooks");
    let (webhooks, page) = join(webhooks, visit.api.get::<DeliveryPage>(&path)).await;
    let page = match page {
        // What is wrong with a filter is told where it stands.
        Err(error) if error.status != 400 => return Err(error),
        page => page,
    };
    Ok(Done::Page(render(&visit.viewer, &List { webhooks: webhooks?, filters, page })))
}
