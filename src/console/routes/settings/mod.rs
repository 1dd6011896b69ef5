//! `/console/settings`.

mod alerts;
mod event_types;
mod keys;
mod org;
mod orgs;
mod rules;

use super::visit::Visit;
use crate::{console::answer::Outcome, core::envelope::ApiError};

/// Answers a path below it.
pub async fn route(is_post: bool, segments: &[&str], visit: &Visit<'_>) -> Outcome {
    match (is_post, segments) {
        (false, []) => org::show(visit).await,
        (true, []) => org::change(visit).await,
        (_, ["keys", rest @ ..]) => keys::route(is_post, rest, visit).await,
        (_, ["orgs"]) => orgs::route(is_post, visit).await,
        (_, ["rules", rest @ ..]) => rules::route(is_post, rest, visit).await,
        (_, ["alerts", rest @ ..]) => alerts::route(is_post, rest, visit).await,
        (_, ["event-types", rest @ ..]) => event_types::route(is_post, rest, visit).await,
        _ => Err(ApiError::not_found("page")),
    }
}
