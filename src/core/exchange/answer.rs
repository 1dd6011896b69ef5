//! What was answered.

use std::borrow::Cow;

use serde_json::Value;

use super::{
    dialect::Dialect,
    member::{list, text},
    message::{Message, content},
    part::{Part, one_text},
};

/// One choice or candidate.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer<'a> {
    /// What it is made of, in order.
    pub parts: Vec<Part<'a>>,
    /// Why it ended, in the provider's words. OpenAI's responses say `completed`, or why they are incomplete.
    pub finish_reason: Option<&'a str>,
}

impl<'a> Answer<'a> {
    /// Its text, all parts of it; `None` where it has none.
    pub fn text(&self) -> Option<Cow<'a, str>> {
        let texts = self.parts.iter().filter_map(|part| match part {
            Part::Text(text) => Some(*text),
            _ => None,
        });
        one_text(texts, "")
    }
}

/// The answers of a response.
pub(super) fn given(dialect: Dialect, response: &Value) -> Vec<Answer<'_>> {
    match dialect {
        Dialect::OpenAiChat => list(response, "choices").iter().map(of_chat).collect(),
        Dialect::TextCompletion => list(response, "choices").iter().map(of_text_completion).collect(),
        Dialect::OpenAiResponses => of_responses(response).into_iter().collect(),
        Dialect::Anthropic => of_anthropic(response).into_iter().collect(),
        Dialect::Gemini => list(response, "candidates").iter().map(of_gemini).collect(),
        Dialect::Embeddings | Dialect::Unknown => Vec::new(),
    }
}

fn of_chat(choice: &Value) -> Answer<'_> {
    // Some gateways put a stream together and leave it looking like a piece.
    let message = choice.get("message").or_else(|| choice.get("delta"));
    let parts = message.map(|message| Message::read(message).parts).unwrap_or_default();
    Answer { parts, finish_reason: text(choice, "finish_reason") }
}

fn of_text_completion(choice: &Value) -> Answer<'_> {
    Answer {
        parts: text(choice, "text").map(Part::Text).into_iter().collect(),
        finish_reason: text(choice, "finish_reason"),
    }
}

fn of_responses(response: &Value) -> Option<Answer<'_>> {
    let mut parts = Vec::new();
    for item in response.get("output")?.as_array()? {
        match text(item, "type") {
            Some("message") => content(item.get("content"), &mut parts),
            _ => parts.push(Part::read(item)),
        }
    }
    let incomplete = response.pointer("/incomplete_details/reason").and_then(Value::as_str);
    let finish_reason =
        incomplete.or_else(|| text(response, "status").filter(|status| *status != "in_progress"));
    Some(Answer { parts, finish_reason })
}

fn of_anthropic(response: &Value) -> Option<Answer<'_>> {
    let mut parts = Vec::new();
    content(response.get("content").or_else(|| response.get("completion")), &mut parts);
    let finish_reason = text(response, "stop_reason");
    (!parts.is_empty() || finish_reason.is_some()).then_some(Answer { parts, finish_reason })
}

fn of_gemini(candidate: &Value) -> Answer<'_> {
    let mut parts = Vec::new();
    content(candidate.pointer("/content/parts"), &mut parts);
    Answer { parts, finish_reason: text(candidate, "finishReason") }
}
