//! The HTTP API: which path and method, by whom, handled in which file.

mod events;
pub mod health;
mod payloads;
mod webhooks;

use worker::{Env, Method, Request};

use crate::{
    core::{
        auth::{self, Principal},
        envelope::ApiError,
    },
    edge::{
        http::{Answer, header},
        settings,
    },
};

/// Answers a path of the dispatcher.
pub async fn route(request: &mut Request, path: &str, env: &Env) -> Answer {
    if path.starts_with("/payloads/") {
        return payloads::show(request, path, env).await;
    }
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    match (segments.as_slice(), request.method()) {
        (["v1", "events"], Method::Post) => events::create(request, authorize(request, env)?, env).await,
        (["v1", "events"], _) => Err(ApiError::method("POST")),
        (["v1", "webhooks"], Method::Post) => webhooks::create(request, authorize(request, env)?, env).await,
        (["v1", "webhooks"], Method::Get) => webhooks::list(authorize(request, env)?, env).await,
        (["v1", "webhooks"], _) => Err(ApiError::method("GET, POST")),
        (["v1", "webhooks", id], Method::Get) => webhooks::show(id, authorize(request, env)?, env).await,
        (["v1", "webhooks", id], Method::Delete) => webhooks::delete(id, authorize(request, env)?, env).await,
        (["v1", "webhooks", _], _) => Err(ApiError::method("GET, DELETE")),
        _ => Err(ApiError::not_found("path")),
    }
}

fn authorize(request: &Request, env: &Env) -> Result<Principal, ApiError> {
    let settings = settings::dispatcher(env)?;
    auth::authenticate(header(request, "authorization").as_deref(), &settings.root_key)
        .ok_or_else(|| ApiError::new(401, "authorization: a valid API key is required, as `Bearer <key>`"))
}
