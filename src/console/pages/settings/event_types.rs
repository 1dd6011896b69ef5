//! The catalogue of event types, by family.

use maud::{Markup, html};

use super::{EVENT_TYPES, page};
use crate::console::{
    frame::Page,
    models::event_type::EventType,
    parts::badge::{Tone, badge},
    viewer::Viewer,
};

/// The family of those that the org describes.
const OWN: &str = "Described by this org";

/// All of them.
pub fn render(viewer: &Viewer, types: &[EventType]) -> Page {
    let families = families(types);
    let content = html! {
        p { "What events are about. Subscriptions choose by type; gateways may also send types that stand nowhere, of letters, digits, underscores and dots." }
        @for (family, types) in &families {
            section { h2 { (family) } (table(family, types)) }
        }
        @if !families.iter().any(|(family, _)| *family == OWN) {
            section aria-labelledby="own" {
                h2 id="own" { (OWN) }
                p.muted { "None yet. Describe a type that your gateway sends: it then stands here, and its data can be held to a schema." }
            }
        }
    };
    let new = format!("{EVENT_TYPES}/new-type");
    Page {
        actions: html! { @if viewer.changes_webhooks() { a.button.primary href=(new) { "Describe a type" } } },
        ..page(viewer, EVENT_TYPES, "Event types", &content)
    }
}

fn table(family: &str, types: &[&EventType]) -> Markup {
    html! {
        div.wide tabindex="0" role="region" aria-label=(family) {
            table.types {
                thead { tr { th scope="col" { "Type" } th scope="col" { "When" } th scope="col" { "Since version" } } }
                tbody {
                    @for one in types {
                        tr {
                            th scope="row" { a href={ (EVENT_TYPES) "/" (one.name) } { code { (one.name) } } }
                            td {
                                (one.description.as_deref().unwrap_or("–"))
                                @if one.operational { " " (badge(Tone::Quiet, "only when named")) }
                                @if one.data_schema.is_some() { " " (badge(Tone::Quiet, "held to a schema")) }
                            }
                            td { (since(one)) }
                        }
                    }
                }
            }
        }
    }
}

/// The first version that has it: within versions types are only added.
pub(super) fn since(one: &EventType) -> &str {
    one.versions.first().map_or("–", String::as_str)
}

fn families(types: &[EventType]) -> Vec<(&'static str, Vec<&EventType>)> {
    let mut families: Vec<(&'static str, Vec<&EventType>)> = Vec::new();
    for one in types {
        let family = family(one);
        match families.iter_mut().find(|(known, _)| *known == family) {
            Some((_, members)) => members.push(one),
            None => families.push((family, vec![one])),
        }
    }
    families
}

fn family(one: &EventType) -> &'static str {
    let (first, rest) = one.name.split_once('.').unwrap_or((&one.name, ""));
    match (first, rest) {
        _ if one.custom => OWN,
        (_, "threshold_crossed") | ("budget", _) => "Crossed rules",
        ("request", _) => "Requests",
        ("guardrail", _) => "Guardrails",
        ("model_fallback", _) => "Fallbacks",
        ("eval", _) => "Evaluations",
        ("endpoint", _) => "Endpoints",
        ("delivery", _) => "Deliveries",
        _ => "Others",
    }
}
