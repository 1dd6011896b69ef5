//! The inbox and the queue of reviews, as lists.

use maud::{Markup, html};

use super::part;
use crate::{
    console::{
        form::query,
        frame::{Page, Place, token},
        models::inbox::{InboxDelivery, InboxPage, Review, ReviewPage},
        pages::problem,
        parts::{
            badge::{self, Tone, badge},
            list::{empty, pager},
            text::short,
            time,
        },
        viewer::Viewer,
    },
    core::{auth::Scope, envelope::ApiError},
};

const INBOX: &str = "/console/receiver/inbox";
const REVIEWS: &str = "/console/receiver/reviews";

/// What waits for somebody, on the first page: nothing where nothing does.
pub fn first(
    viewer: &Viewer,
    dead: &Result<InboxPage, ApiError>,
    reviews: Option<&Result<ReviewPage, ApiError>>,
) -> Markup {
    html! {
        @match dead {
            Err(error) => (problem::part(error)),
            Ok(page) if page.deliveries.is_empty() => {},
            Ok(page) => (part("dead", "Given up by a handler", &html! {
                (inbox_table(viewer, &page.deliveries))
                @if page.next_cursor.is_some() { p.links { a href=(INBOX) { "All of them" } } }
            })),
        }
        @match reviews {
            None => {},
            Some(Err(error)) => (problem::part(error)),
            Some(Ok(page)) if page.reviews.is_empty() => {},
            Some(Ok(page)) => (part("reviews", "To be reviewed", &html! {
                (review_table(viewer, &page.reviews))
                @if page.next_cursor.is_some() { p.links { a href=(REVIEWS) { "All of them" } } }
            })),
        }
    }
}

/// The inbox's deliveries in a state.
pub fn inbox(viewer: &Viewer, state: &str, page: &InboxPage) -> Page {
    let next = page.next_cursor.as_deref();
    let next =
        next.map(|cursor| format!("{INBOX}{}", query(&[("state", Some(state)), ("cursor", Some(cursor))])));
    let content = html! {
        (states(INBOX, &[("dead", "Given up"), ("open", "Under way"), ("done", "Done")], state))
        @if page.deliveries.is_empty() {
            (empty("No deliveries here", &html! { p { "No delivery that the receiver remembers is in this state." } }))
        } @else {
            (inbox_table(viewer, &page.deliveries))
            (pager(next.as_deref()))
        }
    };
    Page { actions: back(), ..Page::new(Place::Receiver, "Inbox", content) }
}

/// The reviews in a state.
pub fn reviews(viewer: &Viewer, state: &str, page: &ReviewPage) -> Page {
    let next = page.next_cursor.as_deref();
    let next =
        next.map(|cursor| format!("{REVIEWS}{}", query(&[("state", Some(state)), ("cursor", Some(cursor))])));
    let content = html! {
        (states(REVIEWS, &[("open", "Open"), ("claimed", "Claimed"), ("labelled", "Labelled")], state))
        @if page.reviews.is_empty() {
            (empty("No reviews here", &html! {
                p { "The handler " code { "review" } " puts deliveries here that people should look at, where " code { "HANDLERS" } " names it." }
            }))
        } @else {
            (review_table(viewer, &page.reviews))
            @if let Some(next) = &next { nav.pager aria-label="Pages" { a.button href=(next) rel="next" { "Next" } } }
        }
    };
    Page { actions: back(), ..Page::new(Place::Receiver, "Reviews", content) }
}

fn back() -> Markup {
    html! { a.button href="/console/receiver" { "Receiver" } }
}

fn states(path: &str, all: &[(&str, &str)], state: &str) -> Markup {
    html! {
        nav.ranges aria-label="State" {
            @for (name, title) in all {
                a.button href={ (path) "?state=" (name) } aria-current=[(*name == state).then_some("true")] { (title) }
            }
        }
    }
}

