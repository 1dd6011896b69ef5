//! Alerts on what deliveries come to: has each org that has some judge them.
//!
//! Run by cron. The ledgers are asked by the org's own object, which has a bound of its own for its calls to the platform and
//! remembers what fires.

use futures_util::{StreamExt, stream};
use worker::Env;

use super::{orgs, subscriptions, thresholds::client};
use crate::{
    core::reconcile::in_turn,
    edge::{clock, log::Line},
};

/// How many orgs one run looks at, with two calls each at most: the reconciler's run is of the same invocation, which may make
/// 1,000. Where there are more, the next run looks at the next ones.
const ORGS: usize = 60;

/// How many orgs judge at once.
const AT_ONCE: usize = 6;

/// How often the cron comes, in seconds.
const EVERY_SECONDS: i64 = 300;

/// Runs once. What can't be done now is logged, and the next run's.
pub async fn run(env: &Env) {
    let orgs = match orgs::ids(env).await {
        Ok(orgs) => orgs,
        Err(error) => return Line::error("alerts.failed").text("why", &error.message).emit(),
    };
    let first = clock::now().seconds().div_euclid(EVERY_SECONDS).saturating_mul(ORGS as i64);
    let turn = in_turn(orgs, first).into_iter().take(ORGS);
    stream::iter(turn).for_each_concurrent(AT_ONCE, |org| async move { judge(env, &org).await }).await;
}

async fn judge(env: &Env, org: &str) {
    match subscriptions::current(env, org).await {
        Ok(subscriptions) if subscriptions.snapshot.org.alerts.is_empty() => {}
        Ok(_) => client::evaluate(env, org).await,
        Err(error) => Line::error("alerts.failed").text("org", org).text("why", &error.message).emit(),
    }
}
