//! What is said of a form while somebody types.

use serde_json::Value;
use worker::Method;

use super::Visit;
use crate::{
    console::{
        answer::{Done, Outcome},
        models::subscription::Previewed,
        pages::webhooks::{check, draft::Draft},
    },
    core::{envelope::ApiError, subscription::MAX_LAST},
    edge::settings,
};

/// Says what is wrong, by the rules that the API has. What the API alone can know it says when it is asked to save.
pub fn check(visit: &Visit<'_>) -> Outcome {
    let draft = Draft::read(&visit.form);
    let (_, mut errors) = draft.check(&settings::dispatcher(visit.api.env)?.policy);
    if draft.destination.is_empty() {
        // They have not come to it yet.
        errors.forget("destination");
    }
    Ok(Done::Part(check::checked(&errors)))
}

/// Says which of the last events would have matched.
pub async fn preview(visit: &Visit<'_>) -> Outcome {
    let found = of(&Draft::read(&visit.form), visit).await;
    Ok(Done::Part(found.as_ref().map_or_else(check::nothing_to_preview, check::previewed)))
}

/// The same for a page; none where something is wrong with what picks the events.
pub async fn of(draft: &Draft, visit: &Visit<'_>) -> Option<Result<Previewed, ApiError>> {
    let mut asked = draft.criteria()?;
    asked.insert("last".to_owned(), MAX_LAST.into());
    Some(visit.api.send(Method::Post, "/v1/webhooks/preview", &Value::Object(asked)).await)
}
