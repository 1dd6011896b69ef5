//! For how long an org's days are kept: as long as the org says, else as long as the deployment does.

use futures_util::{StreamExt, stream};
use worker::Env;

use super::client;
use crate::{
    core::{envelope::ApiError, history::days_back, org::OrgSettings},
    dispatcher::subscriptions,
    edge::{clock, log::Line, settings},
};

/// How many days are told at once that they are kept for less long.
const TOLD_AT_ONCE: usize = 6;

/// For how many days an org's history is kept, today not counted.
pub async fn days(env: &Env, org: &str) -> Result<u32, ApiError> {
    days_of(env, &subscriptions::current(env, org).await?.snapshot.org)
}

/// The same by its settings.
pub fn days_of(env: &Env, settings: &OrgSettings) -> Result<u32, ApiError> {
    Ok(settings.retention_days.unwrap_or(settings::dispatcher(env)?.room.days))
}

/// Tells an org's days that they are kept for less long than they were. Where one can't be told, it goes when it would have gone.
pub async fn shorten(env: &Env, org: &str, from: u32, to: u32) {
    if to >= from {
        return;
    }
    let told = days_back(clock::now(), from).map(|day| async move {
        if let Err(error) = client::keep_for(env, org, &day, to).await {
            Line::warn("history.untold")
                .text("org", org)
                .text("day", &day)
                .text("why", &error.message)
                .emit();
        }
    });
    stream::iter(told).buffered(TOLD_AT_ONCE).for_each(|()| async {}).await;
}
