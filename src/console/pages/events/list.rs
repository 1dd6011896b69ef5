//! The list: what is looked for, and what was found.

use maud::{Markup, html};

use super::{
    path,
    search::{Search, Wrong},
};
use crate::console::{
    frame::{Page, Place},
    models::request::{Kept, LlmRequest},
    parts::{
        badge,
        fields::Field,
        list::{empty, pager},
        number::{self, UNKNOWN, count},
        text::{short, visible},
        time,
    },
    viewer::Viewer,
};

/// What was found.
#[derive(Default)]
pub struct Listed {
    /// Newest first.
    pub requests: Vec<LlmRequest>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// What is kept at all, where nothing was found without looking for anything.
    pub kept: Option<Kept>,
    /// What was wrong with what was asked.
    pub wrong: Option<Wrong>,
}

/// The page.
pub fn list(viewer: &Viewer, search: Search<'_>, listed: &Listed) -> Page {
    let content = html! {
        (filters(search, listed.wrong.as_ref()))
        @if listed.wrong.is_some() {}
        @else if listed.requests.is_empty() { (nothing(viewer, search, listed.kept.as_ref())) }
        @else {
            (table(viewer, &listed.requests))
            (pager(listed.next.as_deref().map(|cursor| search.path(Some(cursor))).as_deref()))
        }
    };
    Page {
        actions: html! {
            @if !search.typed("cursor").is_empty() { a.button href=(search.path(None)) { "Newest" } }
        },
        ..Page::new(Place::Events, "Events", content)
    }
}

fn filters(search: Search<'_>, wrong: Option<&Wrong>) -> Markup {
    let field = |name: &'static str, label: &'static str, hint: &'static str| {
        let error = wrong.filter(|(field, _)| *field == name).map(|(_, problem)| problem.as_str());
        Field { name, label, hint, error }
    };
    let input = |name, label, hint, kind| field(name, label, hint).input(kind, search.typed(name), false);
    let scored = [("", "Any"), ("yes", "With scores"), ("no", "Without")];
    html! {
        form.search-form method="get" action="/console/events" role="search" aria-label="Find requests" {
            div.search {
                (input("model", "Model", "", "search"))
                (input("user", "User", "", "search"))
                (input("status", "Status", "", "search"))
                (input("since", "From (UTC)", "", "datetime-local"))
                (input("until", "Before (UTC)", "", "datetime-local"))
            }
            details open[search.is_special()] {
                summary { "More to search by" }
                div.search {
                    (input("id", "Request id", "", "search"))
                    (input("provider", "Provider", "", "search"))
                    (input("property", "Property", "", "search"))
                    (input("value", "Its value", "", "search"))
                    (input("cost", "Cost at least ($)", "", "number"))
                    (input("latency", "Latency at least (ms)", "", "number"))
                    (field("scored", "Scores", "").select(&scored, search.typed("scored")))
                    (field("cached", "Answered from a cache", "").tick(!search.typed("cached").is_empty()))
                }
            }
            p.hint { "A model or provider may be a part of the name, in any case; a user, an id and a property's value are exact. A status is one, such as 429, or a kind, such as 5xx." }
            div.actions {
                button.primary type="submit" { "Search" }
                @if search.is_any() { a.button href="/console/events" { "Clear" } }
            }
        }
    }
}

fn table(viewer: &Viewer, requests: &[LlmRequest]) -> Markup {
    html! {
        div.wide tabindex="0" role="region" aria-label="Requests" {
            table {
                thead {
                    tr {
                        th scope="col" { "Time" } th scope="col" { "Type" } th scope="col" { "Model" } th scope="col" { "User" }
                        th scope="col" { "Status" } th.number scope="col" { "Latency" } th.number scope="col" { "Tokens" }
                        th.number scope="col" { "Cost" }
                    }
                }
                tbody { @for request in requests { (row(viewer, request)) } }
            }
        }
    }
}

fn row(viewer: &Viewer, request: &LlmRequest) -> Markup {
    html! {
        tr {
            th scope="row" {
                a.when href=(path(&request.request_id)) { (time::ago(&request.request_created_at, viewer.now)) }
                span.under { (short(&request.request_id)) }
            }
            td { (visible(&request.event_type)) }
            td {
                (text(request.model.as_deref()))
                @if let Some(provider) = &request.provider { span.under { (short(provider)) } }
            }
            td { (text(request.request_user_id.as_deref())) }
            td { (badge::outcome(request.response_status, None)) }
            td.number { (number::millis(millis(request.delay_ms))) }
            td.number { (request.total_tokens.map_or_else(|| UNKNOWN.to_owned(), count)) }
            td.number { (number::dollars(request.cost)) }
        }
    }
}

fn text(text: Option<&str>) -> Markup {
    html! { @match text { Some(text) => { (short(text)) }, None => { span.muted { (UNKNOWN) } } } }
}

/// Whole milliseconds.
pub(super) fn millis(millis: Option<f64>) -> Option<u64> {
    millis.map(|millis| millis.round().max(0.0) as u64)
}

fn nothing(viewer: &Viewer, search: Search<'_>, kept: Option<&Kept>) -> Markup {
    if search.is_any() || !search.typed("cursor").is_empty() {
        return empty(
            "No request is like that",
            &html! { p { "Texts are compared letter by letter. What is not known of a request, such as a cost, is not found by a number." } },
        );
    }
    let text = match kept.map(|kept| kept.retain.as_str()) {
        Some("none") => html! {
            p { "This org keeps no requests: its setting " code { "retain" } " is " code { "none" } "." }
        },
        Some("all") => {
            html! { p { "All requests are kept here, and none has come yet. Send one to " code { "POST /v1/events" } "." } }
        }
        _ => html! {
            p { "A request is kept here once at least one subscription matches it. To keep all of them, set "
                code { "retain" } " to " code { "all" } " (" code { "PATCH /v1/settings" } ")." }
        },
    };
    let content = html! {
        (text)
        div.actions {
            @if viewer.changes_webhooks() { a.button.primary href="/console/webhooks/new" { "New subscription" } }
            @if viewer.sees_webhooks() { a.button href="/console/settings" { "Settings" } }
        }
    };
    empty("No requests yet", &content)
}
