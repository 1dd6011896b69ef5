//! The bodies: the request as it was asked, put together of what the payload has of it, and the response.

use serde_json::value::RawValue;

use super::fields::{present, word};
use crate::core::{
    adapter::object::Object,
    event::canonical,
    field::FieldError,
    json::{Canonical, Fields},
};

/// The request: model, messages and parameters. `None` where LiteLLM was told to keep the messages to itself and there is
/// nothing else.
pub(super) fn request(
    fields: &Fields<'_>,
    model: Option<&str>,
    parameters: &Fields<'_>,
) -> Result<Option<Canonical>, FieldError> {
    let messages = fields.get("messages").filter(|raw| raw.get() != "null");
    if messages.is_none() && parameters.is_empty() {
        return Ok(None);
    }
    let mut body = Object::new();
    if let Some(model) = model {
        body.text("model", model);
    }
    if let Some(raw) = messages {
        let call_type = word(fields, "call_type").unwrap_or_default();
        let (name, content) = asked(&call_type, raw);
        body.json(name, canonical(content, "messages")?.as_str());
    }
    for (name, raw) in parameters.iter().filter(|(name, _)| !matches!(*name, "model" | "messages")) {
        body.json(name, raw.get());
    }
    body.finish("model_parameters").map(Some)
}

/// What was asked, and its name in such a request. LiteLLM writes most of it as messages, an embedding's input as well.
fn asked<'a>(call_type: &str, messages: &'a RawValue) -> (&'static str, &'a RawValue) {
    let only = || -> Option<&'a RawValue> {
        let list: Vec<Fields<'a>> = serde_json::from_str(messages.get()).ok()?;
        let [message] = list.as_slice() else { return None };
        message.get("content")
    };
    if call_type.contains("embedding") {
        return ("input", only().unwrap_or(messages));
    }
    if call_type.contains("text_completion") {
        return ("prompt", only().unwrap_or(messages));
    }
    if call_type.contains("responses") {
        return ("input", messages);
    }
    ("messages", messages)
}

/// The response; of a request that failed the error, in OpenAI's shape.
pub(super) fn response(fields: &Fields<'_>, error: &Fields<'_>) -> Result<Option<Canonical>, FieldError> {
    if let Some(raw) = present(fields, "response").filter(|raw| raw.get() != "{}") {
        return canonical(raw, "response").map(Some);
    }
    let message = word(error, "error_message").or_else(|| word(fields, "error_str"));
    let parts =
        [("message", message), ("type", word(error, "error_class")), ("code", word(error, "error_code"))];
    if parts.iter().all(|(_, part)| part.is_none()) {
        return Ok(None);
    }
    let mut inner = Object::new();
    for (name, part) in parts {
        if let Some(part) = part.filter(|part| !part.is_empty()) {
            inner.text(name, &part);
        }
    }
    let mut body = Object::new();
    body.json("error", inner.finish("error_information")?.as_str());
    body.finish("error_information").map(Some)
}
