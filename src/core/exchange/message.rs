//! What was asked.

use std::borrow::Cow;

use serde_json::Value;

use super::{
    member::{list, text},
    part::{Part, one_text},
};

/// Who speaks in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Whoever built the application: system prompts, instructions, OpenAI's `developer`.
    System,
    /// The user.
    User,
    /// The model, in an earlier turn.
    Assistant,
    /// A tool that was called. (Anthropic's and Gemini's results are parts of a user's message.)
    Tool,
    /// Anyone else.
    Other,
}

impl Role {
    fn of(name: &str) -> Self {
        match name {
            "system" | "developer" => Self::System,
            "user" => Self::User,
            "assistant" | "model" => Self::Assistant,
            "tool" | "function" => Self::Tool,
            _ => Self::Other,
        }
    }
}

/// One message of a conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct Message<'a> {
    /// Who speaks.
    pub role: Role,
    /// What it is made of, in order.
    pub parts: Vec<Part<'a>>,
}

impl<'a> Message<'a> {
    /// Its text and what tools gave, one part a line; empty where there is none.
    pub fn text(&self) -> Cow<'_, str> {
        let texts = self.parts.iter().filter_map(|part| match part {
            Part::Text(text) => Some(*text),
            Part::ToolResult(text) => Some(text.as_ref()),
            _ => None,
        });
        one_text(texts, "\n").unwrap_or_default()
    }

    /// Reads a message of any format, or an item of OpenAI's responses.
    pub(super) fn read(message: &'a Value) -> Self {
        let role = text(message, "role").map(Role::of);
        let has = |name: &str| message.get(name).is_some();
        let is_thought = text(message, "type") == Some("reasoning");
        if role.is_none() && (is_thought || !(has("content") || has("parts"))) {
            return Self::of_item(message);
        }
        let mut parts = Vec::new();
        for name in ["reasoning_content", "reasoning"] {
            parts.extend(text(message, name).map(|thought| Part::Thinking(Cow::Borrowed(thought))));
        }
        for name in ["content", "parts"] {
            content(message.get(name), &mut parts);
        }
        if role == Some(Role::Tool) {
            for part in &mut parts {
                if let Part::Text(text) = part {
                    *part = Part::ToolResult(Cow::Borrowed(text));
                }
            }
        }
        parts.extend(text(message, "refusal").map(Part::Refusal));
        parts.extend(list(message, "tool_calls").iter().map(Part::of_chat_call));
        parts.extend(message.get("function_call").filter(|call| call.is_object()).map(|call| {
            // The form before `tool_calls`, which knows no id.
            Part::call(None, call, "arguments")
        }));
        Self { role: role.unwrap_or(Role::User), parts }
    }

    /// What is no message but stands among them: bare text, a call, its result, a thought.
    fn of_item(item: &'a Value) -> Self {
        let part = Part::read(item);
        let role = match part {
            Part::ToolResult(_) => Role::Tool,
            Part::ToolCall(_) | Part::Thinking(_) => Role::Assistant,
            Part::Other => Role::Other,
            _ => Role::User,
        };
        Self { role, parts: vec![part] }
    }
}

/// Appends the parts of a content: a text, a list of parts, or one part.
pub(super) fn content<'a>(content: Option<&'a Value>, parts: &mut Vec<Part<'a>>) {
    match content {
        None | Some(Value::Null) => {}
        Some(Value::Array(list)) => parts.extend(list.iter().map(Part::read)),
        Some(one) => parts.push(Part::read(one)),
    }
}

/// The messages of a request. No two formats use the same names, so all names are looked for.
pub(super) fn asked(request: &Value) -> Vec<Message<'_>> {
    let mut messages = Vec::new();
    for name in ["system", "instructions", "systemInstruction", "system_instruction"] {
        let mut parts = Vec::new();
        let system = request.get(name);
        content(system.and_then(|system| system.get("parts")).or(system), &mut parts);
        if !parts.is_empty() {
            messages.push(Message { role: Role::System, parts });
        }
    }
    for name in ["messages", "contents", "input", "prompt"] {
        match request.get(name) {
            Some(Value::Array(list)) => messages.extend(list.iter().map(Message::read)),
            Some(one @ Value::String(_)) => messages.push(Message::read(one)),
            Some(one @ Value::Object(_)) if name == "contents" => messages.push(Message::read(one)),
            _ => {}
        }
    }
    messages
}
