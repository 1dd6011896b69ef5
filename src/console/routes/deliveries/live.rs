//! `GET /console/deliveries/live`, and the WebSocket behind it.

use worker::Method;

use crate::{
    console::{
        answer::{Done, Outcome},
        form::{path_part, query},
        models::webhook::Webhook,
        pages::deliveries::live,
        routes::visit::Visit,
    },
    core::envelope::ApiError,
};

/// The page.
pub async fn show(visit: &Visit<'_>) -> Outcome {
    let webhooks = visit.api.get::<Vec<Webhook>>("/v1/webhooks").await?;
    Ok(Done::Page(live::render(&webhooks, visit.asked.text("webhook"))))
}

/// The API's tail, for a page of ours: browsers send no `Authorization` there, and send cookies for anybody's page.
pub async fn watch(visit: &Visit<'_>) -> Outcome {
    if visit.from.as_deref() != Some(visit.viewer.origin.as_str()) {
        return Err(ApiError::new(403, "this connection was opened by another site"));
    }
    let after = query(&[("after", visit.asked.text("after"))]);
    let path = format!("/v1/webhooks/{}/tail{after}", path_part(visit.asked.raw("webhook")));
    visit.api.call(Method::Get, &path, None, &[("upgrade", "websocket")]).await.map(Done::Raw)
}
