//! `/console/receiver`.

use super::visit::Visit;
use crate::{console::answer::Outcome, core::envelope::ApiError};

/// Answers a path below it.
pub async fn route(is_post: bool, segments: &[&str], visit: &Visit<'_>) -> Outcome {
    let _ = (is_post, segments, visit);
    Err(ApiError::not_found("page"))
}
