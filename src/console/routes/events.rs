//! `/console/events`.

use futures_util::future::join;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value, json};
use worker::Method;

use super::visit::Visit;
use crate::{
    console::{
        answer::{Done, Outcome},
        models::request::{Bodies, Kept, LlmRequest, Verdicts, Watcher},
        pages::events::{
            self, Listed, Said, Shown,
            search::{PAGE, Search},
        },
    },
    core::envelope::ApiError,
};

/// Answers a path below it.
pub async fn route(is_post: bool, segments: &[&str], visit: &Visit<'_>) -> Outcome {
    if !visit.viewer.roles.dispatcher {
        return Err(ApiError::not_found("page"));
    }
    if !visit.viewer.sees_requests() {
        return Err(ApiError::new(403, "this key may not read requests (requests:read)"));
    }
    match (is_post, segments) {
        (false, []) => list(visit).await,
        (false, [id]) => show(&decoded(id)?, visit, Said::default()).await,
        (false, [id, "exchange"]) => exchange(&decoded(id)?, visit).await,
        (true, [id, "score"]) => score(&decoded(id)?, visit).await,
        (true, [id, "feedback"]) => rate(&decoded(id)?, visit).await,
        _ => Err(ApiError::not_found("page")),
    }
}

/// A gateway's id may hold anything.
fn decoded(id: &str) -> Result<String, ApiError> {
    let id = percent_decode_str(id).decode_utf8().map_err(|_| ApiError::not_found("request"))?;
    Ok(id.into_owned())
}

/// The API's path of a request.
fn path(id: &str) -> String {
    format!("/v1/request/{}", utf8_percent_encode(id, NON_ALPHANUMERIC))
}

async fn list(visit: &Visit<'_>) -> Outcome {
    let search = Search(&visit.asked);
    let page = |listed: &Listed| Ok(Done::Page(events::list(&visit.viewer, search, listed)));
    let body = match search.body() {
        Ok(body) => body,
        Err(wrong) => return page(&Listed { wrong: Some(wrong), ..Listed::default() }),
    };
    let requests: Vec<LlmRequest> = match visit.api.send(Method::Post, "/v1/request/query", &body).await {
        Ok(requests) => requests,
        Err(error) => match Search::refused(&error) {
            Some(wrong) => return page(&Listed { wrong: Some(wrong), ..Listed::default() }),
            None => return Err(error),
        },
    };
    let next = requests.last().filter(|_| requests.len() == PAGE).map(|last| last.cursor.clone());
    let is_bare = requests.is_empty() && !search.is_any() && visit.viewer.sees_webhooks();
    let kept = if is_bare { visit.api.get::<Kept>("/v1/settings").await.ok() } else { None };
    page(&Listed { requests, next, kept, wrong: None })
}

async fn show(id: &str, visit: &Visit<'_>, said: Said) -> Outcome {
    let path = path(id);
    let (request, verdicts) = join(visit.api.get::<LlmRequest>(&path), verdicts(&path, visit)).await;
    let shown = Shown { request: request?, verdicts, bodies: None, said };
    Ok(Done::Page(events::show(&visit.viewer, &shown)))
}

/// What subscriptions make of it, for those who may know.
async fn verdicts(path: &str, visit: &Visit<'_>) -> Option<Result<(Verdicts, Vec<Watcher>), ApiError>> {
    if !visit.viewer.sees_webhooks() {
        return None;
    }
    let asked = format!("{path}/webhooks");
    let (verdicts, watchers) =
        join(visit.api.get::<Verdicts>(&asked), visit.api.get::<Vec<Watcher>>("/v1/webhooks")).await;
    Some(verdicts.and_then(|verdicts| Ok((verdicts, watchers?))))
}

/// What was asked and answered: for a script by itself, else on the page.
async fn exchange(id: &str, visit: &Visit<'_>) -> Outcome {
    let path = path(id);
    let asked = format!("{path}?includeBody=true");
    let bodies = visit.api.get::<Bodies>(&asked);
    if visit.is_part {
        return Ok(Done::Part(events::exchange(&bodies.await?)));
    }
    let (bodies, (request, verdicts)) =
        join(bodies, join(visit.api.get::<LlmRequest>(&path), verdicts(&path, visit))).await;
    let shown = Shown { request: request?, verdicts, bodies: Some(bodies?), said: Said::default() };
    Ok(Done::Page(events::show(&visit.viewer, &shown)))
}

async fn score(id: &str, visit: &Visit<'_>) -> Outcome {
    let (name, typed) = (visit.form.text("name").unwrap_or_default(), visit.form.raw("value").trim());
    let value: Value = match typed.to_ascii_lowercase().as_str() {
        "yes" | "true" => true.into(),
        "no" | "false" => false.into(),
        other => other.parse::<f64>().map_or_else(|_| typed.into(), Into::into),
    };
    let scores = Map::from_iter([(name.to_owned(), value)]);
    let (at, body) = (format!("{}/score", path(id)), json!({ "scores": scores }));
    match visit.api.send::<()>(Method::Post, &at, &body).await {
        Ok(()) => Ok(Done::told(events::path(id), "The score was added.")),
        // What was typed stays.
        Err(error) if error.status == 400 => {
            let said = Said { name: name.to_owned(), value: typed.to_owned(), problem: Some(error.message) };
            show(id, visit, said).await
        }
        Err(error) => Err(error),
    }
}

async fn rate(id: &str, visit: &Visit<'_>) -> Outcome {
    let rating = visit.form.raw("rating") == "true";
    let path = format!("{}/feedback", path(id));
    match visit.api.send::<()>(Method::Post, &path, &json!({ "rating": rating })).await {
        Ok(()) => Ok(Done::told(events::path(id), "The feedback was noted.")),
        Err(error) => Ok(Done::refused(events::path(id), &error)),
    }
}
