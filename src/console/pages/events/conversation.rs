//! One exchange as a conversation. Whatever it holds is text: nothing of it is loaded, followed or run.

use maud::{Markup, html};

use crate::{
    console::parts::{
        badge::{Tone, badge},
        code,
        number::{bytes, count},
        text::{cut, short, visible},
    },
    core::exchange::{Answer, Body, Exchange, Part, Role},
};

/// Bodies that are longer together are not taken apart, in bytes.
const LARGEST: usize = 4 * 1024 * 1024;
/// A text that is longer is folded, in characters.
const FOLDED: usize = 1500;
/// No more of a text is shown, in characters.
const LONGEST: usize = 100_000;
/// The same of a body as JSON.
const LONGEST_BODY: usize = 200_000;
/// No more messages are shown.
const MESSAGES: usize = 200;

/// The bodies, as their JSON.
#[derive(Clone, Copy, Debug, Default)]
pub struct Texts<'a> {
    /// What was asked.
    pub request: Option<&'a str>,
    /// What was answered.
    pub response: Option<&'a str>,
    /// Where both can be had whole.
    pub url: Option<&'a str>,
}

/// The conversation, and the JSON that it was read from.
pub fn conversation(texts: Texts<'_>) -> Markup {
    let length = |text: Option<&str>| text.map_or(0, str::len);
    let all = length(texts.request).saturating_add(length(texts.response));
    html! {
        @if texts.request.is_none() && texts.response.is_none() {
            p.muted { "What was asked and answered did not come with the event, or is not kept any more." }
        } @else if all > LARGEST {
            p.notice.warning { "This exchange has " (bytes(all as u64)) ", which is too much for a page." }
        } @else {
            (read(texts))
            (raw("Request", "raw-request", texts.request))
            (raw("Response", "raw-response", texts.response))
        }
        @if let Some(url) = texts.url.filter(|url| !url.is_empty()) {
            p.links { a href=(url) rel="noreferrer" { "The whole exchange as JSON" } }
        }
    }
}

fn read(texts: Texts<'_>) -> Markup {
    let body = |text: Option<&str>| text.map_or(Body::Absent, Body::from_json);
    let exchange = Exchange::new(body(texts.request), body(texts.response));
    let (messages, answers) = (exchange.messages(), exchange.answers());
    let many = answers.len();
    html! {
        div.conversation {
            (about(&exchange))
            (unread("request", exchange.request()))
            @for message in messages.iter().take(MESSAGES) {
                (turn(role(message.role), class(message.role), &html! {}, &message.parts))
            }
            @if messages.len() > MESSAGES {
                p.muted { (count(messages.len().saturating_sub(MESSAGES) as u64)) " more messages are not shown." }
            }
            (unread("response", exchange.response()))
            @for (at, answer) in answers.iter().enumerate().take(MESSAGES) { (answered(answer, at, many)) }
            (failed(&exchange))
        }
    }
}

fn about(exchange: &Exchange) -> Markup {
    let (asked, served) = (exchange.model_asked(), exchange.model_served());
    html! {
        p.muted {
            @if let Some(asked) = asked { "Asked " (short(asked)) }
            @if let Some(served) = served.filter(|served| Some(*served) != asked) { ", answered by " (short(served)) }
            @if exchange.is_streamed() { " " (badge(Tone::Quiet, "streamed, put together")) }
            @if let Some(schema) = exchange.requested_schema() { " " (badge(Tone::Quiet, "has to follow a schema"))
                @if let Some(tool) = schema.tool { " " (short(tool)) } }
        }
    }
}

/// A body that is no JSON.
fn unread(what: &str, body: &Body) -> Markup {
    html! {
        @match body {
            Body::Json(_) => {},
            Body::Absent => p.muted { "The " (what) " is not there." },
            Body::TooLarge => p.muted { "The " (what) " was too large to be sent along." },
            Body::Text(text) => (turn(what, "other", &html! {}, &[Part::Text(text)])),
            Body::Cut(text) => (turn(what, "other", &badge(Tone::Warning, "cut off"), &[Part::Text(text)])),
        }
    }
}

