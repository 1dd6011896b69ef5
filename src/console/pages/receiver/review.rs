//! One review: what was asked and answered, and what somebody says of it.

use maud::{Markup, html};

use super::queues::{state, why};
use crate::{
    console::{
        frame::{Page, Place, token},
        models::inbox::{Review, ReviewExchange},
        pages::events::{
            self,
            conversation::{Texts, conversation},
        },
        parts::{
            code,
            fields::Field,
            number::UNKNOWN,
            text::{short, visible},
            time,
        },
        viewer::Viewer,
    },
    core::auth::Scope,
};

/// A label as it was typed, and what was wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// The label.
    pub label: String,
    /// What was said beside it.
    pub comment: String,
    /// By whom.
    pub reviewer: String,
    /// The field that was wrong, and how.
    pub wrong: Option<(String, String)>,
}

/// The page.
pub fn review(viewer: &Viewer, review: &Review, judged: &Judged) -> Page {
    let content = html! {
        (facts(viewer, review))
        @if viewer.may(Scope::ScoresWrite) { (judge(viewer, review, judged)) }
        section aria-labelledby="exchange" {
            h2 id="exchange" { "Exchange" }
            @match &review.exchange {
                Some(exchange) => (kept(exchange)),
                None => p.muted { "It is not kept any more." },
            }
        }
    };
    let title = format!("Review of {}", short(&review.event_type));
    Page {
        actions: html! { a.button href="/console/receiver/reviews" { "All reviews" } },
        ..Page::new(Place::Receiver, title, content)
    }
}

fn facts(viewer: &Viewer, review: &Review) -> Markup {
    let text = |text: Option<&str>| text.map_or_else(|| UNKNOWN.to_owned(), visible);
    html! {
        dl.facts.card {
            dt { "State" } dd { (state(review)) }
            dt { "Why" } dd { (why(&review.reason)) }
            dt { "Since" } dd { (time::ago(&review.created_at, viewer.now)) }
            dt { "Request" } dd {
                @match review.request_id.as_deref().filter(|_| viewer.sees_requests()) {
                    Some(id) => a href=(events::path(id)) { (visible(id)) },
                    None => (text(review.request_id.as_deref())),
                }
            }
            dt { "Model" } dd { (text(review.model.as_deref())) }
            dt { "User" } dd { (text(review.user_id.as_deref())) }
            @if let Some(until) = &review.claimed_until { dt { "Claimed until" } dd { (time::ago(until, viewer.now)) } }
            @if let Some(label) = &review.label {
                dt { "Said" }
                dd {
                    strong { (visible(&label.label)) } " " span.muted { (time::ago(&label.at, viewer.now)) }
                    @if let Some(reviewer) = &label.reviewer { " by " (visible(reviewer)) }
                    @if let Some(comment) = &label.comment { div.said { (visible(comment)) } }
                }
            }
        }
    }
}

fn judge(viewer: &Viewer, review: &Review, judged: &Judged) -> Markup {
    let error = |name: &str| {
        judged.wrong.as_ref().filter(|(field, _)| field == name).map(|(_, problem)| problem.as_str())
    };
    let field = |name: &'static str, label: &'static str, hint: &'static str| Field {
        name,
        label,
        hint,
        error: error(name),
    };
    let page = format!("/console/receiver/reviews/{}", review.id);
    html! {
        section aria-labelledby="judge" {
            h2 id="judge" { "Your word" }
            form.stack method="post" action=(page) {
                (token(viewer))
                (field("reviewer", "You", "A name that others know. It may be left out where you have not claimed it.").input("text", &judged.reviewer, false))
                (field("label", "Label", "A word of your own, of a-z, 0-9, _ and -, such as correct or unsafe.").input("text", &judged.label, false))
                (field("comment", "Comment", "").area(&judged.comment, 3))
                div.actions {
                    button.primary type="submit" name="do" value="label" { "Label" }
                    @if review.label.is_none() { button type="submit" name="do" value="claim" { "Claim for 15 minutes" } }
                    @if review.claimed_by.is_some() { button type="submit" name="do" value="release" { "Give back" } }
                }
            }
        }
    }
}

fn kept(exchange: &ReviewExchange) -> Markup {
    html! {
        (conversation(Texts {
            request: exchange.request.as_deref().map(|raw| raw.get()),
            response: exchange.response.as_deref().map(|raw| raw.get()),
            url: None,
        }))
        @if let Some(event) = exchange.event.as_deref() {
            @let value = serde_json::from_str::<serde_json::Value>(event.get()).unwrap_or_default();
            details open { summary { "The event" } (code::block("event", &visible(&serde_json::to_string_pretty(&value).unwrap_or_default()))) }
        }
    }
}
