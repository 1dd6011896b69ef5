//! `/console/deliveries`.

mod list;
mod live;
mod one;
mod recover;

use super::visit::Visit;
use crate::{console::answer::Outcome, core::envelope::ApiError};

/// Answers a path below it.
pub async fn route(is_post: bool, segments: &[&str], visit: &Visit<'_>) -> Outcome {
    match (is_post, segments) {
        (false, []) => list::show(visit).await,
        (false, ["live"]) => live::show(visit).await,
        (false, ["tail"]) => live::watch(visit).await,
        (false, ["recover"]) => recover::ask(visit).await,
        (true, ["recover"]) => recover::begin(visit).await,
        (false, ["jobs", id]) => recover::show(id, visit).await,
        (true, ["jobs", id, "cancel"]) => recover::cancel(id, visit).await,
        (false, [id]) => one::show(id, visit).await,
        (false, [id, "request"]) => one::request(id, visit).await,
        (true, [id, "retry"]) => one::retry(id, visit).await,
        _ => Err(ApiError::not_found("page")),
    }
}
