//! Bodies by OpenInference: messages taken apart by number, and whole bodies in `input.value` and `output.value`.

use serde_json::{Map, Value, json};

use super::{
    chat::{Choice, Conversation, Texts, content, image, message, tool_call},
    flattened,
    span::Attributes,
};

/// Adds what a span tells of its bodies, where nothing is known of them.
pub(super) fn read(attributes: &Attributes, json: &Texts, to: &mut Conversation) {
    if to.lacks_request() {
        let asked = flattened::tree(attributes, "llm.input_messages.");
        to.messages = messages(&asked).map(Value::from).collect();
    }
    if to.lacks_request() {
        to.prompt = texts(attributes, "llm.prompts.", "prompt")
            .or_else(|| texts(attributes, "embedding.embeddings.", "embedding"));
    }
    if to.lacks_response() {
        let answered = flattened::tree(attributes, "llm.output_messages.");
        to.choices = messages(&answered).map(|message| Choice { message, finish_reason: None }).collect();
    }
    if to.lacks_response() {
        to.output = texts(attributes, "llm.choices.", "completion");
    }
    if let (true, Some(input)) = (to.lacks_request(), attributes.get("input.value")) {
        match json.parsed(input).into_owned() {
            Value::Object(request) => to.request = Some(request),
            other => to.prompt = Some(other),
        }
    }
    if let (true, Some(output)) = (to.lacks_response(), attributes.get("output.value")) {
        match json.parsed(output).into_owned() {
            Value::Object(response) => to.response = Some(response),
            other => to.output = Some(other),
        }
    }
}

/// The tools that the model may call, each a JSON text.
pub(super) fn tools(attributes: &Attributes, json: &Texts) -> Vec<Value> {
    let tree = flattened::tree(attributes, "llm.tools.");
    let schemas = flattened::elements(&tree).into_iter();
    schemas.filter_map(|one| Some(json.parsed(one.get("tool")?.get("json_schema")?).into_owned())).collect()
}

fn messages(tree: &Map<String, Value>) -> impl Iterator<Item = Map<String, Value>> + '_ {
    flattened::elements(tree)
        .into_iter()
        .filter_map(|one| Some(chat_message(one.get("message")?.as_object()?)))
}

fn chat_message(one: &Map<String, Value>) -> Map<String, Value> {
    let role = one.get("role").and_then(Value::as_str).unwrap_or("user");
    let whole = one.get("content").cloned().unwrap_or_else(|| {
        let parts = flattened::list(one, "contents").into_iter();
        content(parts.filter_map(|part| part.get("message_content").map(chat_part)).collect())
    });
    let mut message = message(role, whole);
    for name in ["name", "tool_call_id"] {
        if let Some(value) = one.get(name) {
            message.insert(name.to_owned(), value.clone());
        }
    }
    let calls = flattened::list(one, "tool_calls").into_iter().filter_map(|call| call.get("tool_call"));
    let calls: Vec<Value> = calls
        .map(|call| {
            let of = |name| call.pointer(name);
            tool_call(of("/id"), of("/function/name"), of("/function/arguments"))
        })
        .collect();
    if !calls.is_empty() {
        message.insert("tool_calls".to_owned(), calls.into());
    }
    message
}

fn chat_part(part: &Value) -> Value {
    match (part.get("text"), part.pointer("/image/image/url")) {
        (Some(text), _) => json!({"type": "text", "text": text}),
        (None, Some(url)) => image(url.clone()),
        (None, None) => part.clone(),
    }
}

/// The texts of a numbered list; the text itself where there is one.
fn texts(attributes: &Attributes, prefix: &str, name: &str) -> Option<Value> {
    let tree = flattened::tree(attributes, prefix);
    let texts = flattened::elements(&tree).into_iter().filter_map(|one| one.get(name)?.get("text").cloned());
    let mut texts: Vec<Value> = texts.collect();
    match texts.len() {
        0 => None,
        1 => texts.pop(),
        _ => Some(texts.into()),
    }
}
