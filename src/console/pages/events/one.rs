//! One request: what is known of it, what was said of it, who gets it, and what was asked and answered.

use maud::{Markup, html};
use serde_json::{Map, Value};

use super::{
    conversation::{Texts, conversation},
    list::millis,
    path, why,
};
use crate::{
    console::{
        form::query,
        frame::{Page, Place, token},
        models::request::{Bodies, LlmRequest, Verdicts, Watcher},
        pages::problem,
        parts::{
            badge,
            fields::Field,
            number::{self, UNKNOWN, count},
            text::{short, visible},
            time,
        },
        viewer::Viewer,
    },
    core::{auth::Scope, envelope::ApiError, history::query::FEEDBACK},
};

/// What stands behind the name of a score that is yes or no.
const BOOLEAN: &str = "-hcone-bool";

/// What the page shows.
pub struct Shown {
    /// The request.
    pub request: LlmRequest,
    /// What subscriptions make of it; nothing where the viewer may not know.
    pub verdicts: Option<Result<(Verdicts, Vec<Watcher>), ApiError>>,
    /// What was asked and answered, where that was asked for.
    pub bodies: Option<Bodies>,
    /// What somebody tried to say of it.
    pub said: Said,
}

/// A score as it was typed, and what was wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// What was wrong.
    pub problem: Option<String>,
}

/// The page.
pub fn show(viewer: &Viewer, shown: &Shown) -> Page {
    let request = &shown.request;
    let content = html! {
        (facts(viewer, request, shown.verdicts.as_ref()))
        div.columns {
            (properties(request))
            (scores(viewer, request, &shown.said))
        }
        @if let Some(verdicts) = &shown.verdicts {
            section aria-labelledby="subscriptions" {
                h2 id="subscriptions" { "Subscriptions" }
                @match verdicts {
                    Ok((verdicts, watchers)) => (why::table(&request.event_type, verdicts, watchers)),
                    Err(error) => (problem::part(error)),
                }
            }
        }
        section aria-labelledby="exchange" {
            h2 id="exchange" { "Exchange" }
            @match &shown.bodies {
                Some(bodies) => (exchange(bodies)),
                None => (closed(request)),
            }
        }
    };
    Page {
        actions: html! { a.button href="/console/events" { "All events" } },
        ..Page::new(Place::Events, format!("Request {}", short(&request.request_id)), content)
    }
}

/// Bodies may be private: they are there for whoever asks.
fn closed(request: &LlmRequest) -> Markup {
    let shown = format!("{}/exchange", path(&request.request_id));
    html! {
        div id="bodies" {
            p { "What was asked and answered may be private, and is loaded when you ask for it." }
            a.button href=(shown) hx-get=(shown) hx-target="#bodies" hx-swap="outerHTML" { "Show the exchange" }
        }
    }
}

/// What was asked and answered.
pub fn exchange(bodies: &Bodies) -> Markup {
    conversation(Texts {
        request: bodies.request_body.as_deref().map(|raw| raw.get()),
        response: bodies.response_body.as_deref().map(|raw| raw.get()),
        url: Some(&bodies.signed_body_url),
    })
}

