//! The entry points that the runtime calls: which role, which room, and nothing else.

// The macros write exports that carry no documentation of their own.
#![allow(missing_docs)]

use worker::{
    Context, Env, Request, ScheduleContext, ScheduledEvent, event,
    wasm_bindgen::{JsValue, prelude::wasm_bindgen},
    web_sys, worker_sys,
};

use crate::{
    console::routes as console,
    core::{envelope::ApiError, ledger::Lane, roles::Roles},
    diagnosis,
    dispatcher::{self, api},
    edge::{http, log::Line, panics, queue::Batch, raw, settings},
    receiver, scrape,
};

/// Names the place of a panic in the log. None is meant to happen: this is for the one that does.
#[event(start)]
fn start() {
    panics::report();
}

/// An HTTP request. Exported under this name, the generated glue hands it the runtime's requests; unlike the `worker` crate's own
/// handler it looks at the path first, and lets the receiver's door have the request as it came.
#[wasm_bindgen(wasm_bindgen = worker::wasm_bindgen, js_sys = worker::js_sys, wasm_bindgen_futures = worker::wasm_bindgen_futures)]
pub async fn fetch(request: web_sys::Request, env: Env, context: worker_sys::Context) -> JsValue {
    let path = raw::path(&request);
    let answer = match (path.as_str(), settings::roles(&env)) {
        ("/webhook", Ok(Roles { receiver: true, .. })) => {
            let taken = receiver::webhook::receive(&request, &env, &Context::new(context)).await;
            match taken {
                Ok(response) => return response.into(),
                Err(error) => Err(error),
            }
        }
        (_, Ok(roles)) => route(&mut request.into(), &path, roles, &env).await,
        (_, Err(error)) => Err(error),
    };
    JsValue::from(web_sys::Response::from(http::respond(answer)))
}

async fn route(request: &mut Request, path: &str, roles: Roles, env: &Env) -> http::Answer {
    http::tell_methods_apart(request);
    match path {
        "/healthz" => api::health::show(request, roles),
        "/docs" => api::docs::show(request, env).await,
        "/metrics" => scrape::show(request, roles, env).await,
        "/openapi.json" => api::openapi::show(request),
        path if diagnosis::has(path) => diagnosis::route(request, path, roles, env).await,
        path if console::has(path) => Ok(console::route(request, path, roles, env).await),
        path if roles.receiver && receiver::api::has(path) => receiver::api::route(request, path, env).await,
        path if roles.dispatcher => api::route(request, path, env).await,
        _ => Err(ApiError::not_found("path")),
    }
}

/// The time that `[triggers]` in wrangler.toml sets.
#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    match settings::roles(&env) {
        Ok(Roles { dispatcher: true, .. }) => {
            // Deliveries go before news of them.
            dispatcher::reconcile::run(&env).await;
            dispatcher::alerts::run(&env).await;
        }
        Ok(_) => {}
        Err(error) => Line::error("settings.wrong").text("why", &error.message).emit(),
    }
}

/// A batch of queue messages. Exported under this name, the generated glue hands it the runtime's queue events; unlike
/// the `worker` crate's own handler it sees how often a message was tried, and it has no error to return: each message is
/// decided on its own.
#[wasm_bindgen(wasm_bindgen = worker::wasm_bindgen, js_sys = worker::js_sys, wasm_bindgen_futures = worker::wasm_bindgen_futures)]
pub async fn queue(batch: worker_sys::MessageBatch, env: Env, _context: worker_sys::Context) -> JsValue {
    let mut batch = Batch::open(&batch);
    diagnosis::probes::take(&mut batch, &env).await;
    match (batch.name(), settings::roles(&env)) {
        (_, Err(error)) => batch.refuse(&error.message),
        (name, Ok(Roles { dispatcher: true, .. })) if name.ends_with("-express") => {
            dispatcher::deliver::consume(batch, Lane::Express, &env).await;
        }
        (name, Ok(Roles { dispatcher: true, .. })) if name.ends_with("-slow") => {
            dispatcher::deliver::consume(batch, Lane::Slow, &env).await;
        }
        (name, Ok(Roles { dispatcher: true, .. }))
            if name.ends_with("-express-dead") || name.ends_with("-slow-dead") =>
        {
            dispatcher::deliver::consume_dead(batch, &env).await;
        }
        (name, Ok(Roles { receiver: true, .. })) if name.ends_with("-inbox") => {
            receiver::process::consume(batch, &env).await;
        }
        (name, Ok(Roles { receiver: true, .. })) if name.ends_with("-inbox-dead") => {
            receiver::process::consume_dead(batch, &env).await;
        }
        (name, Ok(_)) => {
            Line::error("queue.unknown").text("queue", name).emit();
            batch.refuse("no role of this deployment consumes this queue");
        }
    }
    JsValue::UNDEFINED
}
