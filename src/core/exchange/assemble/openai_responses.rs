//! OpenAI's responses: events about output items by index, and at the end the whole response.
//!
//! Where the end is there it is the answer. Where it is missing, or names no output, the items are put together from the
//! events.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::merge::{add_member, index};

pub(super) fn assemble(pieces: &mut dyn Iterator<Item = Value>) -> Value {
    let mut whole = Whole::default();
    for piece in pieces {
        let Value::Object(piece) = piece else { continue };
        whole.add(piece);
    }
    whole.response()
}

#[derive(Default)]
struct Whole {
    /// The newest of the responses that the events carry.
    response: Map<String, Value>,
    items: BTreeMap<u64, Item>,
    error: Option<Value>,
}

#[derive(Default)]
struct Item {
    item: Map<String, Value>,
    content: BTreeMap<u64, Map<String, Value>>,
    summary: BTreeMap<u64, Map<String, Value>>,
}

/// The part of an item that an event is about, and the member of it that a delta goes on with. What a part is that no
/// event introduced follows from that.
const DELTAS: [(&str, Place, &str, &str); 11] = [
    ("response.output_text", Place::Content, "text", "output_text"),
    ("response.refusal", Place::Content, "refusal", "refusal"),
    ("response.reasoning_text", Place::Content, "text", "reasoning_text"),
    ("response.reasoning_summary_text", Place::Summary, "text", "summary_text"),
    ("response.function_call_arguments", Place::Item, "arguments", "function_call"),
    ("response.custom_tool_call_input", Place::Item, "input", "custom_tool_call"),
    ("response.mcp_call_arguments", Place::Item, "arguments", "mcp_call"),
    ("response.code_interpreter_call_code", Place::Item, "code", "code_interpreter_call"),
    ("response.content_part", Place::Content, "", ""),
    ("response.reasoning_summary_part", Place::Summary, "", ""),
    ("response.output_text.annotation", Place::Content, "annotations", "output_text"),
];

#[derive(Clone, Copy)]
enum Place {
    Item,
    Content,
    Summary,
}

impl Whole {
    fn add(&mut self, mut piece: Map<String, Value>) {
        let kind = piece.get_mut("type").map(Value::take).unwrap_or_default();
        let kind = kind.as_str().unwrap_or_default();
        let mut take = |name: &str| piece.get_mut(name).map(Value::take).unwrap_or_default();
        match kind {
            "response.output_item.added" | "response.output_item.done" => {
                if let Value::Object(item) = take("item") {
                    // At its end it is whole.
                    self.items.insert(index(&piece, "output_index"), Item { item, ..Item::default() });
                }
            }
            "error" => {
                let nested = take("error");
                piece.retain(|name, _| matches!(name.as_str(), "code" | "message" | "param"));
                self.error = Some(if nested.is_null() { Value::Object(piece) } else { nested });
            }
            _ => match take("response") {
                Value::Object(response) => self.response = response,
                _ => self.add_to_item(kind, piece),
            },
        }
    }

    fn add_to_item(&mut self, kind: &str, mut piece: Map<String, Value>) {
        let Some((about, what)) = kind.rsplit_once('.') else { return };
        let Some((_, place, member, of)) = DELTAS.iter().find(|(name, ..)| *name == about) else { return };
        let item = self.items.entry(index(&piece, "output_index")).or_default();
        let part = match place {
            Place::Item => &mut item.item,
            Place::Content => item.content.entry(index(&piece, "content_index")).or_default(),
            Place::Summary => item.summary.entry(index(&piece, "summary_index")).or_default(),
        };
        if !of.is_empty() {
            part.entry("type").or_insert_with(|| (*of).into());
        }
        let mut take = |name: &str| piece.get_mut(name).map(Value::take).unwrap_or_default();
        match (take("part"), take("annotation")) {
            (Value::Object(whole), _) => *part = whole,
            (_, annotation @ Value::Object(_)) => add_member(part, member, Value::Array(vec![annotation])),
            _ if what == "delta" => {
                add_member(part, member, take("delta"));
                if let logprobs @ Value::Array(_) = take("logprobs") {
                    add_member(part, "logprobs", logprobs);
                }
            }
            // Done: the whole of it, again.
            _ => {
                let whole = take(member);
                if !whole.is_null() {
                    part.insert((*member).to_owned(), whole);
                }
            }
        }
    }

    fn response(mut self) -> Value {
        let says_output =
            self.response.get("output").and_then(Value::as_array).is_some_and(|list| !list.is_empty());
        if !says_output {
            let items = self.items.into_values().map(Item::whole).collect();
            self.response.insert("output".to_owned(), Value::Array(items));
        }
        self.response.entry("object").or_insert_with(|| "response".into());
        if let Some(error) = self.error {
            self.response.insert("error".to_owned(), error);
        }
        Value::Object(self.response)
    }
}

impl Item {
    fn whole(mut self) -> Value {
        for (name, parts) in [("content", self.content), ("summary", self.summary)] {
            if !parts.is_empty() {
                let parts = parts.into_values().map(Value::Object).collect();
                self.item.insert(name.to_owned(), Value::Array(parts));
            }
        }
        if self.item.contains_key("content") {
            self.item.entry("type").or_insert_with(|| "message".into());
        }
        Value::Object(self.item)
    }
}
