//! The form of a subscription: shown, and what is sent with it made or changed.

use futures_util::future::join;
use serde_json::Value;
use worker::Method;

use super::{Visit, live};
use crate::{
    console::{
        answer::{Done, Outcome},
        models::{
            event_type::EventType,
            subscription::{Issued, Subscription},
        },
        pages::webhooks::{
            draft::{Draft, NAMES},
            filled::{Before, FormPage, SPARE},
            form, secrets,
        },
    },
    core::envelope::ApiError,
    edge::{random, settings},
};

/// How many rows a press on the button adds.
const MORE_ROWS: usize = 4;

/// Shows an empty one.
pub async fn blank(visit: &Visit<'_>) -> Outcome {
    let page = FormPage::new(Draft::default(), types(visit).await?, None, once()?);
    Ok(Done::Page(form::render(&visit.viewer, &page)))
}

/// Shows one that holds what a subscription is set to.
pub async fn show(id: &str, visit: &Visit<'_>) -> Outcome {
    let (found, types) = join(find(id, visit), types(visit)).await;
    let (subscription, before) = found?;
    let page = FormPage::new(Draft::of(&subscription), types?, Some(before), String::new());
    Ok(Done::Page(form::render(&visit.viewer, &page)))
}

/// Makes a subscription, and shows its keys.
pub async fn create(visit: &Visit<'_>) -> Outcome {
    let draft = Draft::read(&visit.form);
    let mut page = FormPage::new(draft, types(visit).await?, None, visit.form.raw("once").to_owned());
    if page.once.is_empty() {
        page.once = once()?;
    }
    if !is_to_be_saved(&mut page, visit).await? {
        return Ok(Done::Page(form::render(&visit.viewer, &page)));
    }
    let body = Value::Object(page.draft.creation());
    match visit.api.create::<Issued>("/v1/webhooks", &body, &page.once).await {
        Ok(issued) => Ok(Done::Page(secrets::created(&issued))),
        Err(error) => {
            refuse(&mut page, &error);
            if error.status == 422 {
                // Back from the page of another one: what is sent now is meant as one more.
                page.once = once()?;
                page.notice = Some(
                    "This form has made a subscription already. Send it once more to make another one."
                        .to_owned(),
                );
            }
            Ok(Done::Page(form::render(&visit.viewer, &page)))
        }
    }
}

/// Changes what is not as it was, and that only where nobody else has changed anything since the form was shown.
pub async fn save(id: &str, visit: &Visit<'_>) -> Outcome {
    let (found, types) = join(find(id, visit), types(visit)).await;
    let (subscription, mut before) = found?;
    let newest = std::mem::replace(&mut before.tag, visit.form.raw("tag").to_owned());
    let draft = Draft::read(&visit.form);
    let mut page = FormPage::new(draft, types?, Some(before), String::new());
    if !is_to_be_saved(&mut page, visit).await? {
        return Ok(Done::Page(form::render(&visit.viewer, &page)));
    }
    let there = format!("/console/webhooks/{id}");
    let changes = page.draft.changes(&Draft::of(&subscription));
    if changes.is_empty() {
        return Ok(Done::told(there, "Nothing was changed."));
    }
    let (path, body) = (format!("/v1/webhooks/{id}"), Value::Object(changes.clone()));
    match visit.api.send_at::<Value>(Method::Patch, &path, &body, visit.form.raw("tag")).await {
        Ok(_) => Ok(Done::told(there, "Saved. Every place of the network has it within a minute.")),
        Err(error) if error.status == 412 => {
            let labels =
                NAMES.into_iter().filter(|(name, _)| changes.contains_key(*name)).map(|(_, label)| label);
            page.notice = Some(format!(
                "Somebody has changed this subscription since you opened this form, and nothing was saved. What you typed is \
                 here, and differs from what it is set to now in: {}. Saving again puts yours in its place.",
                labels.collect::<Vec<_>>().join(", ")
            ));
            if let Some(before) = &mut page.before {
                before.tag = newest;
            }
            Ok(Done::Page(form::render(&visit.viewer, &page)))
        }
        Err(error) => {
            refuse(&mut page, &error);
            Ok(Done::Page(form::render(&visit.viewer, &page)))
        }
    }
}

/// Whether it was asked to be saved and nothing is wrong with it; else the page says what was asked, or what is wrong.
async fn is_to_be_saved(page: &mut FormPage, visit: &Visit<'_>) -> Result<bool, ApiError> {
    match visit.form.raw("do") {
        "rows" => page.spare = SPARE.saturating_add(MORE_ROWS),
        "preview" => {
            (_, page.errors) = page.draft.check(&settings::dispatcher(visit.api.env)?.policy);
            page.preview = live::of(&page.draft, visit).await;
        }
        _ => {
            (_, page.errors) = page.draft.check(&settings::dispatcher(visit.api.env)?.policy);
            return Ok(page.errors.is_empty());
        }
    }
    Ok(false)
}

/// Says at its field what the API refused, or above all of them.
fn refuse(page: &mut FormPage, error: &ApiError) {
    if !page.errors.add_refusal(error) {
        page.notice = Some(error.message.clone());
    }
}

async fn types(visit: &Visit<'_>) -> Result<Vec<EventType>, ApiError> {
    visit.api.get("/v1/event-types").await
}

async fn find(id: &str, visit: &Visit<'_>) -> Result<(Subscription, Before), ApiError> {
    let (subscription, tag) = visit.api.get_at::<Subscription>(&format!("/v1/webhooks/{id}")).await?;
    let before = Before {
        id: subscription.webhook.id.clone(),
        name: subscription.webhook.name().to_owned(),
        tag,
        headers: subscription.headers.clone(),
    };
    Ok((subscription, before))
}

fn once() -> Result<String, ApiError> {
    Ok(hex::encode(random::bytes::<16>()?))
}
