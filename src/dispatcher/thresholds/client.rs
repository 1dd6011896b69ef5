//! Calling the `Thresholds` of an org.

use worker::Env;

use super::command::{Command, Evaluated, Observed};
use crate::{
    core::{
        delivery_alerts::Firing,
        envelope::ApiError,
        rules::{Current, Rule, Share},
    },
    edge::{log::Line, object},
};

const BINDING: &str = "THRESHOLDS";

/// Counts what a call's events come to. What can't be counted is logged and lost: deliveries go before news of them.
pub async fn observe(
    env: &Env,
    org: &str,
    base_url: &str,
    rules: &[Rule],
    (shares, mark): (Vec<Share>, String),
) {
    if shares.is_empty() {
        return;
    }
    let command = Command::Observe { mark, base_url: base_url.to_owned(), rules: rules.to_vec(), shares };
    match object::call::<Observed>(env, BINDING, org, &command).await {
        Ok(Observed { crossed: 0 }) => {}
        Ok(Observed { crossed }) => {
            Line::info("thresholds.crossed").text("org", org).size("rules", crossed).emit();
        }
        Err(error) => Line::error("thresholds.lost").text("org", org).text("why", &error.message).emit(),
    }
}

/// How far the current window of a rule is, for at most so many keys.
pub async fn current(env: &Env, org: &str, rule: &Rule, limit: usize) -> Result<Current, ApiError> {
    object::call(env, BINDING, org, &Command::Current { rule: rule.clone(), limit }).await
}

/// Has an org's alerts judged by what its ledgers say now. What fails is logged, and the next time's.
pub async fn evaluate(env: &Env, org: &str) {
    judge(env, org, &Command::Evaluate).await;
}

/// Has what fires of deleted alerts end. What fails is logged: the object does so by itself within hours.
pub async fn settle(env: &Env, org: &str) {
    judge(env, org, &Command::Settle).await;
}

async fn judge(env: &Env, org: &str, command: &Command) {
    match object::call::<Evaluated>(env, BINDING, org, command).await {
        Ok(Evaluated { signals: 0 }) => {}
        Ok(Evaluated { signals }) => {
            Line::info("alerts.judged").text("org", org).size("signals", signals).emit();
        }
        Err(error) => Line::error("alerts.failed").text("org", org).text("why", &error.message).emit(),
    }
}

/// What fires of an alert.
pub async fn firing(env: &Env, org: &str, alert: &str) -> Result<Vec<Firing>, ApiError> {
    object::call(env, BINDING, org, &Command::Firing { alert: alert.to_owned() }).await
}
