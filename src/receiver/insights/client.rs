//! Calling `Insights`: the one place that knows how many of these objects there are.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use worker::Env;

use super::command::{Batch, Command, Observed};
use crate::{
    core::{
        envelope::ApiError,
        insights::{About, CountersView, GroupBy, Query},
        limits,
        metrics::exposition::{self, Family},
        window::{DAY, Window, hour_of},
    },
    edge::{clock, log::Line, object},
};

const BINDING: &str = "INSIGHTS";

/// The only object.
const NAME: &str = "insights";

/// Makes a call. A refusal comes back as it was made there.
pub async fn call<T: DeserializeOwned>(env: &Env, command: &Command) -> Result<T, ApiError> {
    object::call(env, BINDING, NAME, command).await
}

/// Adds to counters. What can't be counted is lost, and said so in the log: nothing waits for a count.
pub async fn count(env: &Env, counters: BTreeMap<String, u64>) {
    if counters.is_empty() {
        return;
    }
    let counters = counters.into_iter().collect();
    let batch = Batch { now: clock::now().millis(), counters, ..Batch::default() };
    if let Err(error) = call::<Observed>(env, &Command::Observe(batch)).await {
        Line::warn("insights.not_counted").text("why", &error.message).emit();
    }
}

/// What Prometheus is told of the counters.
pub async fn families(env: &Env) -> Result<Vec<Family>, ApiError> {
    let today = Window::Day.of(hour_of(clock::now().millis()));
    let query = Query {
        about: About::Counters,
        since: today.saturating_sub(DAY),
        until: today.saturating_add(DAY),
        model: None,
        group_by: GroupBy::Day,
        property: None,
        limit: limits::PAGE,
        after: None,
    };
    let view: CountersView = call(env, &Command::Look(query)).await?;
    Ok(exposition::receiver(&view, &Window::Day.label(today)))
}
