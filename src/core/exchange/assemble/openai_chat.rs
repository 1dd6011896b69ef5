//! Chat completions: `chat.completion.chunk`, with deltas by choice and, in them, tool calls by index.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::merge::{add, add_member, add_members, completion, head, index, set_member, take_list};

const OBJECT: &str = "chat.completion";

pub(super) fn assemble(pieces: &mut dyn Iterator<Item = Value>) -> Value {
    let mut around = Map::new();
    let mut choices: BTreeMap<u64, Choice> = BTreeMap::new();
    for piece in pieces {
        let Value::Object(mut piece) = piece else { continue };
        for choice in take_list(&mut piece, "choices") {
            if let Value::Object(choice) = choice {
                choices.entry(index(&choice, "index")).or_default().add(choice);
            }
        }
        head(&mut around, piece, OBJECT);
    }
    let choices = choices.into_iter().map(|(index, choice)| choice.whole(index)).collect();
    completion(around, OBJECT, choices)
}

#[derive(Default)]
struct Choice {
    message: Map<String, Value>,
    calls: BTreeMap<u64, Map<String, Value>>,
    /// Lists of tokens by name; none where no piece had any.
    logprobs: Option<Map<String, Value>>,
    /// `finish_reason` and whatever else stands beside the delta.
    rest: Map<String, Value>,
}

impl Choice {
    fn add(&mut self, choice: Map<String, Value>) {
        for (name, value) in choice {
            match (name.as_str(), value) {
                ("index", _) => {}
                ("delta", Value::Object(delta)) => self.add_delta(delta),
                ("logprobs", Value::Null) => {}
                ("logprobs", logprobs) => add_members(self.logprobs.get_or_insert_default(), logprobs),
                (_, value) => set_member(&mut self.rest, name, value),
            }
        }
    }

    fn add_delta(&mut self, delta: Map<String, Value>) {
        for (name, value) in delta {
            match (name.as_str(), value) {
                ("content", content) => self.add_content(content),
                ("tool_calls", Value::Array(calls)) => calls.into_iter().for_each(|call| self.add_call(call)),
                // The form before `tool_calls`.
                ("function_call", Value::Object(function)) => {
                    let call = self.message.entry(name).or_insert_with(|| Value::Object(Map::new()));
                    if let Some(call) = call.as_object_mut() {
                        add_function(call, function);
                    }
                }
                ("audio", Value::Object(audio)) => {
                    let whole = self.message.entry(name).or_insert_with(|| Value::Object(Map::new()));
                    if let Some(whole) = whole.as_object_mut() {
                        add_audio(whole, audio);
                    }
                }
                ("refusal" | "reasoning_content" | "reasoning" | "thinking", value) => {
                    add_member(&mut self.message, &name, value);
                }
                (_, value @ Value::Array(_)) => add_member(&mut self.message, &name, value),
                (_, value) => set_member(&mut self.message, name, value),
            }
        }
    }

    /// Content is text, or, where a provider streams thoughts in it, a list of parts and then text.
    fn add_content(&mut self, delta: Value) {
        let part = |text: String| serde_json::json!({"type": "text", "text": text});
        let content = self.message.entry("content").or_insert(Value::Null);
        match (&mut *content, delta) {
            (Value::Array(parts), Value::String(text)) => match parts.last_mut() {
                Some(Value::Object(last)) if last.get("type").is_some_and(|kind| kind == "text") => {
                    add_member(last, "text", Value::String(text));
                }
                _ => parts.push(part(text)),
            },
            (Value::String(text), Value::Array(more)) => {
                let text = std::mem::take(text);
                let mut parts: Vec<Value> = (!text.is_empty()).then(|| part(text)).into_iter().collect();
                parts.extend(more);
                *content = Value::Array(parts);
            }
            (content, delta) => add(content, delta),
        }
    }

    fn add_call(&mut self, call: Value) {
        let Value::Object(call) = call else { return };
        let at = call.get("index").and_then(Value::as_u64).unwrap_or_else(|| self.place_of(&call));
        let whole = self.calls.entry(at).or_default();
        for (name, value) in call {
            match (name.as_str(), value) {
                ("index", _) => {}
                ("function" | "custom", Value::Object(function)) => {
                    let known = whole.entry(name).or_insert_with(|| Value::Object(Map::new()));
                    if let Some(known) = known.as_object_mut() {
                        add_function(known, function);
                    }
                }
                (_, value) => set_member(whole, name, value),
            }
        }
    }

    /// The place of a call that gives none, as some providers do: a new id is a new call, no id goes on with the last.
    fn place_of(&self, call: &Map<String, Value>) -> u64 {
        let Some((last, known)) = self.calls.last_key_value() else { return 0 };
        let is_new = call.get("id").is_some_and(|id| !id.is_null() && known.get("id") != Some(id));
        if is_new { last.saturating_add(1) } else { *last }
    }

    fn whole(mut self, index: u64) -> Value {
        if !self.calls.is_empty() {
            let calls = self.calls.into_values().map(Value::Object).collect();
            self.message.insert("tool_calls".to_owned(), Value::Array(calls));
        }
        // Streams open with an empty text, also where none follows; the whole answer then has `null`.
        let speaks_otherwise = self.message.contains_key("tool_calls")
            || self.message.get("refusal").is_some_and(Value::is_string)
            || self.message.get("function_call").is_some_and(Value::is_object);
        if speaks_otherwise && self.message.get("content").is_some_and(|content| content == "") {
            self.message.insert("content".to_owned(), Value::Null);
        }
        let mut choice = Map::new();
        choice.insert("index".to_owned(), index.into());
        choice.insert("message".to_owned(), Value::Object(self.message));
        choice.insert("logprobs".to_owned(), self.logprobs.map_or(Value::Null, Value::Object));
        choice.extend(self.rest);
        choice.entry("finish_reason").or_insert(Value::Null);
        Value::Object(choice)
    }
}

/// Adds to a call's function: its arguments come in parts, and so does a custom tool's input.
fn add_function(whole: &mut Map<String, Value>, delta: Map<String, Value>) {
    for (name, value) in delta {
        match name.as_str() {
            "arguments" | "input" => add_member(whole, &name, value),
            _ => set_member(whole, name, value),
        }
    }
}

fn add_audio(whole: &mut Map<String, Value>, delta: Map<String, Value>) {
    for (name, value) in delta {
        match name.as_str() {
            "data" | "transcript" => add_member(whole, &name, value),
            _ => set_member(whole, name, value),
        }
    }
}
