//! The HTTP API: which path and method, with which permission, handled in which file.

mod alerts;
mod deliveries;
pub mod docs;
mod event_types;
pub mod health;
mod idempotency;
mod intake;
mod jobs;
mod keys;
mod metrics;
pub mod openapi;
mod orgs;
mod payloads;
mod requests;
mod rules;
mod settings;
mod webhooks;

use worker::{Env, Method, Request};

use crate::{
    core::{adapter::helicone, auth::Scope, envelope::ApiError},
    edge::{
        auth::{allow, allow_root},
        http::Answer,
    },
};

/// Answers a path of the dispatcher.
pub async fn route(request: &mut Request, path: &str, env: &Env) -> Answer {
    if path.starts_with("/payloads/") {
        return payloads::show(request, path, env).await;
    }
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    match segments.as_slice() {
        ["v1", "events"] => match request.method() {
            Method::Post => {
                intake::events::create(request, allow(request, env, Scope::EventsWrite).await?, env).await
            }
            _ => Err(ApiError::method("POST")),
        },
        ["v1", "traces"] => match request.method() {
            Method::Post => {
                let principal = allow(request, env, Scope::EventsWrite).await;
                Ok(intake::otlp::create(request, principal, env).await)
            }
            _ => Err(ApiError::method("POST")),
        },
        ["v1", "intake", "litellm"] => match request.method() {
            Method::Post => {
                intake::litellm::create(request, allow(request, env, Scope::EventsWrite).await?, env).await
            }
            _ => Err(ApiError::method("POST")),
        },
        [route, "v1", "log"] if helicone::is_route(route) => match request.method() {
            Method::Post => {
                let principal = allow(request, env, Scope::EventsWrite).await?;
                intake::helicone::create(request, route, principal, env).await
            }
            _ => Err(ApiError::method("POST")),
        },
        ["v1", "webhooks"] => match request.method() {
            Method::Get => webhooks::show::list(allow(request, env, Scope::WebhooksRead).await?, env).await,
            Method::Post => {
                webhooks::create::handle(request, allow(request, env, Scope::WebhooksWrite).await?, env).await
            }
            _ => Err(ApiError::method("GET, POST")),
        },
        // Before what takes any word for an id.
        ["v1", "webhooks", "preview"] => match request.method() {
            Method::Post => {
                webhooks::preview::handle(request, allow(request, env, Scope::WebhooksRead).await?, env).await
            }
            _ => Err(ApiError::method("POST")),
        },
        ["v1", "webhooks", "shape"] => match request.method() {
            Method::Post => {
                webhooks::shape::handle(request, allow(request, env, Scope::WebhooksRead).await?, env).await
            }
            _ => Err(ApiError::method("POST")),
        },
        ["v1", "webhooks", id] => match request.method() {
            Method::Get => {
                webhooks::show::one(id, allow(request, env, Scope::WebhooksRead).await?, env).await
            }
            Method::Patch => {
                webhooks::change::handle(request, id, allow(request, env, Scope::WebhooksWrite).await?, env)
                    .await
            }
            Method::Delete => {
                webhooks::delete::handle(request, id, allow(request, env, Scope::WebhooksWrite).await?, env)
                    .await
            }
            _ => Err(ApiError::method("GET, PATCH, DELETE")),
        },
        ["v1", "webhooks", id, "secret"] => match request.method() {
            Method::Get => {
                webhooks::show::secret(id, allow(request, env, Scope::WebhooksWrite).await?, env).await
            }
            _ => Err(ApiError::method("GET")),
        },
        ["v1", "webhooks", id, "rotate"] => match request.method() {
            Method::Post => {
                webhooks::rotate::handle(request, id, allow(request, env, Scope::WebhooksWrite).await?, env)
                    .await
            }
            _ => Err(ApiError::method("POST")),
        },
        ["v1", "webhooks", id, "test"] => match request.method() {
            Method::Post => {
                webhooks::test::handle(request, id, allow(request, env, Scope::WebhooksWrite).await?, env)
                    .await
            }
            _ => Err(ApiError::method("POST")),
        },
        ["v1", "webhooks", id, "deliveries"] => match request.method() {
            Method::Get => {
                let principal = allow(request, env, Scope::WebhooksRead).await?;
                deliveries::list::of_webhook(request, id, principal, env).await
            }
            _ => Err(ApiError::method("GET")),
        },
        ["v1", "webhooks", id, "tail"] => match request.method() {
            Method::Get => {
                let principal = allow(request, env, Scope::WebhooksRead).await?;
                deliveries::tail::watch(request, id, principal, env).await
            }
            _ => Err(ApiError::method("GET")),
        },
        ["v1", "webhooks", id, "metrics"] => match request.method() {
            Method::Get => {
                metrics::of_webhook(request, id, allow(request, env, Scope::WebhooksRead).await?, env).await
            }
            _ => Err(ApiError::method("GET")),
        },
        ["v1", "metrics"] => match request.method() {
            Method::Get => {
                metrics::of_org(request, allow(request, env, Scope::WebhooksRead).await?, env).await
            }
            _ => Err(ApiError::method("GET")),
        },
        ["v1", "webhooks", id, "recover"] => match request.method() {
            Method::Post => {
                webhooks::recover::handle(request, id, allow(request, env, Scope::WebhooksWrite).await?, env)
                    .await
            }
            _ => Err(ApiError::method("POST")),
        },
        ["v1", "deliveries"] => match request.method() {
            Method::Get => {
                let principal = allow(request, env, Scope::WebhooksRead).await?;
                deliveries::list::of_org(request, principal, env).await
            }
            _ => Err(ApiError::method("GET")),
        },
        ["v1", "deliveries", id, "request"] => match request.method() {
            Method::Get => {
                let principal = allow(request, env, Scope::WebhooksRead).await?;
                deliveries::request::show(request, id, principal, env).await
            }
            _ => Err(ApiError::method("GET")),
        },
        ["v1", "deliveries", id] => match request.method() {
            Method::Get => deliveries::show(id, allow(request, env, Scope::WebhooksRead).await?, env).await,
            _ => Err(ApiError::method("GET")),
        },
        ["v1", "deliveries", id, "retry"] => match request.method() {
            Method::Post => {
                deliveries::retry(id, allow(request, env, Scope::WebhooksWrite).await?, env).await
            }
            _ => Err(ApiError::method("POST")),
        },
        ["v1", "jobs", id] => match request.method() {
            Method::Get => jobs::show(id, allow(request, env, Scope::WebhooksRead).await?, env).await,
            _ => Err(ApiError::method("GET")),
        },
        ["v1", "jobs", id, "cancel"] => match request.method() {
            Method::Post => jobs::cancel(id, allow(request, env, Scope::WebhooksWrite).await?, env).await,
            _ => Err(ApiError::method("POST")),
        },
        ["v1", "event-types"] => match request.method() {
            Method::Get => {
                event_types::list(request, allow(request, env, Scope::WebhooksRead).await?, env).await
            }
            _ => Err(ApiError::method("GET")),
        },
        ["v1", "event-types", name] => match request.method() {
            Method::Get => {
                event_types::show(request, name, allow(request, env, Scope::WebhooksRead).await?, env).await
            }
            Method::Put => {
                let principal = allow(request, env, Scope::WebhooksWrite).await?;
                event_types::describe(request, name, principal, env).await
            }
            Method::Delete => {
                event_types::forget(name, allow(request, env, Scope::WebhooksWrite).await?, env).await
            }
            _ => Err(ApiError::method("GET, PUT, DELETE")),
        },
        ["schemas", version, file] => match request.method() {
            Method::Get => event_types::schema(version, file),
            _ => Err(ApiError::method("GET")),
        },
        ["v1", "rules"] => match request.method() {
            Method::Get => rules::list(allow(request, env, Scope::WebhooksRead).await?, env).await,
            Method::Post => {
                rules::create(request, allow(request, env, Scope::WebhooksWrite).await?, env).await
            }
            _ => Err(ApiError::method("GET, POST")),
        },
        ["v1", "rules", id] => match request.method() {
            Method::Get => rules::show(id, allow(request, env, Scope::WebhooksRead).await?, env).await,
            Method::Patch => {
                rules::change(request, id, allow(request, env, Scope::WebhooksWrite).await?, env).await
            }
            Method::Delete => rules::delete(id, allow(request, env, Scope::WebhooksWrite).await?, env).await,
            _ => Err(ApiError::method("GET, PATCH, DELETE")),
        },
        ["v1", "alerts"] => match request.method() {
            Method::Get => alerts::list(allow(request, env, Scope::WebhooksRead).await?, env).await,
            Method::Post => {
                alerts::create(request, allow(request, env, Scope::WebhooksWrite).await?, env).await
            }
            _ => Err(ApiError::method("GET, POST")),
        },
        ["v1", "alerts", id] => match request.method() {
            Method::Get => alerts::show(id, allow(request, env, Scope::WebhooksRead).await?, env).await,
            Method::Patch => {
                alerts::change(request, id, allow(request, env, Scope::WebhooksWrite).await?, env).await
            }
            Method::Delete => alerts::delete(id, allow(request, env, Scope::WebhooksWrite).await?, env).await,
            _ => Err(ApiError::method("GET, PATCH, DELETE")),
        },
        ["v1", "settings"] => match request.method() {
            Method::Get => settings::show(allow(request, env, Scope::WebhooksRead).await?, env).await,
            Method::Patch => {
                settings::change(request, allow(request, env, Scope::WebhooksWrite).await?, env).await
            }
            _ => Err(ApiError::method("GET, PATCH")),
        },
        ["v1", "request", rest @ ..] => requests::route(request, rest, env).await,
        ["v1", "keys"] => match request.method() {
            Method::Get => {
                allow_root(request, env).await?;
                keys::list(request, env).await
            }
            Method::Post => {
                allow_root(request, env).await?;
                keys::create(request, env).await
            }
            _ => Err(ApiError::method("GET, POST")),
        },
        ["v1", "keys", id] => match request.method() {
            Method::Delete => {
                allow_root(request, env).await?;
                keys::revoke(request, id, env).await
            }
            _ => Err(ApiError::method("DELETE")),
        },
        ["v1", "orgs"] => match request.method() {
            Method::Get => {
                allow_root(request, env).await?;
                orgs::list(env).await
            }
            Method::Post => {
                allow_root(request, env).await?;
                orgs::create(request, env).await
            }
            _ => Err(ApiError::method("GET, POST")),
        },
        _ => Err(ApiError::not_found("path")),
    }
}
