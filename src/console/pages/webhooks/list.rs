//! All subscriptions.

use maud::{Markup, html};

use crate::console::{
    frame::{Page, Place},
    models::{metrics::Metrics, webhook::Webhook},
    parts::{
        badge,
        list::empty,
        number::{count, percent},
    },
    viewer::Viewer,
};

/// What the page shows.
pub struct List {
    /// Every webhook.
    pub webhooks: Vec<Webhook>,
    /// What came of the last day's deliveries, by webhook.
    pub metrics: Metrics,
    /// What is looked for; empty for all.
    pub wanted: String,
}

/// The page.
pub fn render(viewer: &Viewer, list: &List) -> Page {
    let found: Vec<&Webhook> = list.webhooks.iter().filter(|webhook| fits(webhook, &list.wanted)).collect();
    let content = match (list.webhooks.is_empty(), found.is_empty()) {
        (true, _) => empty(
            "No subscriptions yet",
            &html! {
                p { "A subscription says which events are sent to which endpoint, how they are signed, and how often it is tried." }
                @if viewer.changes_webhooks() { div.actions { a.button.primary href="/console/webhooks/new" { "New subscription" } } }
            },
        ),
        (_, is_empty) => html! {
            (search(&list.wanted))
            @if is_empty { p { "None of " (count(list.webhooks.len() as u64)) " fits." } } @else { (table(list, &found)) }
        },
    };
    let actions = html! {
        @if viewer.changes_webhooks() && !list.webhooks.is_empty() { a.button.primary href="/console/webhooks/new" { "New subscription" } }
    };
    Page { actions, ..Page::new(Place::Webhooks, "Subscriptions", content) }
}

/// Whether what is looked for stands in what people know a webhook by.
fn fits(webhook: &Webhook, wanted: &str) -> bool {
    let wanted = wanted.to_lowercase();
    let texts = [&webhook.id, &webhook.destination, &webhook.status];
    texts
        .into_iter()
        .chain(&webhook.description)
        .chain(&webhook.event_types)
        .any(|text| text.to_lowercase().contains(&wanted))
}

fn search(wanted: &str) -> Markup {
    html! {
        form.filters role="search" action="/console/webhooks" {
            div.field {
                label for="q" { "Name, host, type or state" }
                input id="q" name="q" type="search" value=(wanted) autocomplete="off";
            }
            button type="submit" { "Search" }
            @if !wanted.is_empty() { a href="/console/webhooks" { "Show all" } }
        }
    }
}

fn table(list: &List, found: &[&Webhook]) -> Markup {
    html! {
        div.wide tabindex="0" role="region" aria-label="Subscriptions" {
            table {
                thead {
                    tr {
                        th scope="col" { "Subscription" } th scope="col" { "State" } th scope="col" { "Event types" }
                        th.number scope="col" { "Sample" } th.number scope="col" { "Success, 24 h" } th.number scope="col" { "Delivered" }
                    }
                }
                tbody { @for webhook in found { (row(list, webhook)) } }
            }
        }
    }
}

fn row(list: &List, webhook: &Webhook) -> Markup {
    let group = list.metrics.groups.iter().find(|group| group.group.as_deref() == Some(&webhook.id));
    html! {
        tr {
            th scope="row" {
                a href={ "/console/webhooks/" (webhook.id) } { (webhook.name()) }
                @if webhook.description.is_some() { span.under { (webhook.host()) } }
            }
            td { (badge::state(list.metrics.state_of(webhook))) }
            td { (types(webhook)) }
            td.number { (webhook.sample_rate) " %" }
            td.number { (percent(group.and_then(|group| group.total.success_rate))) }
            td.number { (count(group.map_or(0, |group| group.total.delivered))) }
        }
    }
}

fn types(webhook: &Webhook) -> Markup {
    const SHOWN: usize = 3;
    let more = webhook.event_types.len().saturating_sub(SHOWN);
    html! {
        @for name in webhook.event_types.iter().take(SHOWN) { code.line { (name) } }
        @if more > 0 { span.under { "and " (more) " more" } }
    }
}
