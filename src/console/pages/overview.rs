//! How everything stands: what fails first, then the rest.

use maud::{Markup, html};

use crate::console::{
    form::query,
    frame::{Page, Place, token},
    models::{
        delivery::Delivery,
        metrics::{Group, Metrics, Numbers},
        webhook::Webhook,
    },
    parts::{
        badge, chart, code,
        list::{empty, stat},
        number::{self, count, millis, percent},
        time,
    },
    viewer::Viewer,
};

/// How many hours back the page looks.
pub const HOURS: i64 = 24;

/// What the page shows.
pub struct Overview {
    /// Every webhook.
    pub webhooks: Vec<Webhook>,
    /// What came of the last hours' deliveries, by webhook.
    pub metrics: Metrics,
    /// Of webhooks that do not do well: a delivery that waits for another attempt, by the webhook's id.
    pub waiting: Vec<(String, Option<Delivery>)>,
    /// What the requests of the day have cost, where that is known.
    pub spend: Option<Spend>,
}

/// What requests have cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spend {
    /// In US dollars.
    pub cost: f64,
    /// How many requests have a cost that nobody knows.
    pub unknown: u64,
}

impl Overview {
    /// The ids of those that somebody should look at: disabled ones, those whose endpoint fails, and those that wait for a retry.
    pub fn in_trouble(webhooks: &[Webhook], metrics: &Metrics) -> Vec<String> {
        let is_quiet = |webhook: &&Webhook| matches!(metrics.state_of(webhook), "active" | "paused");
        webhooks.iter().filter(|webhook| !is_quiet(webhook)).map(|webhook| webhook.id.clone()).collect()
    }
}

/// The page.
pub fn render(viewer: &Viewer, overview: &Overview) -> Page {
    let content = match overview.webhooks.is_empty() {
        true => nothing_yet(viewer),
        false => html! {
            (totals(overview))
            (trouble(viewer, overview))
            (table(overview))
        },
    };
    Page {
        actions: html! {
            @if viewer.changes_webhooks() { a.button.primary href="/console/webhooks/new" { "New subscription" } }
        },
        ..Page::new(Place::Overview, "Overview", content)
    }
}

/// The page of those who may see no webhooks.
pub fn without_webhooks(viewer: &Viewer) -> Page {
    let content = html! {
        p { "This key may not read subscriptions (" code { "webhooks:read" } "), which is what this page is about." }
        @if viewer.sees_requests() { p { a href="/console/events" { "The history of requests" } } }
    };
    Page::new(Place::Overview, "Overview", content)
}

fn totals(overview: &Overview) -> Markup {
    let (total, now) = (&overview.metrics.total, &overview.metrics.now);
    let oldest = now.oldest_retrying_seconds.map(|seconds| format!("oldest {}", number::seconds(seconds)));
    let unknown = overview.spend.map(|spend| spend.unknown).filter(|unknown| *unknown > 0);
    html! {
        dl.stats {
            (stat("Success rate, 24 h", &percent(total.success_rate), &html! { (count(total.delivered)) " delivered" }))
            (stat("Failed attempts", &count(total.failed_attempts), &html! { "of " (count(total.attempts)) }))
            (stat("Waiting for a retry", &count(now.retrying), &html! { (oldest.unwrap_or_default()) }))
            (stat("Dead", &count(total.dead), &html! { @if total.held > 0 { (count(total.held)) " held" } }))
            (stat("Acknowledged, p95", &millis(total.callback.p95_ms), &html! { "p50 " (millis(total.callback.p50_ms)) }))
            @if let Some(spend) = overview.spend {
                (stat("Spend today", &number::dollars(Some(spend.cost)),
                    &html! { @if let Some(unknown) = unknown { (count(unknown)) " of unknown cost" } }))
            }
        }
    }
}

fn trouble(viewer: &Viewer, overview: &Overview) -> Markup {
    html! {
        @if !overview.waiting.is_empty() {
            section aria-labelledby="trouble" {
                h2 id="trouble" { "Needs attention" }
                ul.cards {
                    @for (id, delivery) in &overview.waiting {
                        @if let Some(webhook) = overview.webhooks.iter().find(|webhook| webhook.id == *id) {
                            li.card.bad { (failing(viewer, overview, webhook, delivery.as_ref())) }
                        }
                    }
                }
            }
        }
    }
}

