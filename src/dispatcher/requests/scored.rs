//! What follows from a score.

use serde_json::{Map, Value};
use worker::Env;

use crate::{
    core::{
        envelope::ApiError,
        history::query::{Row, by_name},
        rules,
    },
    dispatcher::{intake, subscriptions},
    edge::log::Line,
};

/// Scores that were just written of a request.
pub struct Scored<'a> {
    /// The org.
    pub org: &'a str,
    /// The request as it is now: its id, user, model and all of its scores.
    pub row: &'a Row,
    /// The scores that were given, by the names that they are kept under.
    pub scores: &'a Map<String, Value>,
    /// The address of the deployment, which signed URLs begin with.
    pub base_url: &'a str,
}

/// Raises an event for each rule that a score fails. Called after the scores were written, and before the call is answered: an error
/// means that they may be given again, which writes the same and raises the same events.
pub async fn after(scored: &Scored<'_>, env: &Env) -> Result<(), ApiError> {
    let Scored { org, row, scores, base_url } = scored;
    let subscriptions = subscriptions::current(env, org).await?;
    let rules = &subscriptions.snapshot.org.rules;
    let (user, model) = (row.user_id.as_deref(), row.model.as_deref());
    let events = rules::failed(rules, &row.request_id, &by_name(scores), user, model);
    Line::info("request.scored")
        .text("org", org)
        .text("request", &row.request_id)
        .size("scores", scores.len())
        .size("failed", events.len())
        .emit();
    if events.is_empty() {
        return Ok(());
    }
    intake::take_in_own(&events, org, base_url, None, env).await
}
