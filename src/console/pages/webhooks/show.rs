//! One subscription: how it does, what it is set to, and what can be done with it.

use maud::{Markup, html};

use super::{charts::charts, secrets};
use crate::console::{
    form::query,
    frame::{Page, Place, token},
    models::{
        delivery::Delivery,
        event_type::EventType,
        metrics::{Metrics, Numbers},
        subscription::Subscription,
    },
    parts::{
        badge, code,
        number::{UNKNOWN, count, millis, percent},
        time,
    },
    viewer::Viewer,
};

/// How many hours the two ranges have.
pub const DAY: i64 = 24;
/// See [`DAY`].
pub const WEEK: i64 = 168;

/// How long old keys may sign beside new ones: seconds, and in words.
const OVERLAPS: [(&str, &str); 5] = [
    ("86400", "1 day"),
    ("3600", "1 hour"),
    ("259200", "3 days"),
    ("604800", "7 days"),
    ("0", "not at all: the old secret is worth nothing at once"),
];

/// What the page shows.
pub struct Shown {
    /// The subscription.
    pub subscription: Subscription,
    /// Its revision.
    pub tag: String,
    /// What came of a day's deliveries.
    pub day: Metrics,
    /// And of a week's.
    pub week: Metrics,
    /// Whether the charts are of the week.
    pub is_week: bool,
    /// The newest deliveries.
    pub deliveries: Vec<Delivery>,
    /// The catalogue, from which a test is chosen.
    pub types: Vec<EventType>,
}

/// The page.
pub fn render(viewer: &Viewer, shown: &Shown) -> Page {
    let webhook = &shown.subscription.webhook;
    let may = viewer.changes_webhooks();
    let content = html! {
        (standing(shown))
        (numbers(shown))
        (deliveries(viewer, shown))
        @if may { (test(viewer, shown)) }
        (settings(viewer, shown))
        (keys(viewer, shown))
        details.more {
            summary { "How to verify deliveries" }
            p.hint { "Put the secret where its name stands." }
            (secrets::verify(&shown.subscription, "whsec_YOUR_SIGNING_SECRET", "YOUR_HMAC_KEY"))
        }
    };
    let page = Page::new(Place::Webhooks, webhook.name(), content);
    Page { actions: html! { @if may { (actions(viewer, shown)) } }, has_charts: true, ..page }
}

fn path(shown: &Shown) -> String {
    format!("/console/webhooks/{}", shown.subscription.webhook.id)
}

fn actions(viewer: &Viewer, shown: &Shown) -> Markup {
    let path = path(shown);
    let (status, text) = match shown.subscription.webhook.status.as_str() {
        "paused" => ("active", "Resume"),
        "disabled" => ("active", "Enable"),
        _ => ("paused", "Pause"),
    };
    html! {
        a.button href={ (path) "/edit" } { "Edit" }
        form method="post" action={ (path) "/status" } {
            (token(viewer))
            button type="submit" name="status" value=(status) { (text) }
        }
        a.button.danger href={ (path) "/delete" } { "Delete" }
    }
}

fn standing(shown: &Shown) -> Markup {
    let webhook = &shown.subscription.webhook;
    let listed = |state: Option<&str>| {
        format!("/console/deliveries{}", query(&[("webhook", Some(&webhook.id)), ("state", state)]))
    };
    html! {
        div.links {
            (badge::state(shown.day.state_of(webhook)))
            code { (webhook.destination) }
            a href=(listed(None)) { "Deliveries" }
        }
        @match webhook.status.as_str() {
            "disabled" => p.notice.bad {
                "Its endpoint was given up"
                @if let Some(reason) = &webhook.disabled_reason { " (" code { (reason) } ")" }
                @if let Some(at) = &webhook.disabled_at { " at " (time::at(at)) }
                ". What comes is held. Mend the endpoint, enable it, then " a href=(listed(Some("held"))) { "recover what was held" } "."
            },
            "paused" => p.notice.warning {
                "Paused: what comes is held. Resume it, then " a href=(listed(Some("held"))) { "recover what was held" } "."
            },
            _ => {}
        }
    }
}

