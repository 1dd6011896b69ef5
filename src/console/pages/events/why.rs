//! Which subscriptions get a request's event, and why the others do not.

use maud::{Markup, html};

use crate::console::{
    models::{
        request::{Verdict, Verdicts, Watcher},
        subscription::Why,
    },
    parts::{
        badge::{self, Tone, badge},
        text::short,
    },
};

/// The table, of the newest event of a request of this type.
pub fn table(event_type: &str, verdicts: &Verdicts, watchers: &[Watcher]) -> Markup {
    html! {
        @if verdicts.webhooks.is_empty() { p.muted { "There are no subscriptions." } }
        @else {
            div.wide tabindex="0" role="region" aria-label="Subscriptions and this event" {
                table {
                    thead { tr { th scope="col" { "Subscription" } th scope="col" { "Delivery" } th scope="col" { "Why" } } }
                    tbody { @for verdict in &verdicts.webhooks { (row(event_type, verdict, watchers)) } }
                }
            }
        }
    }
}

fn row(event_type: &str, verdict: &Verdict, watchers: &[Watcher]) -> Markup {
    let watcher = watchers.iter().find(|watcher| watcher.webhook.id == verdict.webhook_id);
    let name = watcher.map_or(verdict.webhook_id.as_str(), |watcher| watcher.webhook.name());
    html! {
        tr {
            th scope="row" { a href={ "/console/webhooks/" (verdict.webhook_id) } { (short(name)) } }
            td {
                @match (&verdict.delivery, &verdict.why) {
                    (Some(delivery), _) => {
                        (badge::state(&delivery.state)) " "
                        a href={ "/console/deliveries/" (delivery.id) } { "See the delivery" }
                    },
                    (None, None) => (badge(Tone::Quiet, "none yet")),
                    (None, Some(_)) => (badge(Tone::Quiet, "not sent")),
                }
            }
            td { (reason(event_type, verdict, watcher)) }
        }
    }
}

fn reason(event_type: &str, verdict: &Verdict, watcher: Option<&Watcher>) -> Markup {
    let waits = match watcher.map(|watcher| watcher.webhook.status.as_str()) {
        Some("paused") => "Matches. The subscription is paused, so the delivery is held.",
        Some("disabled") => "Matches. Its endpoint was given up, so the delivery is held.",
        _ => "Matches. No attempt was made: it waits, or the subscription is newer than the event.",
    };
    html! {
        @match (&verdict.why, &verdict.delivery) {
            (None, Some(_)) => "Matches",
            (None, None) => (waits),
            (Some(why), Some(_)) => { "Matched when the event came. Now: " (said(event_type, why, watcher)) },
            (Some(why), None) => (said(event_type, why, watcher)),
        }
    }
}

/// What the event fails at.
fn said(event_type: &str, why: &Why, watcher: Option<&Watcher>) -> Markup {
    let types = watcher.map(|watcher| watcher.webhook.event_types.join(", ")).unwrap_or_default();
    let wanted = why.path.strip_prefix("propertyFilters[").and_then(|rest| rest.strip_suffix(']'));
    let wanted = wanted.and_then(|at| watcher?.property_filters.get(at.parse::<usize>().ok()?));
    html! {
        @match (why.path.as_str(), wanted) {
            ("eventTypes", _) => {
                "Type not wanted: " code { (short(event_type)) }
                @if !types.is_empty() { " is none of " code { (short(&types)) } }
            },
            ("sampleRate", _) => {
                "Not in the sample"
                @if let Some(watcher) = watcher { " of " (watcher.webhook.sample_rate) " %" }
            },
            (_, Some(wanted)) => {
                "Property " code { (short(&wanted.key)) }
                @if why.reason == "absent" { " is not there" } @else { " is not " code { (short(&wanted.value)) } }
            },
            (path, None) => { code { (short(path)) } ": " (plain(&why.reason)) },
        }
    }
}

fn plain(reason: &str) -> &str {
    match reason {
        "absent" => "it is not there",
        "present" => "it is there, and should not be",
        "too_large" => "it is too large to be looked into",
        "wrong_type" => "it is of another type",
        "wrong_value" => "it has another value",
        "no_element" => "no element of the list is so",
        "no_alternative" => "none of the alternatives holds",
        "negated" => "it holds, and should not",
        other => other,
    }
}
