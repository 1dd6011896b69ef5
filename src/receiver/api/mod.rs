//! The receiver's own API: which path and method, with which permission, handled in which file.

mod inbox;

use worker::{Env, Method, Request};

use crate::{
    core::{
        auth::{DEFAULT_ORG, Scope},
        envelope::ApiError,
    },
    edge::{auth, http::Answer},
};

/// Answers a path of the receiver; `None` where it has no such path.
pub async fn route(request: &mut Request, path: &str, env: &Env) -> Option<Answer> {
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    let answer = match segments.as_slice() {
        ["v1", "inbox"] => match request.method() {
            Method::Get => match allow(request, env, Scope::WebhooksRead).await {
                Ok(()) => inbox::list(request, env).await,
                Err(error) => Err(error),
            },
            _ => Err(ApiError::method("GET")),
        },
        ["v1", "inbox", id] => match request.method() {
            Method::Get => match allow(request, env, Scope::WebhooksRead).await {
                Ok(()) => inbox::show(id, env).await,
                Err(error) => Err(error),
            },
            _ => Err(ApiError::method("GET")),
        },
        ["v1", "inbox", id, "retry"] => match request.method() {
            Method::Post => match allow(request, env, Scope::WebhooksWrite).await {
                Ok(()) => inbox::retry(id, env).await,
                Err(error) => Err(error),
            },
            _ => Err(ApiError::method("POST")),
        },
        _ => return None,
    };
    Some(answer)
}

/// Whether who calls may do what the scope stands for. The receiver is its deployer's, whose org is the default one; another
/// org's key opens nothing here.
async fn allow(request: &Request, env: &Env, scope: Scope) -> Result<(), ApiError> {
    let principal = auth::allow(request, env, scope).await?;
    match principal.org == DEFAULT_ORG {
        true => Ok(()),
        false => Err(ApiError::new(403, "only keys of the default org open the receiver's API")),
    }
}
