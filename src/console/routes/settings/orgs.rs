//! `/console/settings/orgs`.

use serde_json::json;
use worker::Method;

use crate::{
    console::{
        answer::{Done, Outcome},
        form::Form,
        models::settings::Org,
        pages::settings::{ORGS, orgs},
        parts::errors::Errors,
        routes::visit::Visit,
    },
    core::envelope::ApiError,
};

/// Answers it.
pub async fn route(is_post: bool, visit: &Visit<'_>) -> Outcome {
    if is_post { create(visit).await } else { show(visit, &Form::default(), None).await }
}

async fn show(visit: &Visit<'_>, typed: &Form, error: Option<&ApiError>) -> Outcome {
    let all: Vec<Org> = visit.api.get("/v1/orgs").await?;
    Ok(Done::Page(orgs::render(&visit.viewer, &all, typed, Errors(error))))
}

async fn create(visit: &Visit<'_>) -> Outcome {
    let typed = &visit.form;
    let mut body = json!({ "id": typed.raw("id").trim() });
    if let (Some(name), Some(fields)) = (typed.text("name"), body.as_object_mut()) {
        fields.insert("name".to_owned(), json!(name));
    }
    match visit.api.send::<Org>(Method::Post, "/v1/orgs", &body).await {
        Ok(org) => {
            Ok(Done::told(ORGS, format!("The org {} is added. Give it a key, and it can be used.", org.id)))
        }
        Err(error) => show(visit, typed, Some(&error)).await,
    }
}
