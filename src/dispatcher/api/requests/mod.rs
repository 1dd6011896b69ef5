//! `/v1/request`: the history of requests, in Helicone's shapes. What is asked is read in `core::history::query`; here it is only
//! received and answered.

mod export;
mod find;
mod list;
mod note;
mod query;

use percent_encoding::percent_decode_str;
use worker::{Env, Method, Request, Url};

use crate::{
    core::{auth::Scope, envelope::ApiError, field::FieldError},
    edge::{auth::allow, http::Answer},
};

/// Tells where a page goes on.
const NEXT_CURSOR: &str = "next-cursor";

/// Answers what is below `/v1/request`.
pub async fn route(request: &mut Request, rest: &[&str], env: &Env) -> Answer {
    let (read, write) = (Scope::RequestsRead, Scope::ScoresWrite);
    let (method, name, scope) = match rest {
        [] | ["export"] => (Method::Get, "GET", read),
        ["query" | "query-clickhouse" | "query-ids"] | ["count", "query"] => (Method::Post, "POST", read),
        [_] => (Method::Get, "GET", read),
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
        [id, verb, ..] => note::handle(request, &decoded(id)?, verb, principal, env).await,
    }
}

/// A gateway's id may hold anything.
fn decoded(id: &str) -> Result<String, ApiError> {
    let id = percent_decode_str(id).decode_utf8().map_err(|_| ApiError::not_found("request"))?;
    Ok(id.into_owned())
}

fn url(request: &Request) -> Result<Url, ApiError> {
    request.url().map_err(|_| ApiError::bad_request("the URL can't be read"))
}

/// A parameter that is `true` or `false`; false where it is absent.
fn flag(url: &Url, name: &'static str) -> Result<bool, FieldError> {
    match url.query_pairs().find(|(known, _)| known == name).as_ref().map(|(_, value)| value.as_ref()) {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(FieldError::new(name, "must be true or false")),
    }
}

/// Refuses a parameter that is not allowed.
fn only(url: &Url, allowed: &[&str]) -> Result<(), FieldError> {
    match url.query_pairs().find(|(name, _)| !allowed.contains(&name.as_ref())) {
        Some((unknown, _)) => {
            Err(FieldError::new(unknown, format!("is not a parameter; allowed: {}", allowed.join(", "))))
        }
        None => Ok(()),
    }
}
