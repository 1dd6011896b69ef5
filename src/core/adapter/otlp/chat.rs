//! Messages as OpenAI's chat completions have them, which is the form that the bodies of an event get here.

use std::{borrow::Cow, cell::Cell};

use serde_json::{Map, Value, json};

use super::span::MAX_VALUES;
use crate::core::json::parse_bounded;

/// JSON in texts of a span, and how many values more of it are taken.
pub(super) struct Texts(Cell<usize>);

impl Texts {
    pub(super) fn new() -> Self {
        Self(Cell::new(MAX_VALUES))
    }

    /// What a text holds that is JSON. What is none, such as one that was cut, or too much, stays the text that it is.
    pub(super) fn parsed<'v>(&self, value: &'v Value) -> Cow<'v, Value> {
        let json = value.as_str().filter(|text| text.trim_start().starts_with(['{', '[']));
        let mut left = self.0.get();
        let tree = json.and_then(|text| parse_bounded(text, &mut left).ok());
        self.0.set(left);
        tree.map_or(Cow::Borrowed(value), Cow::Owned)
    }
}

/// What is known of an exchange's bodies.
#[derive(Debug, Default)]
pub(super) struct Conversation {
    /// What was asked, where it is a list of messages.
    pub(super) messages: Vec<Value>,
    /// What was asked, where it is anything else.
    pub(super) prompt: Option<Value>,
    /// The whole request, where the instrumentation has told all of it.
    pub(super) request: Option<Map<String, Value>>,
    /// What came back.
    pub(super) choices: Vec<Choice>,
    /// What came back, where it is anything else.
    pub(super) output: Option<Value>,
    /// The whole response.
    pub(super) response: Option<Map<String, Value>>,
}

/// One answer.
#[derive(Debug, Default)]
pub(super) struct Choice {
    pub(super) message: Map<String, Value>,
    pub(super) finish_reason: Option<String>,
}

impl Conversation {
    /// Whether nothing is known of what was asked.
    pub(super) fn lacks_request(&self) -> bool {
        self.messages.is_empty() && self.prompt.is_none() && self.request.is_none()
    }

    /// Whether nothing is known of what came back.
    pub(super) fn lacks_response(&self) -> bool {
        self.choices.is_empty() && self.output.is_none() && self.response.is_none()
    }
}

/// A message of a role, with a content; null where it has none, as OpenAI writes it beside tool calls.
pub(super) fn message(role: &str, content: Value) -> Map<String, Value> {
    Map::from_iter([("role".to_owned(), role.into()), ("content".to_owned(), content)])
}

/// A call of a tool. Arguments are JSON text there.
pub(super) fn tool_call(id: Option<&Value>, name: Option<&Value>, arguments: Option<&Value>) -> Value {
    let arguments = match arguments {
        None => "{}".to_owned(),
        Some(arguments) => text(arguments),
    };
    let mut call = json!({"type": "function", "function": {"name": name, "arguments": arguments}});
    if let (Some(id), Some(members)) = (id, call.as_object_mut()) {
        members.shift_insert(0, "id".to_owned(), id.clone());
    }
    call
}

/// The content of a message: the text alone where that is all there is.
pub(super) fn content(mut parts: Vec<Value>) -> Value {
    let is_text = |part: &Value| part.get("type").is_some_and(|kind| kind == "text");
    match parts.as_mut_slice() {
        [] => Value::Null,
        [only] if is_text(only) => only.get_mut("text").map(Value::take).unwrap_or_default(),
        _ => Value::Array(parts),
    }
}

/// A part of a content that is a picture at an address.
pub(super) fn image(url: impl Into<Value>) -> Value {
    json!({"type": "image_url", "image_url": {"url": url.into()}})
}

/// A text as it is, and of any other value its JSON.
pub(super) fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