fn answered(answer: &Answer<'_>, at: usize, many: usize) -> Markup {
    let label = match many {
        1 => "Answer".to_owned(),
        many => format!("Answer {} of {many}", at.saturating_add(1)),
    };
    let note = html! { @if let Some(reason) = answer.finish_reason { (badge(Tone::Quiet, &short(reason))) } };
    turn(&label, "assistant", &note, &answer.parts)
}

fn failed(exchange: &Exchange) -> Markup {
    html! {
        @if let Some(refusal) = exchange.refusal() {
            p.notice.warning { "Declined: " (short(refusal.reason)) }
        }
        @if let Some(error) = exchange.error() {
            p.notice.bad {
                "An error in place of an answer"
                @if let Some(kind) = error.kind { ": " (short(kind)) }
                @if let Some(code) = error.code { " (" (short(&code)) ")" }
            }
        }
    }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::System => "System",
        Role::User => "User",
        Role::Assistant => "Assistant",
        Role::Tool => "Tool",
        Role::Other => "Other",
    }
}

fn class(role: Role) -> &'static str {
    match role {
        Role::System => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
        Role::Tool => "tool",
        Role::Other => "other",
    }
}

fn turn(who: &str, class: &str, note: &Markup, parts: &[Part<'_>]) -> Markup {
    html! {
        article class={ "turn " (class) } {
            header { strong { (who) } " " (note) }
            @if parts.is_empty() { p.muted { "Nothing" } }
            @for one in parts { (part(one)) }
        }
    }
}

fn part(part: &Part<'_>) -> Markup {
    let unloaded = |what: &str| html! { p.placeholder { (what) " (not loaded)" } };
    match part {
        Part::Text(text) => said(text),
        Part::Refusal(text) => html! { (badge(Tone::Warning, "declined")) (said(text)) },
        Part::Thinking(text) if text.is_empty() => {
            html! { p.muted { "Thought, which the provider keeps to itself" } }
        }
        Part::Thinking(text) => html! { details { summary { "Thinking" } (said(text)) } },
        Part::ToolCall(call) => html! {
            p { "Calls " code { (short(call.name)) } @if let Some(id) = call.id { " " span.muted { (short(id)) } } }
            div.mono { (said(&indented(&call.arguments))) }
        },
        Part::ToolResult(text) => html! { p { "Result" } div.mono { (said(&indented(text))) } },
        Part::Image => unloaded("Image"),
        Part::Audio => unloaded("Audio"),
        Part::Video => unloaded("Video"),
        Part::File => unloaded("File"),
        Part::Other => html! { p.placeholder { "Something else: see the JSON below" } },
    }
}

/// JSON, indented; other text as it is.
fn indented(text: &str) -> String {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(value) if value.is_object() || value.is_array() => {
            serde_json::to_string_pretty(&value).unwrap_or_default()
        }
        _ => text.to_owned(),
    }
}

/// Text: folded where it is long, and cut where it is too long, which is told.
fn said(text: &str) -> Markup {
    let shown = cut(text, LONGEST);
    let is_long = text.chars().nth(FOLDED).is_some();
    html! {
        @if is_long {
            details {
                summary { span.said { (short(text)) } " " span.muted { (bytes(text.len() as u64)) } }
                div.said.long tabindex="0" role="region" aria-label="The whole text" { (visible(shown)) }
                @if shown.len() < text.len() { (rest(shown, text)) }
            }
        } @else { div.said { (visible(text)) } }
    }
}

fn rest(shown: &str, all: &str) -> Markup {
    html! { p.muted { "This is the first " (bytes(shown.len() as u64)) " of " (bytes(all.len() as u64)) "." } }
}

fn raw(name: &str, id: &str, text: Option<&str>) -> Markup {
    let Some(text) = text else { return html! {} };
    let all = indented(text);
    let shown = cut(&all, LONGEST_BODY);
    html! {
        details {
            summary { (name) " as JSON " span.muted { (bytes(text.len() as u64)) } }
            (code::block(id, &visible(shown)))
            @if shown.len() < all.len() { (rest(shown, &all)) }
        }
    }
}
