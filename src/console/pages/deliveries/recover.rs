//! Sending again what was not delivered: the form, and how far it is.

use maud::{Markup, html};

use super::{name_of, options};
use crate::{
    console::{
        form::Form,
        frame::{Page, Place, token},
        models::{job::Job, webhook::Webhook},
        pages::problem,
        parts::{
            badge,
            fields::Field,
            list::empty,
            number::{count, percent},
            time,
        },
        viewer::Viewer,
    },
    core::envelope::ApiError,
};

/// What can be recovered: the API's word, the name of the form's field, and what it means.
pub const STATES: [(&str, &str, &str, &str); 3] = [
    ("failed", "failed", "Failed", "Given up after their retries, or refused for good."),
    ("held", "held", "Held", "Came while the subscription was paused or disabled."),
    (
        "missing",
        "missing",
        "Missing",
        "Events that match and were never tried: also those from before the subscription was there.",
    ),
];

/// The form. `typed` is what was typed before, and `error` what is wrong with it.
pub fn form(viewer: &Viewer, webhooks: &[Webhook], typed: &Form, error: Option<&ApiError>) -> Page {
    if webhooks.is_empty() {
        let content = empty(
            "There is no subscription",
            &html! { p { a href="/console/webhooks" { "Subscriptions" } } },
        );
        return Page::new(Place::Deliveries, "Recover", content);
    }
    let is_new = error.is_none();
    let wrong = |name: &str| {
        let of = |error: &&ApiError| {
            error
                .field
                .as_deref()
                .is_some_and(|field| field == name || field.starts_with(&format!("{name}[")))
        };
        error.filter(of).map(ApiError::rule)
    };
    let field = |name, label, hint, of_api: &str| Field { name, label, hint, error: wrong(of_api) };
    let yesterday = viewer.now.plus_seconds(-86_400).to_string();
    let yesterday = yesterday.get(..16).unwrap_or_default();
    let since = if is_new { yesterday } else { typed.raw("since") };
    let content = html! {
        p { "Sends again what was not delivered, each delivery under the id that it had. The subscription has to be active." }
        @if let Some(error) = error.filter(|error| error.field.is_none()) { (problem::part(error)) }
        form.stack method="post" action="/console/deliveries/recover" {
            (token(viewer))
            (field("webhook", "Subscription", "", "webhook").select(&options(webhooks, None), typed.raw("webhook")))
            (field("since", "Accepted since (UTC)", "", "since").input("datetime-local", since, true))
            (field("until", "Accepted before (UTC)", "Until now where it is empty.", "until").input("datetime-local", typed.raw("until"), false))
            fieldset {
                legend { "Which deliveries" }
                @for (_, name, label, hint) in STATES { (Field { name, label, hint, error: None }.tick(is_new || typed.is_on(name))) }
                @if let Some(error) = wrong("states") { p.error { (error) } }
            }
            (field("types", "Event types", "Separated by commas, such as request.*; all where it is empty.", "eventTypes").input("text", typed.raw("types"), false))
            div.actions { button.primary type="submit" { "Recover" } a href="/console/deliveries" { "Cancel" } }
        }
    };
    Page::new(Place::Deliveries, "Recover deliveries", content)
}

/// How far one is.
pub fn job(viewer: &Viewer, webhooks: &[Webhook], job: &Job) -> Page {
    let content = html! {
        p { "Of " strong { bdi { (name_of(webhooks, &job.webhook_id)) } } ": what is " (job.states.join(", ")) ", accepted from "
            (time::at(&job.since)) " to " (time::at(&job.until)) "." }
        (progress(viewer, job))
    };
    Page::new(Place::Deliveries, "Recovery", content)
}

/// The part of it that changes; it asks for itself again as long as the recovery goes on.
pub fn progress(viewer: &Viewer, job: &Job) -> Markup {
    let path = format!("/console/deliveries/jobs/{}", job.id);
    let is_running = job.status == "running";
    let listed = format!("/console/deliveries?webhook={}", job.webhook_id);
    html! {
        div.card id="job" hx-get=[is_running.then_some(&path)] hx-trigger=[is_running.then_some("every 1s")] hx-swap=[is_running.then_some("outerHTML")] {
            p { (badge::state(&job.status)) " " (count(job.queued)) " queued, " (count(job.looked_at)) " looked at" }
            progress max="1" value=(job.progress) aria-label="Progress" { (percent(Some(job.progress))) }
            @if is_running {
                p.no-js-only { a href=(path) { "Load again" } }
                @if viewer.changes_webhooks() {
                    form method="post" action={ (path) "/cancel" } {
                        (token(viewer))
                        button.danger type="submit" { "Cancel the recovery" }
                    }
                }
            } @else {
                p.links { a href=(listed) { "See the deliveries" } a href="/console/deliveries/recover" { "Recover more" } }
            }
        }
    }
}
