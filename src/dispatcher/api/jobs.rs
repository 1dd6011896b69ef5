//! `/v1/jobs`: recoveries.

use worker::Env;

use crate::{
    core::{auth::Principal, envelope::ApiError, ids, replay::JobView},
    dispatcher::{
        ledger::{
            client,
            command::{Command, FoundJob},
        },
        subscriptions,
    },
    edge::http::{Answer, ok},
};

/// Shows a recovery.
pub async fn show(id: &str, principal: Principal, env: &Env) -> Answer {
    ask(id, principal, env, || Command::FindJob { id: id.to_owned() }).await
}

/// Stops a recovery. What it has queued is delivered.
pub async fn cancel(id: &str, principal: Principal, env: &Env) -> Answer {
    ask(id, principal, env, || Command::CancelJob { id: id.to_owned() }).await
}

async fn ask(id: &str, principal: Principal, env: &Env, command: impl Fn() -> Command) -> Answer {
    let snapshot = subscriptions::truth(env, &principal.org).await?;
    for subscription in snapshot.subscriptions {
        if !ids::is_of(id, &subscription.id) {
            continue;
        }
        let FoundJob { job } = client::call(env, &principal.org, &subscription.id, &command()).await?;
        if let Some(job) = job {
            return ok(200, &JobView::new(&job, &subscription.id));
        }
    }
    Err(ApiError::not_found("job"))
}
