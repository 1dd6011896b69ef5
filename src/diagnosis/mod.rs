//! `/v1/diagnosis`: whether what a deployment is bound to is there and works, for whoever has set it up.
//!
//! Whether a queue has a consumer can only be seen from a message that arrives, so each gets a probe.

mod checks;
pub mod probes;

use worker::{Env, Method, Request};

use crate::{
    core::{
        diagnosis::{Check, Diagnosis},
        envelope::ApiError,
        field,
        roles::Roles,
    },
    dispatcher,
    edge::{
        auth::allow_root,
        clock,
        http::{Answer, ok},
        input, random,
    },
};

/// Whether a path is one of these.
pub fn has(path: &str) -> bool {
    let mut segments = path.trim_matches('/').split('/');
    segments.next() == Some("v1") && segments.next() == Some("diagnosis")
}

/// Answers such a path, to the root key alone.
pub async fn route(request: &mut Request, path: &str, roles: Roles, env: &Env) -> Answer {
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    match (segments.as_slice(), request.method()) {
        (["v1", "diagnosis"], Method::Post) => create(request, roles, env).await,
        (["v1", "diagnosis"], _) => Err(ApiError::method("POST")),
        (["v1", "diagnosis", id], Method::Get) => {
            allow_root(request, env).await?;
            ok(200, &probes::arrived(id, roles, env).await?)
        }
        (["v1", "diagnosis", _], _) => Err(ApiError::method("GET")),
        _ => Err(ApiError::not_found("path")),
    }
}

/// Looks at everything, and sends the probes.
async fn create(request: &mut Request, roles: Roles, env: &Env) -> Answer {
    let principal = allow_root(request, env).await?;
    let fields = input::optional_object(request).await?;
    field::only(&fields, &["deadLetters"])?;
    let dead_letters = input::flag(&fields, "deadLetters")?.unwrap_or_default();
    let id = hex::encode(random::bytes::<16>()?);
    let mut checks = checks::bindings(&id, roles, env).await;
    checks.extend(checks::settings(roles, env));
    let (probes, sent) = probes::send(&id, dead_letters, roles, env).await;
    checks.extend(sent);
    let mut exchange_url = None;
    if roles.dispatcher {
        let problem = |error: ApiError| error.message;
        let opens = dispatcher::diagnosis::opens(&principal.org, env).await;
        checks.push(Check::of("sealed secrets", opens.map_err(problem)));
        // It is for the one who asks to fetch it.
        let made = dispatcher::diagnosis::archive(request, &principal.org, env).await.map_err(problem);
        checks.push(Check::of("archive", made.as_ref().map(|_| ()).map_err(Clone::clone)));
        exchange_url = made.ok();
    }
    ok(200, &Diagnosis { id, now: clock::now().to_string(), checks, probes, exchange_url })
}
