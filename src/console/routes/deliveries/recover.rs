//! `/console/deliveries/recover` and `/console/deliveries/jobs/{id}`.

use futures_util::future::join;
use serde_json::{Value, json};
use worker::Method;

use crate::{
    console::{
        answer::{Done, Outcome},
        form::path_part,
        models::{job::Job, webhook::Webhook},
        pages::deliveries::{filters::moment, recover},
        routes::visit::Visit,
    },
    core::envelope::ApiError,
};

/// The form.
pub async fn ask(visit: &Visit<'_>) -> Outcome {
    form(visit, None).await
}

async fn form(visit: &Visit<'_>, error: Option<&ApiError>) -> Outcome {
    let webhooks = visit.api.get::<Vec<Webhook>>("/v1/webhooks").await?;
    let typed = if error.is_some() { &visit.form } else { &visit.asked };
    Ok(Done::Page(recover::form(&visit.viewer, &webhooks, typed, error)))
}

/// Begins one.
pub async fn begin(visit: &Visit<'_>) -> Outcome {
    let typed = &visit.form;
    let states: Vec<&str> =
        recover::STATES.iter().filter(|(_, name, ..)| typed.is_on(name)).map(|(state, ..)| *state).collect();
    let types =
        typed.text("types").unwrap_or_default().split(',').map(str::trim).filter(|one| !one.is_empty());
    let body = json!({
        "since": typed.text("since").map(moment),
        "until": typed.text("until").map(moment),
        "states": states,
        "eventTypes": types.collect::<Vec<_>>(),
    });
    let path = format!("/v1/webhooks/{}/recover", path_part(typed.raw("webhook")));
    match visit.api.send::<Job>(Method::Post, &path, &body).await {
        Ok(job) => Ok(Done::See(page_of(&job.id))),
        Err(error) if matches!(error.status, 400 | 409) => form(visit, Some(&error)).await,
        Err(error) => Err(error),
    }
}

/// Shows how far one is.
pub async fn show(id: &str, visit: &Visit<'_>) -> Outcome {
    let path = format!("/v1/jobs/{}", path_part(id));
    if visit.is_part {
        let job: Job = visit.api.get(&path).await?;
        return Ok(Done::Part(recover::progress(&visit.viewer, &job)));
    }
    let webhooks = visit.api.get::<Vec<Webhook>>("/v1/webhooks");
    let (job, webhooks) = join(visit.api.get::<Job>(&path), webhooks).await;
    Ok(Done::Page(recover::job(&visit.viewer, &webhooks?, &job?)))
}

/// Stops one.
pub async fn cancel(id: &str, visit: &Visit<'_>) -> Outcome {
    let path = format!("/v1/jobs/{}/cancel", path_part(id));
    let cancelled = visit.api.send::<Value>(Method::Post, &path, &json!({})).await;
    Ok(match cancelled {
        Ok(_) => Done::told(page_of(id), "It is cancelled. What it had queued is delivered."),
        Err(error) => Done::refused(page_of(id), &error),
    })
}

fn page_of(id: &str) -> String {
    format!("/console/deliveries/jobs/{id}")
}
