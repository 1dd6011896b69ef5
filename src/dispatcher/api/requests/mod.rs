//! `/v1/request`: the history of requests, in Helicone's shapes. What is asked is read in `core::history::query`; here it is only
//! received and answered.

mod export;
mod find;
mod list;
mod note;
mod parameters;
mod query;
mod webhooks;

use percent_encoding::percent_decode_str;
use worker::{Env, Method, Request};

use crate::{
    core::{auth::Scope, envelope::ApiError},
    edge::{auth::allow, http::Answer},
};

/// Answers what is below `/v1/request`.
pub async fn route(request: &mut Request, rest: &[&str], env: &Env) -> Answer {
    let (read, write) = (Scope::RequestsRead, Scope::ScoresWrite);
    let (method, name, scope) = match rest {
        [] | ["export"] => (Method::Get, "GET", read),
        ["query" | "query-clickhouse" | "query-ids"] | ["count", "query"] => (Method::Post, "POST", read),
        [_] => (Method::Get, "GET", read),
        [_, "webhooks"] => (Method::Get, "GET", read),
        [_, "score" | "feedback"] => (Method::Post, "POST", write),
        [_, "property"] => (Method::Put, "PUT", write),
        _ => return Err(ApiError::not_found("path")),
    };
    if request.method() != method {
        return Err(ApiError::method(name));
    }
    let principal = allow(request, env, scope).await?;
    match rest {
        [] => list::handle(request, principal, env).await,
        ["export"] => export::handle(request, principal, env).await,
        ["query" | "query-clickhouse"] => query::page(request, principal, env).await,
        ["query-ids"] => query::by_ids(request, principal, env).await,
        ["count", "query"] => query::count(request, principal, env).await,
        [id] => find::handle(request, &decoded(id)?, principal, env).await,
        [id, "webhooks"] => webhooks::handle(request, &decoded(id)?, principal, env).await,
        [id, verb, ..] => note::handle(request, &decoded(id)?, verb, principal, env).await,
    }
}

/// A gateway's id may hold anything.
fn decoded(id: &str) -> Result<String, ApiError> {
    let id = percent_decode_str(id).decode_utf8().map_err(|_| ApiError::not_found("request"))?;
    Ok(id.into_owned())
}
