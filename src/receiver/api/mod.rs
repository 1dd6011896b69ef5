//! The receiver's own API: which path and method, with which permission, handled in which file.

mod access;
mod backfill;
mod inbox;
mod insights;
mod reviews;

use worker::{Env, Method, Request};

use self::access::allow;
use crate::{
    core::{auth::Scope, envelope::ApiError, insights::About},
    edge::http::Answer,
};

/// Whether a path is one of the receiver's.
pub fn has(path: &str) -> bool {
    let mut segments = path.trim_matches('/').split('/');
    segments.next() == Some("v1")
        && segments.next().is_some_and(|name| ["inbox", "backfill", "insights", "reviews"].contains(&name))
}

/// Answers such a path.
pub async fn route(request: &mut Request, path: &str, env: &Env) -> Answer {
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    match segments.as_slice() {
        ["v1", "inbox"] => match request.method() {
            Method::Get => {
                allow(request, env, Scope::WebhooksRead).await?;
                inbox::list(request, env).await
            }
            _ => Err(ApiError::method("GET")),
        },
        ["v1", "inbox", id] => match request.method() {
            Method::Get => {
                allow(request, env, Scope::WebhooksRead).await?;
                inbox::show(id, env).await
            }
            _ => Err(ApiError::method("GET")),
        },
        ["v1", "inbox", id, "retry"] => match request.method() {
            Method::Post => {
                allow(request, env, Scope::WebhooksWrite).await?;
                inbox::retry(id, env).await
            }
            _ => Err(ApiError::method("POST")),
        },
        ["v1", "backfill"] => match request.method() {
            Method::Post => {
                allow(request, env, Scope::WebhooksWrite).await?;
                backfill::create(request, env).await
            }
            _ => Err(ApiError::method("POST")),
        },
        ["v1", "backfill", id] => match request.method() {
            Method::Get => {
                allow(request, env, Scope::WebhooksRead).await?;
                backfill::show(id, env).await
            }
            _ => Err(ApiError::method("GET")),
        },
        ["v1", "backfill", id, "cancel"] => match request.method() {
            Method::Post => {
                allow(request, env, Scope::WebhooksWrite).await?;
                backfill::cancel(id, env).await
            }
            _ => Err(ApiError::method("POST")),
        },
        ["v1", "insights", name] => {
            let about = About::parse(name).ok_or_else(|| ApiError::not_found("path"))?;
            match request.method() {
                Method::Get => {
                    allow(request, env, Scope::RequestsRead).await?;
                    insights::show(request, about, env).await
                }
                _ => Err(ApiError::method("GET")),
            }
        }
        ["v1", "reviews", rest @ ..] => reviews::route(request, rest, env).await,
        _ => Err(ApiError::not_found("path")),
    }
}
