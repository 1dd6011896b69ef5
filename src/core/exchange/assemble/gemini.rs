//! Gemini's `streamGenerateContent`: each piece is an answer of its own that goes on where the last one ended.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::merge::{add_member, add_members, index, set_member, take_list, update};

pub(super) fn assemble(pieces: &mut dyn Iterator<Item = Value>) -> Value {
    let mut whole = Map::new();
    let mut candidates: BTreeMap<u64, Candidate> = BTreeMap::new();
    for piece in pieces {
        let Value::Object(mut piece) = piece else { continue };
        for candidate in take_list(&mut piece, "candidates") {
            if let Value::Object(candidate) = candidate {
                candidates.entry(index(&candidate, "index")).or_default().add(candidate);
            }
        }
        for (name, value) in piece {
            match name.as_str() {
                "candidates" => {}
                // Counts of all that came so far.
                "usageMetadata" => update(whole.entry(name).or_insert(Value::Null), value),
                _ => set_member(&mut whole, name, value),
            }
        }
    }
    if !candidates.is_empty() {
        let candidates = candidates.into_values().map(Candidate::whole).collect();
        whole.insert("candidates".to_owned(), Value::Array(candidates));
    }
    Value::Object(whole)
}

#[derive(Default)]
struct Candidate {
    content: Map<String, Value>,
    parts: Vec<Value>,
    rest: Map<String, Value>,
}

impl Candidate {
    fn add(&mut self, candidate: Map<String, Value>) {
        for (name, value) in candidate {
            match (name.as_str(), value) {
                ("content", Value::Object(mut content)) => {
                    take_list(&mut content, "parts").into_iter().for_each(|part| self.add_part(part));
                    for (name, value) in content.into_iter().filter(|(name, _)| name != "parts") {
                        set_member(&mut self.content, name, value);
                    }
                }
                // Lists that go on.
                ("citationMetadata" | "logprobsResult", value @ Value::Object(_)) => {
                    let known = self.rest.entry(name).or_insert_with(|| Value::Object(Map::new()));
                    if let Some(known) = known.as_object_mut() {
                        add_members(known, value);
                    }
                }
                ("finishReason" | "finishMessage", value @ Value::String(_)) => {
                    self.rest.insert(name, value);
                }
                (_, value) => set_member(&mut self.rest, name, value),
            }
        }
    }

    /// Text goes on in the part before if that is text of the same kind. What else stands in a part (a thought's
    /// signature comes with the last bit of text, or with none) then belongs to both.
    fn add_part(&mut self, part: Value) {
        let Value::Object(part) = part else { return };
        let goes_on = |last: &Map<String, Value>| {
            let is_text = |part: &Map<String, Value>| part.get("text").is_some_and(Value::is_string);
            is_text(last)
                && is_text(&part)
                && last.get("thought") == part.get("thought")
                && !last.contains_key("thoughtSignature")
        };
        match self.parts.last_mut() {
            Some(Value::Object(last)) if goes_on(last) => {
                for (name, value) in part {
                    match name.as_str() {
                        "text" => add_member(last, "text", value),
                        _ => {
                            last.insert(name, value);
                        }
                    }
                }
            }
            _ => self.parts.push(Value::Object(part)),
        }
    }

    fn whole(mut self) -> Value {
        let mut candidate = Map::new();
        if !self.parts.is_empty() {
            self.content.insert("parts".to_owned(), Value::Array(self.parts));
        }
        if !self.content.is_empty() {
            candidate.insert("content".to_owned(), Value::Object(self.content));
        }
        candidate.extend(self.rest);
        Value::Object(candidate)
    }
}
