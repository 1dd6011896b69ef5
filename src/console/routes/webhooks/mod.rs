//! `/console/webhooks`.

mod act;
mod edit;
mod live;
mod show;

use super::visit::Visit;
use crate::{console::answer::Outcome, core::envelope::ApiError};

/// Answers a path below it.
pub async fn route(is_post: bool, segments: &[&str], visit: &Visit<'_>) -> Outcome {
    match (is_post, segments) {
        (false, []) => return show::list(visit).await,
        (false, [id]) if *id != "new" => return show::one(id, visit).await,
        _ => {}
    }
    if !visit.viewer.changes_webhooks() {
        return Err(ApiError::new(403, "this key may not change subscriptions (webhooks:write)"));
    }
    match (is_post, segments) {
        (false, ["new"]) => edit::blank(visit).await,
        (true, ["new"]) => edit::create(visit).await,
        (true, ["check"]) => live::check(visit),
        (true, ["preview"]) => live::preview(visit).await,
        (false, [id, "edit"]) => edit::show(id, visit).await,
        (true, [id, "edit"]) => edit::save(id, visit).await,
        (true, [id, "status"]) => act::set_status(id, visit).await,
        (true, [id, "test"]) => act::test(id, visit).await,
        (true, [id, "rotate"]) => act::rotate(id, visit).await,
        (false, [id, "delete"]) => act::ask_to_delete(id, visit).await,
        (true, [id, "delete"]) => act::delete(id, visit).await,
        _ => Err(ApiError::not_found("page")),
    }
}
