//! `/v1/backfill`: reading what was missed from the request API.

use worker::{Env, Request};

use crate::{
    core::{
        backfill::{BackfillView, Spec},
        envelope::ApiError,
    },
    edge::{
        clock,
        http::{Answer, ok},
        input,
    },
    receiver::{
        backfill::{self, command::Command},
        settings,
    },
};

/// Begins one.
pub async fn create(request: &mut Request, env: &Env) -> Answer {
    let fields = input::object(request).await?;
    let spec = Spec::read(&fields, clock::now())?;
    if settings::read(env)?.api_key.is_none() {
        return Err(ApiError::misconfigured("HELICONE_API_KEY: is not set, so that there is nobody to ask"));
    }
    answer(202, &Command::Begin(spec), env).await
}

/// Shows one.
pub async fn show(id: &str, env: &Env) -> Answer {
    answer(200, &Command::Find { id: id.to_owned() }, env).await
}

/// Stops one. What it has queued is handled.
pub async fn cancel(id: &str, env: &Env) -> Answer {
    answer(200, &Command::Cancel { id: id.to_owned() }, env).await
}

async fn answer(status: u16, command: &Command, env: &Env) -> Answer {
    let found = backfill::call(env, command).await?;
    let job = found.job.ok_or_else(|| ApiError::not_found("backfill"))?;
    ok(status, &BackfillView::new(&job))
}
