//! `GET /metrics`: what either role has counted, for Prometheus.

use worker::{Env, Method, Request};

use crate::{
    core::{
        auth::{DEFAULT_ORG, Scope},
        envelope::ApiError,
        metrics::exposition::{CONTENT_TYPE, render},
        roles::Roles,
    },
    dispatcher,
    edge::{
        auth::allow,
        http::{Answer, plain},
    },
    receiver,
};

/// Shows it: the dispatcher's numbers of who calls, and the receiver's to whom it belongs, its deployer.
pub async fn show(request: &Request, roles: Roles, env: &Env) -> Answer {
    if request.method() != Method::Get {
        return Err(ApiError::method("GET"));
    }
    let principal = allow(request, env, Scope::WebhooksRead).await?;
    let mut families = Vec::new();
    if roles.dispatcher {
        families.extend(dispatcher::metrics::families(env, &principal).await?);
    }
    if roles.receiver && principal.org == DEFAULT_ORG {
        families.extend(receiver::insights::client::families(env).await?);
    }
    Ok(plain(200, CONTENT_TYPE, render(&families).into_bytes()))
}
