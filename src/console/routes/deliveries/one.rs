//! `/console/deliveries/{id}`.

use futures_util::future::join;
use serde_json::{Value, json};
use worker::Method;

use crate::console::{
    answer::{Done, Outcome},
    form::{path_part, query},
    models::delivery::{AttemptRequest, Delivery, Signing},
    pages::deliveries::{one, request},
    routes::visit::Visit,
};

/// Shows one.
pub async fn show(id: &str, visit: &Visit<'_>) -> Outcome {
    let path = path(id, "");
    let signing = visit.api.get::<Vec<Signing>>("/v1/webhooks");
    let (delivery, signing) = join(visit.api.get::<Delivery>(&path), signing).await;
    let (delivery, signing) = (delivery?, signing?);
    let own = signing.iter().find(|signing| signing.webhook.id == delivery.webhook_id);
    Ok(Done::Page(one::render(&visit.viewer, &delivery, own)))
}

/// Shows what an attempt sent.
pub async fn request(id: &str, visit: &Visit<'_>) -> Outcome {
    let asked = query(&[("attempt", visit.asked.text("attempt"))]);
    let sent: AttemptRequest = visit.api.get(&path(id, &format!("/request{asked}"))).await?;
    Ok(match visit.is_part {
        true => Done::Part(request::part(&sent)),
        false => Done::Page(request::page(id, &sent)),
    })
}

/// Sends it again.
pub async fn retry(id: &str, visit: &Visit<'_>) -> Outcome {
    let page = format!("/console/deliveries/{}", path_part(id));
    let sent = visit.api.send::<Value>(Method::Post, &path(id, "/retry"), &json!({})).await;
    Ok(match sent {
        Ok(_) => Done::told(
            page,
            "It is queued, and sent in a moment. Load this page again to see what came of it.",
        ),
        Err(error) => Done::refused(page, &error),
    })
}

fn path(id: &str, rest: &str) -> String {
    format!("/v1/deliveries/{}{rest}", path_part(id))
}
