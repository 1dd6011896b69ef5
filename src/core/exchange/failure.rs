//! Errors and refusals.

use std::borrow::Cow;

use serde_json::Value;

use super::{
    answer::Answer,
    member::{list, text},
    part::Part,
};

/// An error of the provider, or of the gateway. Its message is left out: it may quote the request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProviderError<'a> {
    /// Its kind: `type` for OpenAI and Anthropic, `status` for Gemini.
    pub kind: Option<&'a str>,
    /// Its code.
    pub code: Option<Cow<'a, str>>,
}

/// A model, or a filter, that declined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal<'a> {
    /// `refusal` where the model declined, else the provider's word for why its filter did: `content_filter`, `SAFETY`.
    pub reason: &'a str,
    /// What the model said about it.
    pub text: Option<&'a str>,
}

/// How answers end that a filter took back or held back.
const FILTERED: [&str; 11] = [
    "content_filter",
    "refusal",
    "SAFETY",
    "RECITATION",
    "BLOCKLIST",
    "PROHIBITED_CONTENT",
    "SPII",
    "MODEL_ARMOR",
    "IMAGE_SAFETY",
    "IMAGE_PROHIBITED_CONTENT",
    "IMAGE_RECITATION",
];

pub(super) fn refusal<'a>(answers: &[Answer<'a>], response: &'a Value) -> Option<Refusal<'a>> {
    let said = answers.iter().flat_map(|answer| &answer.parts).find_map(|part| match part {
        Part::Refusal(text) if !text.is_empty() => Some(Refusal { reason: "refusal", text: Some(text) }),
        _ => None,
    });
    let filtered = || {
        let reason = answers.iter().filter_map(|answer| answer.finish_reason);
        reason.into_iter().find(|reason| FILTERED.contains(reason))
    };
    // A prompt that was not let through: Gemini's answer without candidates, Azure's error.
    let blocked = || response.pointer("/promptFeedback/blockReason").and_then(Value::as_str);
    let refused =
        || response.pointer("/error/code").and_then(Value::as_str).filter(|code| *code == "content_filter");
    said.or_else(|| {
        let reason = filtered().or_else(blocked).or_else(refused)?;
        Some(Refusal { reason, text: None })
    })
}

pub(super) fn error(response: &Value) -> Option<ProviderError<'_>> {
    match response.get("error") {
        Some(error @ Value::Object(_)) => return Some(read(error)),
        Some(Value::String(text)) if !text.is_empty() => return Some(ProviderError::default()),
        _ => {}
    }
    // Mistral's, and an event of OpenAI's responses.
    if text(response, "object") == Some("error") || text(response, "type") == Some("error") {
        return Some(read(response));
    }
    // What Helicone stores for a response that it could not read.
    if response.get("helicone_error").is_some() || response.get("parse_response_error").is_some() {
        return Some(ProviderError { kind: Some("helicone_error"), code: None });
    }
    // OpenRouter's, where a provider behind it broke off.
    list(response, "choices")
        .iter()
        .find_map(|choice| choice.get("error"))
        .filter(|error| error.is_object())
        .map(read)
}

fn read(error: &Value) -> ProviderError<'_> {
    let kind = text(error, "type").or_else(|| text(error, "status"));
    let code = match error.get("code") {
        Some(Value::String(code)) => Some(Cow::Borrowed(code.as_str())),
        Some(Value::Number(code)) => Some(Cow::Owned(code.to_string())),
        _ => None,
    };
    ProviderError { kind, code }
}