fn inbox_table(viewer: &Viewer, deliveries: &[InboxDelivery]) -> Markup {
    let may_retry = viewer.may(Scope::WebhooksWrite);
    html! {
        div.wide tabindex="0" role="region" aria-label="Deliveries in the inbox" {
            table {
                thead {
                    tr {
                        th scope="col" { "Delivery" } th scope="col" { "Came" } th scope="col" { "State" } th scope="col" { "Handlers" }
                        @if may_retry { th scope="col" { span.visually-hidden { "What can be done" } } }
                    }
                }
                tbody {
                    @for delivery in deliveries {
                        tr {
                            th scope="row" { (short(delivery.event_type.as_deref().unwrap_or("–"))) span.under { (short(&delivery.id)) } }
                            td { (time::ago(&delivery.received_at, viewer.now)) span.under { (delivery.origin) } }
                            td { (badge::state(&delivery.state)) }
                            td { (handlers(viewer, delivery)) }
                            @if may_retry { td { @if delivery.state == "dead" { (again(viewer, delivery)) } } }
                        }
                    }
                }
            }
        }
    }
}

fn handlers(viewer: &Viewer, delivery: &InboxDelivery) -> Markup {
    html! {
        @if let Some(reason) = &delivery.reason { p { "Came to no handler: " (short(reason)) } }
        ul.plain {
            @for (name, handler) in &delivery.handlers {
                li {
                    strong { (short(name)) } " " (badge(tone(&handler.state), &handler.state))
                    @if handler.attempts > 1 { " " span.muted { (handler.attempts) " times" } }
                    @if let Some(next) = &handler.next_attempt_at { " " span.muted { "again " (time::ago(next, viewer.now)) } }
                    @if let Some(reason) = &handler.reason { span.under { (short(reason)) } }
                }
            }
        }
    }
}

fn tone(state: &str) -> Tone {
    match state {
        "waiting" => Tone::Warning,
        other => Tone::of_state(other),
    }
}

fn again(viewer: &Viewer, delivery: &InboxDelivery) -> Markup {
    html! {
        form method="post" action={ (INBOX) "/" (delivery.id) "/retry" } {
            (token(viewer))
            button type="submit" aria-label={ "Run the handlers again for " (short(&delivery.id)) } { "Run again" }
        }
    }
}

fn review_table(viewer: &Viewer, reviews: &[Review]) -> Markup {
    html! {
        div.wide tabindex="0" role="region" aria-label="Reviews" {
            table {
                thead {
                    tr {
                        th scope="col" { "Type" } th scope="col" { "Why" } th scope="col" { "Model" } th scope="col" { "Since" }
                        th scope="col" { "State" }
                    }
                }
                tbody {
                    @for review in reviews {
                        tr {
                            th scope="row" {
                                a href={ (REVIEWS) "/" (review.id) } { (short(&review.event_type)) }
                                span.under { (short(review.request_id.as_deref().unwrap_or(&review.id))) }
                            }
                            td { (why(&review.reason)) }
                            td { (short(review.model.as_deref().unwrap_or("–"))) }
                            td { (time::ago(&review.created_at, viewer.now)) }
                            td { (state(review)) }
                        }
                    }
                }
            }
        }
    }
}

/// How a review stands: its label, or who has it.
pub fn state(review: &Review) -> Markup {
    html! {
        @match (&review.label, &review.claimed_by) {
            (Some(label), _) => (badge(Tone::Good, &short(&label.label))),
            (None, Some(reviewer)) => { (badge(Tone::Warning, "claimed")) " by " (short(reviewer)) },
            (None, None) => (badge(Tone::Quiet, "open")),
        }
    }
}

/// Why it is there.
pub fn why(reason: &str) -> &str {
    match reason {
        "flagged" => "Its property says so",
        "feedback" => "The answer was not liked",
        "event" => "Its type",
        "sample" => "Drawn for the sample",
        other => other,
    }
}
