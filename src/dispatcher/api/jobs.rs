//! `/v1/jobs`: recoveries.

use worker::Env;

use crate::{
    core::{auth::Principal, envelope::ApiError, replay::JobView},
    dispatcher::{
        api::deliveries::of_id,
        ledger::command::{Command, FoundJob},
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
    let found = of_id(id, &principal.org, command, |FoundJob { job }| job, env).await?;
    let (subscription, job) = found.ok_or_else(|| ApiError::not_found("job"))?;
    ok(200, &JobView::new(&job, &subscription.id))
}
