//! `/console/settings`: the deployment, and what the org decides.

use serde_json::{Value, json};
use worker::Method;

use crate::{
    console::{
        answer::{Done, Outcome},
        form::Form,
        models::settings::Settings,
        pages::settings::{
            ORG,
            org::{self, History},
        },
        parts::errors::Errors,
        routes::visit::Visit,
    },
    core::envelope::ApiError,
};

/// Shows it.
pub async fn show(visit: &Visit<'_>) -> Outcome {
    if !visit.viewer.sees_webhooks() {
        return Ok(Done::Page(org::render(&visit.viewer, None)));
    }
    form(visit, None, None).await
}

/// Changes it.
pub async fn change(visit: &Visit<'_>) -> Outcome {
    let typed = &visit.form;
    let body = json!({
        "retain": typed.raw("retain"),
        "retentionDays": typed.text("retentionDays").map(days),
    });
    let revision = typed.raw("revision");
    match visit.api.send_at::<Settings>(Method::Patch, "/v1/settings", &body, revision).await {
        Ok(_) => {
            Ok(Done::told(ORG, "Saved. It holds for what comes from now on, everywhere within a minute."))
        }
        Err(error) => form(visit, Some(typed), Some(&error)).await,
    }
}

/// With the revision of now: whoever saves it once more has seen what it is by now.
async fn form(visit: &Visit<'_>, typed: Option<&Form>, error: Option<&ApiError>) -> Outcome {
    let (settings, revision) = visit.api.get_at::<Settings>("/v1/settings").await?;
    let typed = typed.cloned().unwrap_or_else(|| org::typed(&settings));
    let history = History { settings: &settings, revision: &revision, typed, errors: Errors(error) };
    Ok(Done::Page(org::render(&visit.viewer, Some(&history))))
}

/// What is no number is sent as it was typed: the API says what is wrong with it.
fn days(text: &str) -> Value {
    text.parse::<u64>().map_or_else(|_| json!(text), |days| json!(days))
}
