//! The bodies of a call, put together from what a span tells of them.

use serde_json::{Map, Value, json};

use super::{
    ai_sdk,
    chat::{Choice, Conversation, Texts},
    genai, names, openinference,
    span::{Attributes, Span},
};

/// The request and the response, in the form of OpenAI's chat completions where the instrumentation did not keep the
/// provider's own.
pub(super) fn bodies(span: &Span, texts: &Texts) -> (Map<String, Value>, Map<String, Value>) {
    let mut known = Conversation::default();
    genai::read(span, texts, &mut known);
    ai_sdk::read(&span.attributes, texts, &mut known);
    openinference::read(&span.attributes, texts, &mut known);
    let Conversation { messages, prompt, request, choices, output, response } = known;
    let request = request_of(&span.attributes, texts, messages, prompt, request.unwrap_or_default());
    (request, response_of(span, choices, output, response.unwrap_or_default()))
}

fn request_of(
    attributes: &Attributes,
    texts: &Texts,
    messages: Vec<Value>,
    prompt: Option<Value>,
    whole: Map<String, Value>,
) -> Map<String, Value> {
    let mut request = Map::new();
    let asked = attributes.first(names::MODEL_ASKED).or_else(|| attributes.first(names::MODEL_SERVED));
    if let Some((_, model)) = asked {
        request.insert("model".to_owned(), model.clone());
    }
    if !messages.is_empty() {
        request.insert("messages".to_owned(), messages.into());
    }
    if let Some(prompt) = prompt {
        let name = if is_embedding(attributes) { "input" } else { "prompt" };
        request.insert(name.to_owned(), prompt);
    }
    let tools = match attributes.first(names::TOOLS) {
        Some((_, tools)) => texts.parsed(tools).into_owned(),
        None => openinference::tools(attributes, texts).into(),
    };
    if tools.as_array().is_none_or(|list| !list.is_empty()) {
        request.insert("tools".to_owned(), tools);
    }
    for (parameter, names) in names::PARAMETERS {
        if let Some((_, value)) = attributes.first(names) {
            request.insert((*parameter).to_owned(), value.clone());
        }
    }
    let parameters = attributes.get(names::INVOCATION_PARAMETERS).map(|text| texts.parsed(text).into_owned());
    let more = parameters.and_then(|parameters| match parameters {
        Value::Object(members) => Some(members),
        _ => None,
    });
    // What is told of the whole adds to what is told apart.
    for (name, value) in more.into_iter().flatten().chain(whole) {
        request.entry(name).or_insert(value);
    }
    request
}

fn response_of(
    span: &Span,
    choices: Vec<Choice>,
    output: Option<Value>,
    mut response: Map<String, Value>,
) -> Map<String, Value> {
    let attributes = &span.attributes;
    for (name, names) in [("id", names::RESPONSE_ID), ("model", names::MODEL_SERVED)] {
        if let Some((_, value)) = attributes.first(names) {
            response.entry(name).or_insert_with(|| value.clone());
        }
    }
    let reasons = match attributes.first(names::FINISH_REASONS) {
        Some((_, Value::Array(reasons))) => reasons.clone(),
        Some((_, reason)) => vec![reason.clone()],
        None => Vec::new(),
    };
    let mut listed: Vec<Value> =
        choices.into_iter().enumerate().map(|(at, one)| choice(at, one, &reasons)).collect();
    let is_whole = response.contains_key("choices") || response.contains_key("output");
    match output {
        Some(Value::String(text)) => {
            listed.push(json!({"index": 0, "text": text, "finish_reason": reasons.first()}))
        }
        Some(other) => {
            response.entry("output").or_insert(other);
        }
        None if listed.is_empty() && !is_whole => {
            listed.extend(
                reasons
                    .iter()
                    .enumerate()
                    .map(|(at, reason)| json!({"index": at, "finish_reason": reason_of(reason)})),
            );
        }
        None => {}
    }
    if !listed.is_empty() {
        response.entry("choices").or_insert(listed.into());
    }
    if let Some(error) = error(span) {
        response.entry("error").or_insert(error);
    }
    response
}

fn choice(at: usize, choice: Choice, reasons: &[Value]) -> Value {
    let reason = choice.finish_reason.map(Value::from).or_else(|| reasons.get(at).cloned());
    json!({"index": at, "message": choice.message, "finish_reason": reason.as_ref().map(reason_of)})
}

/// A reason as a chat has it: the conventions' `tool_call` and the AI SDK's `tool-calls` are its `tool_calls`.
fn reason_of(reason: &Value) -> Value {
    match reason.as_str() {
        Some("tool_call" | "tool-calls") => "tool_calls".into(),
        Some("content-filter") => "content_filter".into(),
        _ => reason.clone(),
    }
}

/// What went wrong: the error's kind, and what the span's status or its exception says.
fn error(span: &Span) -> Option<Value> {
    let exception = span.events.iter().find(|event| event.name == "exception").map(|event| &event.attributes);
    let of_exception = |name: &str| exception.and_then(|attributes| attributes.get(name));
    let kind = span.attributes.first(names::ERROR_TYPE).map(|(_, kind)| kind);
    if !span.is_error && kind.is_none() {
        return None;
    }
    let kind = kind.or_else(|| of_exception("exception.type")).cloned();
    let told = (!span.message.is_empty()).then(|| Value::from(span.message.as_str()));
    let message = told.or_else(|| of_exception("exception.message").cloned());
    let known = [("type", kind), ("message", message)];
    Some(
        known
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect::<Map<_, _>>()
            .into(),
    )
}

fn is_embedding(attributes: &Attributes) -> bool {
    let named = |name, word: &str| {
        let value = attributes.get(name).and_then(Value::as_str);
        value.is_some_and(|text| text.to_ascii_lowercase().starts_with(word))
    };
    named(names::OPERATION, "embedding")
        || named(names::SPAN_KIND, "embedding")
        || named(names::REQUEST_TYPE, "embedding")
}