fn failing(viewer: &Viewer, overview: &Overview, webhook: &Webhook, delivery: Option<&Delivery>) -> Markup {
    let page = format!("/console/webhooks/{}", webhook.id);
    let listed = |state: &str| {
        format!("/console/deliveries{}", query(&[("webhook", Some(&webhook.id)), ("state", Some(state))]))
    };
    html! {
        h3 { a href=(page) { (webhook.name()) } " " (badge::state(overview.metrics.state_of(webhook))) }
        p {
            @match (&webhook.disabled_reason, delivery) {
                (Some(reason), _) => { "Given up (" code { (reason) } ") " (time::ago_or_dash(webhook.disabled_at.as_deref(), viewer.now))
                    ". What comes is held until you enable it and recover." },
                (None, Some(delivery)) => { "Answers " (badge::outcome(delivery.last_status, delivery.last_failure.as_deref()))
                    ", next retry " (time::ago_or_dash(delivery.next_attempt_at.as_deref(), viewer.now)) "." },
                (None, None) => { "Its last attempts failed." },
            }
        }
        p.links {
            @if let Some(delivery) = delivery { a href={ "/console/deliveries/" (delivery.id) } { "See a failed delivery" } }
            a href=(listed("retrying")) { "Waiting for a retry" }
            a href=(listed("dead")) { "Dead" }
        }
    }
}

fn table(overview: &Overview) -> Markup {
    html! {
        section aria-labelledby="all" {
            h2 id="all" { "Subscriptions, last 24 hours" }
            div.wide tabindex="0" {
                table {
                    thead {
                        tr {
                            th scope="col" { "Subscription" } th scope="col" { "State" } th scope="col" { "Attempts by hour" }
                            th.number scope="col" { "Success" } th.number scope="col" { "Delivered" } th.number scope="col" { "Dead" }
                            th.number scope="col" { "p95" }
                        }
                    }
                    tbody { @for webhook in &overview.webhooks { (row(overview, webhook)) } }
                }
            }
        }
    }
}

fn row(overview: &Overview, webhook: &Webhook) -> Markup {
    let group = overview.metrics.groups.iter().find(|group| group.group.as_deref() == Some(&webhook.id));
    let numbers = group.map(|group| &group.total);
    let of = |figure: fn(&Numbers) -> u64| {
        numbers.map_or_else(|| "0".to_owned(), |numbers| count(figure(numbers)))
    };
    html! {
        tr {
            th scope="row" {
                a href={ "/console/webhooks/" (webhook.id) } { (webhook.name()) }
                @if webhook.description.is_some() { span.under { (webhook.host()) } }
            }
            td { (badge::state(overview.metrics.state_of(webhook))) }
            td { (spark(overview, group)) }
            td.number { (percent(numbers.and_then(|numbers| numbers.success_rate))) }
            td.number { (of(|numbers| numbers.delivered)) }
            td.number { (of(|numbers| numbers.dead)) }
            td.number { (millis(numbers.and_then(|numbers| numbers.callback.p95_ms))) }
        }
    }
}

fn spark(overview: &Overview, group: Option<&Group>) -> Markup {
    match group.filter(|group| group.total.attempts > 0) {
        None => html! { span.muted { "no attempts" } },
        Some(group) => {
            let (all, bad) = (group.total.attempts, group.total.failed_attempts);
            let label = format!("{} attempts, {} of them failed", count(all), count(bad));
            chart::sparkline(&label, &group.hours(&overview.metrics.until, HOURS))
        }
    }
}

fn nothing_yet(viewer: &Viewer) -> Markup {
    let create = format!(
        "curl {}/v1/webhooks -H \"authorization: Bearer $KEY\" -H 'content-type: application/json' \\\n  -d '{{\"destination\": \"https://example.com/hooks\", \"eventTypes\": [\"request.completed\"]}}'",
        viewer.origin
    );
    let send = format!(
        "curl {}/v1/events -H \"authorization: Bearer $KEY\" -H 'content-type: application/json' \\\n  -d '{{\"type\": \"request.completed\", \"request_id\": \"first\", \"model\": \"gpt-4o\"}}'",
        viewer.origin
    );
    let content = html! {
        p { "A subscription says which events are sent to which endpoint. Make the first one here, or by the API:" }
        (code::block("create", &create))
        p { "Then send an event, and look at its delivery:" }
        (code::block("send", &send))
        @if viewer.changes_webhooks() {
            div.actions {
                a.button.primary href="/console/webhooks/new" { "New subscription" }
                form method="post" action="/console/sample" { (token(viewer)) button type="submit" { "Send a sample event" } }
            }
        }
    };
    empty("Nothing is delivered yet", &content)
}