fn numbers(shown: &Shown) -> Markup {
    let (day, week) = (&shown.day.total, &shown.week.total);
    let row = |label: &str, figure: &dyn Fn(&Numbers) -> String| {
        html! { tr { th scope="row" { (label) } td.number { (figure(day)) } td.number { (figure(week)) } } }
    };
    let path = path(shown);
    html! {
        section aria-labelledby="numbers" {
            div.heading {
                h2 id="numbers" { "How it does" }
                nav.links aria-label="Range of the charts" {
                    a href=(path) aria-current=[(!shown.is_week).then_some("true")] { "24 hours" }
                    a href={ (path) "?range=7d" } aria-current=[shown.is_week.then_some("true")] { "7 days" }
                }
            }
            @match (shown.is_week, day.attempts, week.attempts) {
                (true, _, 0) => p.muted { "No attempts in the last 7 days." },
                (false, 0, _) => p.muted { "No attempts in the last 24 hours." },
                (true, _, _) => (charts(&shown.week, WEEK)),
                (false, _, _) => (charts(&shown.day, DAY)),
            }
            div.wide tabindex="0" role="region" aria-label="Numbers of a day and of a week" {
                table {
                    thead { tr { th scope="col" { "" span.visually-hidden { "Figure" } } th.number scope="col" { "24 hours" } th.number scope="col" { "7 days" } } }
                    tbody {
                        (row("Success rate", &|numbers| percent(numbers.success_rate)))
                        (row("Delivered", &|numbers| count(numbers.delivered)))
                        (row("Dead", &|numbers| count(numbers.dead)))
                        (row("Held", &|numbers| count(numbers.held)))
                        (row("Attempts, failed", &|numbers| format!("{}, {}", count(numbers.attempts), count(numbers.failed_attempts))))
                        (row("Attempts per delivery", &|numbers| {
                            numbers.attempts_per_delivery.map_or_else(|| UNKNOWN.to_owned(), |attempts| format!("{attempts:.2}"))
                        }))
                        (row("Acknowledged after, p50", &|numbers| millis(numbers.callback.p50_ms)))
                        (row("Acknowledged after, p95", &|numbers| millis(numbers.callback.p95_ms)))
                        (row("Attempt took, p95", &|numbers| millis(numbers.latency.p95_ms)))
                        (row("Left out: filters, sample", &|numbers| format!("{}, {}", count(numbers.filtered_out), count(numbers.sampled_out))))
                    }
                }
            }
        }
    }
}

