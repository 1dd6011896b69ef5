//! Anthropic's messages: a message without content, blocks that start, grow and stop by index, and how it ended.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::merge::{add_member, index, update};
use crate::core::exchange::body::parse;

pub(super) fn assemble(pieces: &mut dyn Iterator<Item = Value>) -> Value {
    let mut whole = Whole::default();
    for piece in pieces {
        let Value::Object(piece) = piece else { continue };
        whole.add(piece);
    }
    whole.message()
}

#[derive(Default)]
struct Whole {
    message: Map<String, Value>,
    blocks: BTreeMap<u64, Block>,
    is_usage_final: bool,
    error: Option<Value>,
}

#[derive(Default)]
struct Block {
    block: Map<String, Value>,
    /// The JSON text of a tool's input, as far as it came.
    input: String,
}

impl Whole {
    fn add(&mut self, mut piece: Map<String, Value>) {
        let mut take = |name: &str| piece.get_mut(name).map(Value::take).unwrap_or_default();
        let kind = take("type");
        match kind.as_str().unwrap_or_default() {
            "message_start" => {
                if let Value::Object(message) = take("message") {
                    self.message = message;
                }
            }
            "content_block_start" => {
                if let Value::Object(block) = take("content_block") {
                    self.blocks.insert(index(&piece, "index"), Block { block, input: String::new() });
                }
            }
            "content_block_delta" => {
                let delta = take("delta");
                self.blocks.entry(index(&piece, "index")).or_default().add(delta);
            }
            "message_delta" => {
                let (delta, usage) = (take("delta"), take("usage"));
                self.end(delta, usage, piece);
            }
            _ => self.error = piece.remove("error").filter(|error| !error.is_null()).or(self.error.take()),
        }
    }

    /// How the message ended, and what it came to by then: counts of the whole, not of the rest.
    fn end(&mut self, delta: Value, usage: Value, beside: Map<String, Value>) {
        if let Value::Object(delta) = delta {
            self.message.extend(delta);
        }
        if usage.is_object() {
            self.is_usage_final = true;
            update(self.message.entry("usage").or_insert(Value::Null), usage);
        }
        let beside = beside
            .into_iter()
            .filter(|(name, value)| !value.is_null() && !matches!(name.as_str(), "type" | "delta" | "usage"));
        self.message.extend(beside);
    }

    fn message(mut self) -> Value {
        if self.message.is_empty() && self.blocks.is_empty() {
            return match self.error {
                Some(error) => serde_json::json!({"type": "error", "error": error}),
                None => Value::Object(self.message),
            };
        }
        // What a message starts with counts the prompt, and of the completion the first token or so.
        if !self.is_usage_final
            && let Some(usage) = self.message.get_mut("usage").and_then(Value::as_object_mut)
        {
            usage.remove("output_tokens");
        }
        let blocks: Vec<Value> = self.blocks.into_values().map(Block::whole).collect();
        self.message.entry("type").or_insert_with(|| "message".into());
        if !blocks.is_empty() || !self.message.get("content").is_some_and(Value::is_array) {
            self.message.insert("content".to_owned(), Value::Array(blocks));
        }
        if let Some(error) = self.error {
            self.message.insert("error".to_owned(), error);
        }
        Value::Object(self.message)
    }
}

impl Block {
    fn add(&mut self, delta: Value) {
        let Value::Object(delta) = delta else { return };
        for (name, value) in delta {
            match (name.as_str(), value) {
                ("type", kind) => {
                    // A block whose start is lost is what its deltas make it.
                    let kind = kind.as_str().and_then(|kind| kind.strip_suffix("_delta"));
                    if let Some(kind @ ("text" | "thinking")) = kind {
                        self.block.entry("type").or_insert_with(|| kind.into());
                    }
                }
                ("partial_json", Value::String(part)) => self.input.push_str(&part),
                ("citation", citation) => {
                    let list = self.block.entry("citations").or_insert(Value::Null);
                    match list {
                        Value::Array(list) => list.push(citation),
                        list => *list = Value::Array(vec![citation]),
                    }
                }
                (_, value) => add_member(&mut self.block, &name, value),
            }
        }
    }

    fn whole(mut self) -> Value {
        if !self.input.is_empty() {
            // Input that was cut is no JSON: then its text.
            let input = parse(&self.input).unwrap_or(Value::String(self.input));
            self.block.insert("input".to_owned(), input);
        }
        Value::Object(self.block)
    }
}
