//! The part of the form that picks events: types, share, filters, and what they would have let through.

use maud::{Markup, html};

use super::{
    check,
    filled::{FormPage, lines, rows},
};
use crate::{
    console::{
        models::event_type::EventType,
        parts::{code, fields::problem},
        viewer::Viewer,
    },
    core::event::EventTypePattern,
};

/// A filter that says most of what the language can.
const EXAMPLE: &str = r#"{
  "model": {"$startsWith": "gpt-4"},
  "cost": {"$gt": 0.5},
  "$or": [
    {"status": {"$gte": 500}},
    {"properties": {"environment": "production"}}
  ]
}"#;

/// The fieldset.
pub fn criteria(viewer: &Viewer, page: &FormPage) -> Markup {
    let draft = &page.draft;
    html! {
        fieldset id="criteria" {
            legend { "Which events" }
            (types(page))
            (page.field("sampleRate", "Percent of the events that match. All events of one request are drawn together.")
                .input("number", &draft.sample_rate, false))
            div.field id="propertyFilters" role="group" aria-labelledby="propertyFilters-label" aria-describedby="propertyFilters-hint propertyFilters-error" {
                span.label id="propertyFilters-label" { "Properties" }
                p.hint id="propertyFilters-hint" { "Custom properties that must have exactly these values, all of them. Rows that are empty count for nothing." }
                (rows(("Property", "Value"), ("filterKey", "filterValue"), &draft.property_filters, page.spare))
                (problem("propertyFilters", page.errors.at("propertyFilters")))
                div { button.small type="submit" name="do" value="rows" { "More rows" } }
            }
            (page.field("filter", "A condition on what is in the event, as JSON. Empty for none.").area(&draft.filter, lines(&draft.filter)))
            details {
                summary { "An example, and what can be said" }
                (code::block("filter-example", EXAMPLE))
                p.hint {
                    "Fields: "
                    code { "id, type, created_at, user_id, model, provider, status, cost, latency_ms, usage, properties, metadata, data, request, response" } ". "
                    "Operators: " code { "$eq $neq $gt $gte $lt $lte $in $nin $startsWith $endsWith $exist $and $or $not" } "."
                }
            }
            @if viewer.sees_requests() { (preview(page)) }
        }
    }
}

fn preview(page: &FormPage) -> Markup {
    html! {
        div.preview {
            div.heading {
                h2 { "Of the last events" }
                button.small.no-js-only type="submit" name="do" value="preview" { "See what would match" }
            }
            div id="previewed" aria-live="polite" hx-post="/console/webhooks/preview" hx-trigger="load, input from:#criteria delay:700ms"
                hx-include="#subscription" hx-target="this" hx-swap="innerHTML" hx-sync="replace" {
                @match &page.preview {
                    Some(preview) => (check::previewed(preview)),
                    None => { p.hint.js-only { "Looking at the last events …" } }
                }
            }
        }
    }
}

fn types(page: &FormPage) -> Markup {
    let is_listed = |name: &str| page.types.iter().any(|known| known.name == name);
    let others = page.draft.types.iter().filter(|name| !is_listed(name)).map(String::as_str);
    let patterns: Vec<&str> =
        others.chain(std::iter::once(page.draft.patterns.as_str())).filter(|text| !text.is_empty()).collect();
    html! {
        div.field id="eventTypes" role="group" aria-labelledby="eventTypes-label" aria-describedby="eventTypes-error" {
            span.label id="eventTypes-label" { "Event types" }
            @for (family, members) in families(&page.types) {
                details.family open[members.iter().any(|one| page.draft.types.contains(&one.name))] {
                    summary { (family) " " span.muted { (chosen(page, &members)) } }
                    @for one in members { (event_type(page, one)) }
                }
            }
            (problem("eventTypes", page.errors.at("eventTypes")))
        }
        div.field {
            label for="patterns" { "Other types, and patterns" }
            input id="patterns" name="patterns" type="text" value=(patterns.join(", ")) autocomplete="off" aria-describedby="patterns-hint eventTypes-error";
            p.hint id="patterns-hint" { "Separated by commas: " code { "refund.proposed" } ", " code { "request.*" } " for all below a prefix, "
                code { "*" } " for all but those about endpoints and deliveries." }
        }
    }
}

fn chosen(page: &FormPage, members: &[&EventType]) -> String {
    let is_ticked = |one: &EventType| page.draft.types.contains(&one.name);
    let patterns: Vec<EventTypePattern> =
        page.draft.event_types().iter().filter_map(|name| EventTypePattern::parse(name)).collect();
    let is_picked =
        |one: &EventType| !is_ticked(one) && patterns.iter().any(|pattern| pattern.matches(&one.name));
    let ticked = members.iter().filter(|one| is_ticked(one)).count();
    match members.iter().filter(|one| is_picked(one)).count() {
        0 => format!("{ticked} of {}", members.len()),
        picked => format!("{ticked} of {}, {picked} more by a pattern", members.len()),
    }
}

fn event_type(page: &FormPage, one: &EventType) -> Markup {
    let id = format!("type-{}", one.name);
    html! {
        div.field.tick {
            input id=(id) name="type" type="checkbox" value=(one.name) checked[page.draft.types.contains(&one.name)];
            div {
                label for=(id) { code { (one.name) } }
                @if let Some(description) = &one.description { p.hint { (description) } }
                details.example {
                    summary { "Example" }
                    (code::json(&format!("example-{}", one.name), &one.example))
                }
            }
        }
    }
}

/// By what they tell of, in the catalogue's order.
fn families(types: &[EventType]) -> Vec<(&'static str, Vec<&EventType>)> {
    const FAMILIES: [(&str, &[&str]); 5] = [
        ("Requests", &["request"]),
        ("Guardrails, fallbacks and evals", &["guardrail", "model_fallback", "eval"]),
        ("Rules and budgets", &["cost", "budget", "error_rate", "latency"]),
        ("Endpoints and deliveries", &["endpoint", "delivery"]),
        ("Others", &[]),
    ];
    let of = |one: &EventType| {
        let first = one.name.split('.').next().unwrap_or_default();
        match (one.custom, one.name.ends_with(".threshold_crossed")) {
            (true, _) => OWN,
            (false, true) => "Rules and budgets",
            _ => {
                FAMILIES.iter().find(|(_, firsts)| firsts.contains(&first)).map_or("Others", |(name, _)| name)
            }
        }
    };
    let names = FAMILIES.iter().map(|(name, _)| *name).chain([OWN]);
    names
        .map(|family| (family, types.iter().filter(|one| of(one) == family).collect::<Vec<_>>()))
        .filter(|(_, members)| !members.is_empty())
        .collect()
}

/// Types that the org describes itself.
const OWN: &str = "Your own";
