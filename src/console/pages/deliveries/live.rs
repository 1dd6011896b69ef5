//! The live tail: rows that a script adds as they come.

use maud::{Markup, html};

use super::options;
use crate::console::{
    assets,
    form::query,
    frame::{Page, Place},
    models::webhook::Webhook,
    parts::{fields::Field, list::empty},
};

/// The page for one of the webhooks; the first where none was chosen.
pub fn render(webhooks: &[Webhook], chosen: Option<&str>) -> Page {
    let chosen = chosen.or_else(|| webhooks.first().map(|webhook| webhook.id.as_str()));
    let content = match chosen {
        None => empty(
            "There is no subscription to watch",
            &html! { p { a href="/console/webhooks" { "Subscriptions" } } },
        ),
        Some(chosen) => tail(webhooks, chosen),
    };
    Page {
        actions: html! { a.button href={ "/console/deliveries" (query(&[("webhook", chosen)])) } { "List" } },
        script: Some(assets::TAIL.path()),
        ..Page::new(Place::Deliveries, "Live tail", content)
    }
}

fn tail(webhooks: &[Webhook], chosen: &str) -> Markup {
    let field = Field { name: "webhook", label: "Subscription", ..Field::default() };
    let path = format!("/console/deliveries/tail{}", query(&[("webhook", Some(chosen))]));
    html! {
        form.filters method="get" action="/console/deliveries/live" {
            (field.select(&options(webhooks, None), chosen))
            div.actions { button type="submit" { "Watch" } }
        }
        p.notice.warning.no-js-only { "Rows come by a script. Without one, the " a href={ "/console/deliveries" (query(&[("webhook", Some(chosen))])) } { "list" } " shows them each time it is loaded." }
        section.js-only aria-labelledby="tail-title" data-tail=(path) {
            h2.visually-hidden id="tail-title" { "Deliveries as they come" }
            div.tail-bar {
                span.badge.quiet data-tail-state { "connecting" }
                span { strong data-tail-rate { "–" } " a second" }
                span { strong data-tail-seen { "0" } " seen" }
                span hidden data-tail-lost { strong data-tail-skipped { "0" } " not shown" }
                button type="button" data-tail-pause aria-pressed="false" { "Pause" }
            }
            div.wide tabindex="0" role="region" aria-label="Newest deliveries" {
                table {
                    thead { tr {
                        th scope="col" { "Event" } th scope="col" { "State" } th scope="col" { "Answer" }
                        th.number scope="col" { "Latency" } th scope="col" { "At (UTC)" }
                    } }
                    tbody data-tail-rows {}
                }
            }
            p.muted data-tail-empty { "Nothing has come yet. Rows are added when an attempt was made." }
        }
    }
}