fn deliveries(viewer: &Viewer, shown: &Shown) -> Markup {
    let all = format!("/console/deliveries{}", query(&[("webhook", Some(&shown.subscription.webhook.id))]));
    html! {
        section {
            div.heading { h2 { "Last deliveries" } a href=(all) { "All deliveries" } }
            @if shown.deliveries.is_empty() { p.muted { "None yet." } } @else {
                div.wide tabindex="0" role="region" aria-label="Last deliveries" {
                    table {
                        thead {
                            tr {
                                th scope="col" { "Delivery" } th scope="col" { "State" } th scope="col" { "Last answer" }
                                th.number scope="col" { "Attempts" } th scope="col" { "Accepted" }
                            }
                        }
                        tbody {
                            @for delivery in &shown.deliveries {
                                tr {
                                    th scope="row" { a href={ "/console/deliveries/" (delivery.id) } { (delivery.event_type) } span.under { (delivery.event_id) } }
                                    td { (badge::state(&delivery.state)) }
                                    td { (badge::outcome(delivery.last_status, delivery.last_failure.as_deref())) }
                                    td.number { (delivery.attempt_count) }
                                    td { (time::ago(&delivery.accepted_at, viewer.now)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn test(viewer: &Viewer, shown: &Shown) -> Markup {
    let action = format!("{}/test", path(shown));
    let first = shown.subscription.webhook.event_types.first().map(String::as_str).unwrap_or_default();
    html! {
        section id="test" aria-labelledby="test-title" {
            h2 id="test-title" { "Send a test" }
            p.hint { "One real, signed delivery of an example, whatever its filters and whether or not it is paused. It is not repeated and not counted." }
            form.filters method="post" action=(action) hx-post=(action) hx-target="#tested" hx-swap="innerHTML" hx-disable="find button" {
                (token(viewer))
                div.field {
                    label for="eventType" { "Event type" }
                    select id="eventType" name="eventType" {
                        @for one in &shown.types { option value=(one.name) selected[one.name == first] { (one.name) } }
                    }
                }
                button type="submit" { "Send" }
                span.hint.waiting role="status" { "Waiting for the answer …" }
            }
            div id="tested" aria-live="polite" {}
        }
    }
}

fn settings(viewer: &Viewer, shown: &Shown) -> Markup {
    let subscription = &shown.subscription;
    let webhook = &subscription.webhook;
    let or = |value: Option<String>, usual: &str| value.unwrap_or_else(|| usual.to_owned());
    let schedule = subscription.retry_schedule.as_ref().map(|delays| match delays.is_empty() {
        true => "none".to_owned(),
        false => delays.iter().map(|delay| format!("{delay} s")).collect::<Vec<_>>().join(", "),
    });
    html! {
        section aria-labelledby="settings" {
            h2 id="settings" { "What it is set to" }
            div.card {
                dl.facts {
                    dt { "Id" } dd { (code::inline("id", &webhook.id)) }
                    dt { "Event types" } dd { @for name in &webhook.event_types { code.line { (name) } } }
                    dt { "Sample rate" } dd { (webhook.sample_rate) " %" }
                    @if !subscription.property_filters.is_empty() {
                        dt { "Properties" }
                        dd { @for filter in &subscription.property_filters { code.line { (filter.key) " = " (filter.value) } } }
                    }
                    @if let Some(filter) = &subscription.filter { dt { "Content filter" } dd { (code::json("filter", filter)) } }
                    dt { "Format" }
                    dd {
                        (subscription.format)
                        @if subscription.format == "cloudevents" { ", " (subscription.content_mode) }
                        ", version " (subscription.api_version)
                    }
                    dt { "Full exchange" }
                    dd {
                        @if subscription.include_data { "its URL is sent" } @else { "its URL is not sent" }
                        "; large bodies: " (subscription.oversize)
                    }
                    @if let Some(fields) = &subscription.fields { dt { "Field rules" } dd { (code::json("fields", fields)) } }
                    dt { "Signatures" } dd { (subscription.signatures.join(", ")) }
                    @if !subscription.headers.is_empty() { dt { "Headers" } dd { (subscription.headers.join(", ")) span.under { "Their values are never shown." } } }
                    dt { "Retries after" } dd { (or(schedule, "the deployment's schedule")) }
                    dt { "Timeout" } dd { (or(subscription.timeout_ms.map(|timeout| millis(Some(timeout.into()))), "the deployment's")) }
                    dt { "Rate limit" } dd { (or(subscription.rate_limit.map(|rate| format!("{} a second", count(rate.into()))), "none")) }
                    @if subscription.handshake { dt { "Handshake" } dd { (allowed(subscription)) } }
                    dt { "Made" } dd { (time::at(&subscription.created_at)) ", changed " (time::ago(&subscription.updated_at, viewer.now)) }
                }
            }
        }
    }
}

fn keys(viewer: &Viewer, shown: &Shown) -> Markup {
    html! {
        section {
            h2 { "Keys" }
            div.wide tabindex="0" role="region" aria-label="Keys" {
                table {
                    thead {
                        tr {
                            th scope="col" { "Fingerprint" } th scope="col" { "Signs since" } th scope="col" { "Until" }
                            th scope="col" { "Public key (v1a)" }
                        }
                    }
                    tbody {
                        @for key in &shown.subscription.keys {
                            tr {
                                th scope="row" { code { (key.fingerprint) } }
                                td { (time::at(&key.created_at)) }
                                td { @match &key.expires_at { Some(until) => (time::at(until)), None => span.muted { "for good" } } }
                                td { code.whole { (key.public_key) } }
                            }
                        }
                    }
                }
            }
            @if viewer.changes_webhooks() {
                details {
                    summary { "Rotate the secret" }
                    form.stack method="post" action={ (path(shown)) "/rotate" } {
                        (token(viewer))
                        input type="hidden" name="tag" value=(shown.tag);
                        div.field {
                            label for="overlapSeconds" { "The old secret signs beside the new one for" }
                            select id="overlapSeconds" name="overlapSeconds" aria-describedby="overlapSeconds-hint" {
                                @for (value, text) in OVERLAPS { option value=(value) { (text) } }
                            }
                            p.hint id="overlapSeconds-hint" { "Time to give the endpoint the new one. Both signatures stand in " code { "webhook-signature" } "; "
                                code { "Helicone-Signature" } " has room for one and changes at once." }
                        }
                        div.actions { button.danger type="submit" { "Make a new secret" } }
                    }
                }
            }
        }
    }
}

/// What the endpoint said when it was asked.
fn allowed(subscription: &Subscription) -> String {
    let rate = subscription.permission.as_ref().and_then(|permission| permission.per_minute);
    let rate =
        rate.map_or_else(|| "as many as come".to_owned(), |rate| format!("{} a minute", count(rate.into())));
    format!("the endpoint allows {rate}")
}