fn facts(
    viewer: &Viewer,
    request: &LlmRequest,
    verdicts: Option<&Result<(Verdicts, Vec<Watcher>), ApiError>>,
) -> Markup {
    let trace = match verdicts {
        Some(Ok((verdicts, _))) => verdicts.trace_id.as_deref(),
        _ => None,
    };
    let number = |number: Option<u64>| number.map_or_else(|| UNKNOWN.to_owned(), count);
    let text = |text: Option<&str>| text.map_or_else(|| UNKNOWN.to_owned(), visible);
    let searched = |name: &str, value: &str| format!("/console/events{}", query(&[(name, Some(value))]));
    html! {
        dl.facts.card {
            dt { "Id" } dd { code { (visible(&request.request_id)) } }
            dt { "Made" } dd { (time::at(&request.request_created_at)) " " span.muted { "(" (time::ago(&request.request_created_at, viewer.now)) ")" } }
            dt { "Newest event" } dd { code { (visible(&request.event_type)) } }
            dt { "Model" } dd { (text(request.model.as_deref())) @if let Some(provider) = &request.provider { " " span.muted { (visible(provider)) } } }
            dt { "User" } dd {
                @match &request.request_user_id {
                    Some(user) => a href=(searched("user", user)) { (visible(user)) },
                    None => (UNKNOWN),
                }
            }
            dt { "Status" } dd { (badge::outcome(request.response_status, None)) }
            dt { "Latency" } dd {
                (number::millis(millis(request.delay_ms)))
                @if request.time_to_first_token.is_some() {
                    " " span.muted { "first token " (number::millis(millis(request.time_to_first_token))) }
                }
            }
            dt { "Tokens" } dd {
                (number(request.total_tokens)) " "
                span.muted { "prompt " (number(request.prompt_tokens)) ", completion " (number(request.completion_tokens)) }
                @if let Some(read) = request.prompt_cache_read_tokens { " " span.muted { "· from a cache " (count(read)) } }
                @if let Some(thoughts) = request.reasoning_tokens { " " span.muted { "· reasoning " (count(thoughts)) } }
            }
            dt { "Cost" } dd {
                (number::dollars(request.cost))
                @if let Some(status) = &request.cost_status { " " span.muted { (visible(status)) } }
            }
            @if request.cached == Some(true) { dt { "Cache" } dd { "Answered from the gateway's cache" } }
            @if let Some(trace) = trace { dt { "Trace" } dd { code { (visible(trace)) } } }
        }
    }
}

fn properties(request: &LlmRequest) -> Markup {
    html! {
        section aria-labelledby="properties" {
            h2 id="properties" { "Properties" }
            @if request.properties.is_empty() { p.muted { "None" } }
            @else {
                dl.facts.card {
                    @for (name, value) in &request.properties {
                        @let value = value.as_str().unwrap_or_default();
                        dt { (visible(name)) }
                        dd { a href={ "/console/events" (query(&[("property", Some(name)), ("value", Some(value))])) } { (visible(value)) } }
                    }
                }
            }
            @if request.properties_truncated { p.muted { "Some did not fit and are in the archive alone." } }
        }
    }
}

fn scores(viewer: &Viewer, request: &LlmRequest, said: &Said) -> Markup {
    let none = Map::new();
    let scores = request.scores.as_ref().unwrap_or(&none);
    let feedback = scores.get(FEEDBACK).and_then(Value::as_f64).map(|rating| rating > 0.0);
    let others: Vec<_> = scores.iter().filter(|(name, _)| *name != FEEDBACK).collect();
    html! {
        section aria-labelledby="scores" {
            h2 id="scores" { "Scores and feedback" }
            dl.facts.card {
                dt { "Feedback" }
                dd { @match feedback { Some(true) => "Liked", Some(false) => "Not liked", None => { span.muted { "None" } } } }
                @for (name, value) in others {
                    dt { (visible(name.strip_suffix(BOOLEAN).unwrap_or(name))) }
                    dd { (score(name, value)) }
                }
            }
            @if viewer.may(Scope::ScoresWrite) { (say(viewer, request, said)) }
        }
    }
}

fn score(name: &str, value: &Value) -> String {
    match (name.ends_with(BOOLEAN), value.as_f64()) {
        (true, Some(value)) => if value > 0.0 { "yes" } else { "no" }.to_owned(),
        _ => visible(&value.to_string()),
    }
}

fn say(viewer: &Viewer, request: &LlmRequest, said: &Said) -> Markup {
    let page = path(&request.request_id);
    let name = Field { name: "name", label: "Score", hint: "", error: None };
    let value =
        Field { name: "value", label: "A whole number, yes or no", hint: "", error: said.problem.as_deref() };
    html! {
        form.actions method="post" action={ (page) "/feedback" } {
            (token(viewer))
            button type="submit" name="rating" value="true" { "Liked" }
            button type="submit" name="rating" value="false" { "Not liked" }
        }
        form.filters method="post" action={ (page) "/score" } {
            (token(viewer))
            (name.input("text", &said.name, true))
            (value.input("text", &said.value, true))
            button type="submit" { "Add the score" }
        }
    }
}
