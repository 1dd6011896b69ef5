//! What is done with a subscription beside changing its settings.

use serde_json::{Value, json};
use worker::Method;

use super::Visit;
use crate::{
    console::{
        answer::{Done, Outcome},
        models::{
            subscription::{Issued, Tested},
            webhook::Webhook,
        },
        pages::webhooks::{remove, secrets, tested},
    },
    core::envelope::ApiError,
};

/// Pauses it, or has it sent again.
pub async fn set_status(id: &str, visit: &Visit<'_>) -> Outcome {
    let there = format!("/console/webhooks/{id}");
    let status = visit.form.raw("status");
    let body = json!({ "status": status });
    match visit.api.send::<Value>(Method::Patch, &format!("/v1/webhooks/{id}"), &body).await {
        Err(error) => Ok(Done::refused(there, &error)),
        Ok(_) if status == "paused" => {
            Ok(Done::told(there, "Paused. What comes is held until you resume it."))
        }
        Ok(_) => Ok(Done::told(there, "It is sent again. What was held meanwhile waits to be recovered.")),
    }
}

/// Sends it an example.
pub async fn test(id: &str, visit: &Visit<'_>) -> Outcome {
    let body = visit.form.text("eventType").map_or_else(|| json!({}), |name| json!({ "eventType": name }));
    let tested: Tested = visit.api.send(Method::Post, &format!("/v1/webhooks/{id}/test"), &body).await?;
    match visit.is_part {
        true => Ok(Done::Part(tested::part(&tested))),
        false => Ok(Done::Page(tested::page(id, &tested))),
    }
}

/// Gives it new keys, and shows them. The revision keeps a page that is loaded again from doing so again.
pub async fn rotate(id: &str, visit: &Visit<'_>) -> Outcome {
    let path = format!("/v1/webhooks/{id}/rotate");
    let seconds = visit.form.text("overlapSeconds").and_then(|text| text.parse::<u32>().ok());
    let body = json!({ "overlapSeconds": seconds });
    match visit.api.send_at::<Issued>(Method::Post, &path, &body, visit.form.raw("tag")).await {
        Ok(issued) => Ok(Done::Page(secrets::rotated(&issued))),
        Err(error) if error.status == 412 => Ok(Done::refused(
            format!("/console/webhooks/{id}"),
            &ApiError::new(
                412,
                "The subscription has changed since the page was loaded, and no secret was made now. Look at its keys, then try again.",
            ),
        )),
        Err(error) => Err(error),
    }
}

/// Asks for its name before it is deleted.
pub async fn ask_to_delete(id: &str, visit: &Visit<'_>) -> Outcome {
    Ok(Done::Page(remove::render(&visit.viewer, &find(id, visit).await?, None)))
}

/// Deletes it, where its name was typed.
pub async fn delete(id: &str, visit: &Visit<'_>) -> Outcome {
    let webhook = find(id, visit).await?;
    let typed = visit.form.raw("confirm").trim();
    if !remove::is_confirmed(&webhook, typed) {
        return Ok(Done::Page(remove::render(&visit.viewer, &webhook, Some(typed))));
    }
    visit.api.send::<Value>(Method::Delete, &format!("/v1/webhooks/{id}"), &Value::Null).await?;
    Ok(Done::told("/console/webhooks", format!("{} is deleted.", webhook.name())))
}

async fn find(id: &str, visit: &Visit<'_>) -> Result<Webhook, ApiError> {
    visit.api.get(&format!("/v1/webhooks/{id}")).await
}
