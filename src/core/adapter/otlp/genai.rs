//! Bodies by OpenTelemetry's GenAI conventions: as they are, and as they were.
//!
//! They began as two attributes, `gen_ai.prompt` and `gen_ai.completion`, which OpenLLMetry takes apart by number to this day; then
//! became an event for each message; and are now `gen_ai.input.messages` and its like, attributes of the span or of one event.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::{
    chat::{Choice, Conversation, Texts, content, image, message, text, tool_call},
    flattened,
    span::{Attributes, Span, SpanEvent},
};

const SYSTEM: &str = "gen_ai.system_instructions";
const INPUT: &str = "gen_ai.input.messages";
const OUTPUT: &str = "gen_ai.output.messages";

/// The event that may hold the three of them in the span's place.
const DETAILS: &str = "gen_ai.client.inference.operation.details";

/// Whole bodies: the second is Cloudflare's AI Gateway's.
const PROMPT: [&str; 2] = ["gen_ai.prompt", "gen_ai.prompt_json"];
const COMPLETION: [&str; 2] = ["gen_ai.completion", "gen_ai.completion_json"];

/// Adds what a span tells of its bodies.
pub(super) fn read(span: &Span, texts: &Texts, to: &mut Conversation) {
    structured(&span.attributes, texts, to);
    for event in span.events.iter().filter(|event| event.name == DETAILS) {
        structured(&event.attributes, texts, to);
    }
    if to.lacks_request() {
        to.messages = flattened_messages(&span.attributes, "gen_ai.prompt.");
    }
    if to.lacks_response() {
        let messages = flattened::tree(&span.attributes, "gen_ai.completion.");
        to.choices = flattened::elements(&messages).into_iter().map(flattened_choice).collect();
    }
    let whole = |names: &[&str]| {
        let of_events = span.events.iter().map(|event| &event.attributes);
        let value = std::iter::once(&span.attributes).chain(of_events).find_map(|all| all.first(names));
        value.map(|(_, value)| texts.parsed(value).into_owned())
    };
    if to.lacks_request() {
        match whole(&PROMPT) {
            Some(Value::Object(request)) => to.request = Some(request),
            Some(Value::Array(messages)) => to.messages = messages,
            other => to.prompt = other,
        }
    }
    if to.lacks_response() {
        match whole(&COMPLETION) {
            Some(Value::Object(response)) => to.response = Some(response),
            Some(Value::Array(list)) => to.choices = list.iter().map(|one| choice(one, texts)).collect(),
            other => to.output = other,
        }
    }
    let (wants_request, wants_response) = (to.lacks_request(), to.lacks_response());
    for event in &span.events {
        match event.name.as_str() {
            "gen_ai.choice" if wants_response => to.choices.push(choice(&body_of(event, texts), texts)),
            "gen_ai.choice" => {}
            name if wants_request => {
                let role = name.strip_prefix("gen_ai.").and_then(|name| name.strip_suffix(".message"));
                to.messages.extend(role.map(|role| event_message(role, body_of(event, texts))));
            }
            _ => {}
        }
    }
}

/// The attributes of today.
fn structured(attributes: &Attributes, texts: &Texts, to: &mut Conversation) {
    if let (true, Some(asked)) = (to.lacks_request(), attributes.get(INPUT)) {
        match texts.parsed(asked).as_ref() {
            Value::Array(messages) => messages.iter().for_each(|one| chat_messages(one, &mut to.messages)),
            other => to.prompt = Some(other.clone()),
        }
    }
    if let Some(system) = attributes.get(SYSTEM) {
        let mut parts = Vec::new();
        match texts.parsed(system).as_ref() {
            Value::Array(list) => parts.extend(list.iter().map(part)),
            other => parts.push(part(other)),
        }
        let first = to.messages.first().and_then(|first| first.get("role"));
        if first.is_none_or(|role| role != "system") {
            to.messages.insert(0, message("system", content(parts)).into());
        }
    }
    if let (true, Some(answered)) = (to.lacks_response(), attributes.get(OUTPUT)) {
        match texts.parsed(answered).as_ref() {
            Value::Array(list) => to.choices = list.iter().map(|one| choice(one, texts)).collect(),
            other => to.output = Some(other.clone()),
        }
    }
}

/// A message: one, or more where it holds what tools gave, of which each is a message in a chat.
fn chat_messages(one: &Value, into: &mut Vec<Value>) {
    let Some(parts) = one.get("parts").and_then(Value::as_array) else {
        into.push(one.clone());
        return;
    };
    let role = one.get("role").and_then(Value::as_str).unwrap_or("user");
    let mut rest = Vec::new();
    for part in parts {
        if part.get("type").is_none_or(|kind| kind != "tool_call_response") {
            rest.push(part);
            continue;
        }
        let given = ["response", "result", "content"].iter().find_map(|name| part.get(*name));
        let mut answer = message("tool", given.map(text).unwrap_or_default().into());
        if let Some(id) = part.get("id") {
            answer.insert("tool_call_id".to_owned(), id.clone());
        }
        into.push(answer.into());
    }
    if !rest.is_empty() || parts.is_empty() {
        into.push(of_parts(role, &rest, one.get("name")).into());
    }
}

