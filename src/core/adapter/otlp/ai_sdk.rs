//! Bodies by Vercel's AI SDK, whose spans have the conventions' names for everything else.

use serde_json::{Map, Value, json};

use super::{
    chat::{Choice, Conversation, Texts, content, message, text, tool_call},
    span::Attributes,
};

/// Adds what a span tells of its bodies, where nothing is known of them.
pub(super) fn read(attributes: &Attributes, texts: &Texts, to: &mut Conversation) {
    if let (true, Some(asked)) = (to.lacks_request(), attributes.get("ai.prompt.messages")) {
        match texts.parsed(asked).as_ref() {
            Value::Array(messages) => messages.iter().for_each(|one| chat_messages(one, &mut to.messages)),
            other => to.prompt = Some(other.clone()),
        }
    }
    if to.lacks_response() {
        let answer =
            attributes.first(&["ai.response.text", "ai.response.object"]).map(|(_, text)| text.clone());
        let calls = attributes.get("ai.response.toolCalls").map(|calls| texts.parsed(calls).into_owned());
        let calls: Vec<Value> = match &calls {
            Some(Value::Array(calls)) => calls.iter().map(call).collect(),
            _ => Vec::new(),
        };
        if answer.is_some() || !calls.is_empty() {
            let message = with_calls(message("assistant", answer.unwrap_or_default()), calls);
            to.choices = vec![Choice { message, finish_reason: None }];
        }
    }
}

/// A message: one, or more where it holds what tools gave, of which each is a message in a chat.
fn chat_messages(one: &Value, into: &mut Vec<Value>) {
    let role = one.get("role").and_then(Value::as_str).unwrap_or("user");
    let Some(parts) = one.get("content").and_then(Value::as_array) else {
        into.push(one.clone());
        return;
    };
    let (mut contents, mut calls) = (Vec::new(), Vec::new());
    for part in parts {
        match part.get("type").and_then(Value::as_str) {
            Some("tool-call") => calls.push(call(part)),
            Some("tool-result") => {
                let given = ["output", "result"].iter().find_map(|name| part.get(*name));
                // Newer versions say of which kind it is.
                let given = given.map(|given| given.get("value").unwrap_or(given));
                let mut answer = message("tool", given.map(text).unwrap_or_default().into());
                if let Some(id) = part.get("toolCallId") {
                    answer.insert("tool_call_id".to_owned(), id.clone());
                }
                into.push(answer.into());
            }
            Some("text") => contents.push(json!({"type": "text", "text": part.get("text")})),
            _ => contents.push(part.clone()),
        }
    }
    if role != "tool" || !contents.is_empty() {
        into.push(with_calls(message(role, content(contents)), calls).into());
    }
}

fn call(one: &Value) -> Value {
    tool_call(one.get("toolCallId"), one.get("toolName"), one.get("input").or_else(|| one.get("args")))
}

fn with_calls(mut message: Map<String, Value>, calls: Vec<Value>) -> Map<String, Value> {
    if !calls.is_empty() {
        message.insert("tool_calls".to_owned(), calls.into());
    }
    message
}
