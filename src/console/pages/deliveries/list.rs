//! The list.

use maud::{Markup, html};

use super::{filters::Filters, name_of};
use crate::{
    console::{
        form::query,
        frame::{Page, Place},
        models::{
            delivery::{Delivery, DeliveryPage},
            webhook::Webhook,
        },
        pages::problem,
        parts::{
            badge,
            list::{empty, pager},
            number::count,
            time,
        },
        viewer::Viewer,
    },
    core::envelope::ApiError,
};

/// What the page shows.
pub struct List {
    /// Every webhook.
    pub webhooks: Vec<Webhook>,
    /// What is asked for.
    pub filters: Filters,
    /// What there is of it, or what is wrong with the question.
    pub page: Result<DeliveryPage, ApiError>,
}

/// The page.
pub fn render(viewer: &Viewer, list: &List) -> Page {
    let content = html! {
        (list.filters.form(viewer, &list.webhooks, list.page.as_ref().err()))
        @match &list.page {
            // The field says it.
            Err(error) if error.field.is_some() => {},
            Err(error) => (problem::part(error)),
            Ok(page) if page.deliveries.is_empty() => (nothing(list, page)),
            Ok(page) => {
                (table(viewer, list, &page.deliveries))
                (below(list, page))
            },
        }
    };
    let webhook = query(&[("webhook", list.filters.webhook.as_deref())]);
    Page {
        actions: html! {
            a.button href={ "/console/deliveries/live" (webhook) } { "Live tail" }
            @if viewer.changes_webhooks() { a.button href={ "/console/deliveries/recover" (webhook) } { "Recover" } }
        },
        ..Page::new(Place::Deliveries, "Deliveries", content)
    }
}

fn nothing(list: &List, page: &DeliveryPage) -> Markup {
    match &page.next_cursor {
        Some(cursor) => html! {
            p { "None of the newest deliveries fits; there are older ones that were not looked at yet." }
            (pager(Some(&list.filters.next(cursor))))
        },
        None if list.filters.is_any() => {
            empty("No delivery fits", &html! { p { "Take a filter away, or look further back." } })
        }
        None => empty(
            "Nothing was delivered yet",
            &html! { p { "A delivery is listed here once it was tried. Those that wait for their first attempt, or are held, are found by their state." } },
        ),
    }
}

fn below(list: &List, page: &DeliveryPage) -> Markup {
    html! {
        @match (&page.next_cursor, &list.filters.webhook) {
            (Some(cursor), _) => (pager(Some(&list.filters.next(cursor)))),
            (None, None) => p.muted { "These are the newest of all subscriptions. Choose one to look further back." },
            (None, Some(_)) => {},
        }
    }
}

fn table(viewer: &Viewer, list: &List, deliveries: &[Delivery]) -> Markup {
    html! {
        div.wide tabindex="0" role="region" aria-label="Deliveries" {
            table {
                thead {
                    tr {
                        th scope="col" { "Event" } th scope="col" { "Subscription" } th scope="col" { "State" }
                        th scope="col" { "Answer" } th.number scope="col" { "Attempts" } th scope="col" { "Accepted" }
                        th scope="col" { "Next attempt" }
                    }
                }
                tbody { @for delivery in deliveries { (row(viewer, &list.webhooks, delivery)) } }
            }
        }
    }
}

fn row(viewer: &Viewer, webhooks: &[Webhook], delivery: &Delivery) -> Markup {
    html! {
        tr {
            th scope="row" {
                @if delivery.attempt_count > 0 || delivery.reason.is_some() {
                    a href={ "/console/deliveries/" (delivery.id) } { (delivery.event_type) }
                } @else { (delivery.event_type) }
                span.under { bdi { (delivery.event_id) } }
            }
            td { bdi { (name_of(webhooks, &delivery.webhook_id)) } }
            td { (badge::state(&delivery.state)) }
            td { (badge::outcome(delivery.last_status, delivery.last_failure.as_deref())) }
            td.number { (count(u64::from(delivery.attempt_count))) }
            td { (time::ago(&delivery.accepted_at, viewer.now)) }
            td { (time::ago_or_dash(delivery.next_attempt_at.as_deref(), viewer.now)) }
        }
    }
}
