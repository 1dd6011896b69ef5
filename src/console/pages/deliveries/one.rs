//! One delivery: how it stands, why, and what was tried.

use maud::{Markup, html};

use super::recipe;
use crate::{
    console::{
        form::query,
        frame::{Page, Place, token},
        models::delivery::{Attempt, Delivery, Signing},
        parts::{
            badge, code,
            number::{count, millis},
            time,
        },
        viewer::Viewer,
    },
    core::{
        advice::advice,
        retry::{Failure, Outcome, Why},
    },
};

/// The page. `signing` is its webhook, unless that is gone.
pub fn render(viewer: &Viewer, delivery: &Delivery, signing: Option<&Signing>) -> Page {
    let content = html! {
        (standing(viewer, delivery, signing))
        section aria-labelledby="attempts" {
            h2 id="attempts" { "Attempts" }
            (timeline(viewer, delivery))
        }
        div id="request" aria-live="polite" {}
        @if let (Some(attempt), Some(signing)) = (delivery.attempts.last(), signing) {
            (recipe::render(delivery, attempt, signing))
        }
    };
    Page {
        actions: html! {
            @if viewer.changes_webhooks() {
                form method="post" action={ "/console/deliveries/" (delivery.id) "/retry" } {
                    (token(viewer))
                    button.primary type="submit" { "Send again" }
                }
            }
        },
        ..Page::new(Place::Deliveries, format!("Delivery of {}", delivery.event_type), content)
    }
}

fn standing(viewer: &Viewer, delivery: &Delivery, signing: Option<&Signing>) -> Markup {
    let listed = query(&[("webhook", Some(&delivery.webhook_id))]);
    let to_do = delivery.attempts.last().filter(|_| delivery.state != "delivered").and_then(advised);
    html! {
        div.card.bad[delivery.state == "dead"] {
            dl.facts {
                dt { "State" }
                dd {
                    (badge::state(&delivery.state))
                    @if let Some(reason) = &delivery.reason { " " (sentence(reason)) }
                }
                @if let Some(to_do) = to_do { dt { "What to do" } dd { (to_do) } }
                @if let Some(next) = &delivery.next_attempt_at { dt { "Next attempt" } dd { (time::ago(next, viewer.now)) " (" (time::at(next)) ")" } }
                dt { "Subscription" }
                dd {
                    a href={ "/console/webhooks/" (delivery.webhook_id) } {
                        bdi { (signing.map_or(delivery.webhook_id.as_str(), |signing| signing.webhook.name())) }
                    }
                    " · " a href={ "/console/deliveries" (listed) } { "its deliveries" }
                }
                dt { "Event" } dd { bdi { (code::inline("event-id", &delivery.event_id)) } }
                dt { "Delivery" } dd { (code::inline("delivery-id", &delivery.id)) }
                dt { "Accepted" } dd { (time::at(&delivery.accepted_at)) " (" (time::ago(&delivery.accepted_at, viewer.now)) ")" }
                dt { "Attempts" } dd { (count(u64::from(delivery.attempt_count))) }
            }
        }
    }
}

fn timeline(viewer: &Viewer, delivery: &Delivery) -> Markup {
    let missing = u64::from(delivery.attempt_count).saturating_sub(delivery.attempts.len() as u64);
    html! {
        @if delivery.attempts.is_empty() { p.muted { "None was made." } }
        @if missing > 0 { p.muted { "The first " (count(missing)) " are not kept." } }
        ol.timeline {
            @for attempt in &delivery.attempts { li { (one(viewer, delivery, attempt)) } }
            @if let Some(next) = &delivery.next_attempt_at {
                li { p.muted { "The next one is due " (time::ago(next, viewer.now)) "." } }
            }
        }
    }
}

fn one(viewer: &Viewer, delivery: &Delivery, attempt: &Attempt) -> Markup {
    let number = attempt.number.to_string();
    let path = format!("/console/deliveries/{}/request{}", delivery.id, query(&[("attempt", Some(&number))]));
    html! {
        div.card {
            h3 { "Attempt " (number) " " (badge::outcome(attempt.status, attempt.failure.as_deref())) }
            p {
                (time::at(&attempt.at)) " · " (millis(Some(attempt.latency_ms)))
                @if attempt.lane == "slow" { " · in the slow queue" }
            }
            @match attempt.reply.is_empty() {
                true => p.muted { "The endpoint answered nothing that could be kept." },
                false => details {
                    summary { "What the endpoint answered" }
                    (code::block(&format!("reply-{number}"), &attempt.reply))
                },
            }
            @if viewer.sees_requests() {
                p.links {
                    a href=(path) hx-get=(path) hx-target="#request" hx-swap="innerHTML show:top" {
                        "Show headers and body"
                    }
                }
            }
        }
    }
}

/// Why it stands so, by its code.
fn sentence(reason: &str) -> Markup {
    let sentence = match reason {
        "archive_gone" => Some("its event is no longer in the archive"),
        "archive_unreadable" => Some("its event can't be read from the archive"),
        code => Why::from_code(code).map(Why::sentence),
    };
    html! { @match sentence { Some(sentence) => (sentence), None => code { (reason) } } }
}

fn advised(attempt: &Attempt) -> Option<&'static str> {
    let outcome = match (attempt.status, &attempt.failure) {
        (Some(status), _) => Outcome::Answered { status, retry_after: None, directive: None },
        (None, Some(failure)) => Outcome::Failed(Failure::from_code(failure)?),
        (None, None) => return None,
    };
    advice(&outcome)
}
