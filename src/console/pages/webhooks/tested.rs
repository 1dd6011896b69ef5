//! What came of a test.

use maud::{Markup, html};

use crate::console::{
    frame::{Page, Place},
    models::subscription::Tested,
    parts::{badge, code, number::millis},
};

/// As a part of the subscription's page.
pub fn part(tested: &Tested) -> Markup {
    html! {
        div.card.bad[!tested.success] {
            p { strong { (tested.message) } }
            @if let Some(advice) = &tested.advice { p { (advice) } }
            dl.facts {
                dt { "Answer" } dd { (badge::outcome(tested.status, tested.failure.as_deref())) " in " (millis(Some(tested.latency_ms))) }
                dt { "Type" } dd { code { (tested.event_type) } }
                dt { "Delivery" } dd { code { (tested.delivery_id) } }
                dt { "Reply" }
                dd { @if tested.reply.is_empty() { span.muted { "empty" } } @else { (code::block("reply", &tested.reply)) } }
            }
        }
    }
}

/// By itself, for whoever has no script.
pub fn page(id: &str, tested: &Tested) -> Page {
    let content = html! {
        (part(tested))
        p { a href={ "/console/webhooks/" (id) "#test" } { "Back to the subscription" } }
    };
    Page::new(Place::Webhooks, "Test delivery", content)
}
