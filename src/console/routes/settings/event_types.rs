//! `/console/settings/event-types`.

use futures_util::future::join_all;
use serde_json::{Value, json};
use worker::Method;

use crate::{
    console::{
        answer::{Done, Outcome},
        form::{Form, query},
        models::event_type::EventType,
        pages::settings::{
            EVENT_TYPES,
            event_type::{self, Shown},
            event_types,
        },
        parts::errors::Errors,
        routes::visit::Visit,
    },
    core::{envelope::ApiError, event::is_event_type, field::FieldError},
};

/// Each format with what the API calls it, and where a CloudEvent's attributes stand.
const FORMATS: [(&str, &str, Option<&str>); 4] = [
    ("Helicone", "helicone", None),
    ("Standard Webhooks", "standard", None),
    ("CloudEvents, structured", "cloudevents", None),
    ("CloudEvents, binary", "cloudevents", Some("binary")),
];

/// Answers a path below it. `new-type` is no type's name, which has no hyphens.
pub async fn route(is_post: bool, segments: &[&str], visit: &Visit<'_>) -> Outcome {
    match (is_post, segments) {
        (false, []) => list(visit).await,
        (false, ["new-type"]) => {
            Ok(Done::Page(event_type::new(&visit.viewer, &Form::default(), Errors::default())))
        }
        (true, ["new-type"]) => create(visit).await,
        (false, [name]) => show(visit, name, None, None).await,
        (true, [name]) => change(visit, name).await,
        (true, [name, "forget"]) => forget(visit, name).await,
        _ => Err(ApiError::not_found("page")),
    }
}

async fn list(visit: &Visit<'_>) -> Outcome {
    let types: Vec<EventType> = visit.api.get("/v1/event-types").await?;
    Ok(Done::Page(event_types::render(&visit.viewer, &types)))
}

async fn show(visit: &Visit<'_>, name: &str, typed: Option<&Form>, error: Option<&ApiError>) -> Outcome {
    let version = visit.asked.text("version");
    let asked = join_all(FORMATS.map(async |(title, format, mode)| {
        let asked = query(&[("version", version), ("format", Some(format)), ("contentMode", mode)]);
        let shown: EventType = visit.api.get(&format!("/v1/event-types/{name}{asked}")).await?;
        // A type without a shape of that format is shown in another one, which is asked for by itself.
        Ok((shown.format == format).then_some(Shown { title, shown }))
    }));
    let shown: Result<Vec<Option<Shown>>, ApiError> = asked.await.into_iter().collect();
    let shown: Vec<Shown> = shown?.into_iter().flatten().collect();
    let typed = match (typed, shown.first()) {
        (Some(typed), _) => typed.clone(),
        (None, first) => first.map(|first| event_type::typed(&first.shown)).unwrap_or_default(),
    };
    let page = event_type::show(&visit.viewer, &shown, &typed, Errors(error));
    page.map(Done::Page).ok_or_else(|| ApiError::not_found("event type"))
}

async fn create(visit: &Visit<'_>) -> Outcome {
    let typed = &visit.form;
    let name = typed.raw("name").trim();
    match describe_new(visit, name).await {
        Ok(one) => Ok(Done::told(format!("{EVENT_TYPES}/{}", one.name), "Described.")),
        Err(error) => Ok(Done::Page(event_type::new(&visit.viewer, typed, Errors(Some(&error))))),
    }
}

async fn describe_new(visit: &Visit<'_>, name: &str) -> Result<EventType, ApiError> {
    if !is_event_type(name) {
        // No path can be made of it; the API says what a name has to be.
        return describe(visit, "-").await;
    }
    match visit.api.get::<EventType>(&format!("/v1/event-types/{name}")).await {
        Ok(one) if one.custom => {
            Err(FieldError::new("name", "is described already; change it on its page").into())
        }
        Ok(_) => describe(visit, name).await,
        Err(error) if error.status == 404 => describe(visit, name).await,
        Err(error) => Err(error),
    }
}

async fn change(visit: &Visit<'_>, name: &str) -> Outcome {
    match describe(visit, name).await {
        Ok(one) => Ok(Done::told(format!("{EVENT_TYPES}/{}", one.name), "Saved.")),
        Err(error) => show(visit, name, Some(&visit.form), Some(&error)).await,
    }
}

async fn describe(visit: &Visit<'_>, name: &str) -> Result<EventType, ApiError> {
    let typed = &visit.form;
    let schema: Value = match typed.text("schema") {
        None => Value::Null,
        Some(text) => serde_json::from_str(text).map_err(|error| {
            let place = format!("is no JSON: look at line {}, column {}", error.line(), error.column());
            FieldError::new("schema", place)
        })?,
    };
    let body = json!({ "description": typed.text("description"), "schema": schema });
    visit.api.send(Method::Put, &format!("/v1/event-types/{name}"), &body).await
}

async fn forget(visit: &Visit<'_>, name: &str) -> Outcome {
    let path = format!("/v1/event-types/{name}");
    match visit.api.send::<Value>(Method::Delete, &path, &Value::Null).await {
        Ok(_) => Ok(Done::told(EVENT_TYPES, "The description is forgotten.")),
        Err(error) if error.status == 404 => Err(error),
        Err(error) => Ok(Done::refused(EVENT_TYPES, &error)),
    }
}