fn of_parts(role: &str, parts: &[&Value], name: Option<&Value>) -> Map<String, Value> {
    let (mut contents, mut thoughts, mut calls) = (Vec::new(), Vec::new(), Vec::new());
    for one in parts {
        match one.get("type").and_then(Value::as_str) {
            Some("tool_call") => {
                calls.push(tool_call(one.get("id"), one.get("name"), one.get("arguments")));
            }
            Some("reasoning" | "thinking") => thoughts.extend(one.get("content").map(text)),
            _ => contents.push(part(one)),
        }
    }
    let mut message = message(role, content(contents));
    if let Some(name) = name {
        message.insert("name".to_owned(), name.clone());
    }
    if !thoughts.is_empty() {
        message.insert("reasoning_content".to_owned(), thoughts.join("\n").into());
    }
    if !calls.is_empty() {
        message.insert("tool_calls".to_owned(), calls.into());
    }
    message
}

/// A part of a content: text, a picture, or what a chat has no name for, as it came.
fn part(one: &Value) -> Value {
    let named = |name: &str| one.get(name).and_then(Value::as_str);
    let is_image = named("modality") == Some("image")
        || named("mime_type").is_some_and(|mime| mime.starts_with("image/"));
    match (named("type"), named("content")) {
        (None, None) if one.is_string() => serde_json::json!({"type": "text", "text": one}),
        (None | Some("text"), Some(text)) => serde_json::json!({"type": "text", "text": text}),
        (Some("blob"), Some(data)) if is_image => {
            image(format!("data:{};base64,{data}", named("mime_type").unwrap_or("image/*")))
        }
        (Some("uri"), _) if is_image => image(named("uri").unwrap_or_default()),
        _ => one.clone(),
    }
}

/// An answer: of today's form, of the events' form with a `message` in it, or a message as it is.
fn choice(one: &Value, texts: &Texts) -> Choice {
    let finish_reason = one.get("finish_reason").and_then(Value::as_str).map(str::to_owned);
    let body = one.get("message").map_or(Cow::Borrowed(one), |body| texts.parsed(body));
    let role = one.get("role").and_then(Value::as_str).unwrap_or("assistant");
    let mut message = match (body.get("parts").and_then(Value::as_array), body.as_ref()) {
        (Some(parts), _) => of_parts(role, &parts.iter().collect::<Vec<_>>(), None),
        (None, Value::Object(members)) => chat_form(role, members.clone()),
        (None, other) => message(role, other.clone()),
    };
    for name in ["finish_reason", "index"] {
        message.shift_remove(name);
    }
    Choice { message, finish_reason }
}

/// What an event says: its body, or its attributes where it has none.
fn body_of(event: &SpanEvent, texts: &Texts) -> Value {
    if let Some(body) = event.attributes.get("gen_ai.event.content") {
        return texts.parsed(body).into_owned();
    }
    let own =
        event.attributes.0.iter().filter(|(name, _)| !name.starts_with("gen_ai.") && name != "event.name");
    own.map(|(name, value)| (name.clone(), member(name, value, texts))).collect::<Map<_, _>>().into()
}

/// Content is text, whatever it looks like; all else may be JSON.
fn member(name: &str, value: &Value, texts: &Texts) -> Value {
    if name == "content" { value.clone() } else { texts.parsed(value).into_owned() }
}

fn event_message(role: &str, body: Value) -> Value {
    match body {
        Value::Object(mut members) => {
            // An event's name for what a chat calls `tool_call_id`.
            if let (true, Some(id)) = (role == "tool", members.shift_remove("id")) {
                members.insert("tool_call_id".to_owned(), id);
            }
            chat_form(role, members).into()
        }
        other => message(role, other).into(),
    }
}

/// A message that has a chat's members already, with its role in front.
fn chat_form(role: &str, mut members: Map<String, Value>) -> Map<String, Value> {
    let role = members.shift_remove("role").unwrap_or_else(|| role.into());
    members.shift_insert(0, "role".to_owned(), role);
    members
}

/// Messages that were taken apart by number.
fn flattened_messages(attributes: &Attributes, prefix: &str) -> Vec<Value> {
    let tree = flattened::tree(attributes, prefix);
    flattened::elements(&tree).into_iter().map(|one| flattened_message(one, "user").into()).collect()
}

fn flattened_choice(one: &Map<String, Value>) -> Choice {
    Choice {
        message: flattened_message(one, "assistant"),
        finish_reason: one.get("finish_reason").and_then(Value::as_str).map(str::to_owned),
    }
}

fn flattened_message(one: &Map<String, Value>, role: &str) -> Map<String, Value> {
    let role = one.get("role").and_then(Value::as_str).unwrap_or(role);
    let mut message = message(role, one.get("content").cloned().unwrap_or_default());
    if let Some(id) = one.get("tool_call_id") {
        message.insert("tool_call_id".to_owned(), id.clone());
    }
    let calls = flattened::list(one, "tool_calls").into_iter();
    let calls: Vec<Value> =
        calls.map(|call| tool_call(call.get("id"), call.get("name"), call.get("arguments"))).collect();
    if !calls.is_empty() {
        message.insert("tool_calls".to_owned(), calls.into());
    }
    message
}
