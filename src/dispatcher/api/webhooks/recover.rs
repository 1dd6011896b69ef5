//! `POST /v1/webhooks/{id}/recover`.

use worker::{Env, Request};

use crate::{
    core::{
        auth::Principal,
        replay::{Job, JobView, Spec},
    },
    dispatcher::{
        api::deliveries::must_be_sending,
        ledger::{client, command::Command},
        subscriptions,
    },
    edge::{
        clock,
        http::{Answer, ok},
        input,
    },
};

/// Sends again whatever failed, was held or went missing since a moment. Answers at once with the recovery, which goes on by
/// itself.
pub async fn handle(request: &mut Request, id: &str, principal: Principal, env: &Env) -> Answer {
    let subscription = subscriptions::find(env, &principal.org, id).await?;
    let fields = input::object(request).await?;
    let spec = Spec::read(&fields, clock::now())?;
    must_be_sending(&subscription)?;
    let job: Job = client::call(env, &principal.org, id, &Command::Recover(spec)).await?;
    ok(202, &JobView::new(&job, id))
}
