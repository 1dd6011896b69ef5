//! `/console/settings/alerts`: one alert. Their list stands beside the rules.

use futures_util::future::join;
use worker::Method;

use crate::{
    console::{
        answer::{Done, Outcome},
        form::Form,
        models::{rules::AlertRow, webhook::Webhook},
        pages::settings::{ALERTS, RULES, alert},
        parts::errors::Errors,
        routes::{settings::rules::delete, visit::Visit},
    },
    core::envelope::ApiError,
};

/// Answers a path below it.
pub async fn route(is_post: bool, segments: &[&str], visit: &Visit<'_>) -> Outcome {
    match (is_post, segments) {
        (false, []) => Ok(Done::See(RULES.to_owned())),
        (false, ["new"]) => form(visit, &visit.asked, None).await,
        (false, ["fields"]) => Ok(Done::Part(alert::fields(&visit.asked, Errors::default()))),
        (true, ["new"]) => create(visit).await,
        (false, [id]) => show(visit, id, None, None).await,
        (true, [id]) => change(visit, id).await,
        (true, [id, "delete"]) => delete(visit, &format!("/v1/alerts/{id}"), "The alert").await,
        _ => Err(ApiError::not_found("page")),
    }
}

async fn form(visit: &Visit<'_>, typed: &Form, error: Option<&ApiError>) -> Outcome {
    let webhooks: Vec<Webhook> = visit.api.get("/v1/webhooks").await?;
    Ok(Done::Page(alert::new(&visit.viewer, typed, &webhooks, Errors(error))))
}

async fn create(visit: &Visit<'_>) -> Outcome {
    match visit.api.send::<AlertRow>(Method::Post, "/v1/alerts", &alert::body(&visit.form)).await {
        Ok(row) => {
            Ok(Done::told(RULES, format!("The alert {} is looked at within five minutes.", row.alert.name)))
        }
        Err(error) => form(visit, &visit.form, Some(&error)).await,
    }
}

async fn show(visit: &Visit<'_>, id: &str, typed: Option<&Form>, error: Option<&ApiError>) -> Outcome {
    let path = format!("/v1/alerts/{id}");
    let (row, webhooks) =
        join(visit.api.get::<AlertRow>(&path), visit.api.get::<Vec<Webhook>>("/v1/webhooks")).await;
    let (row, webhooks) = (row?, webhooks?);
    let typed = typed.cloned().unwrap_or_else(|| alert::typed(&row.alert));
    Ok(Done::Page(alert::show(&visit.viewer, &row, &typed, &webhooks, Errors(error))))
}

async fn change(visit: &Visit<'_>, id: &str) -> Outcome {
    let path = format!("/v1/alerts/{id}");
    match visit.api.send::<AlertRow>(Method::Patch, &path, &alert::body(&visit.form)).await {
        Ok(row) => Ok(Done::told(format!("{ALERTS}/{}", row.alert.id), "Saved.")),
        Err(error) => show(visit, id, Some(&visit.form), Some(&error)).await,
    }
}
