//! The older completions: pieces look like whole answers and hold the next bit of text.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::merge::{add_member, add_members, completion, head, index, set_member, take_list};

const OBJECT: &str = "text_completion";

pub(super) fn assemble(pieces: &mut dyn Iterator<Item = Value>) -> Value {
    let mut around = Map::new();
    let mut choices: BTreeMap<u64, Map<String, Value>> = BTreeMap::new();
    for piece in pieces {
        let Value::Object(mut piece) = piece else { continue };
        for choice in take_list(&mut piece, "choices") {
            if let Value::Object(choice) = choice {
                add(choices.entry(index(&choice, "index")).or_default(), choice);
            }
        }
        head(&mut around, piece, OBJECT);
    }
    completion(around, OBJECT, choices.into_values().map(Value::Object).collect())
}

fn add(whole: &mut Map<String, Value>, choice: Map<String, Value>) {
    for (name, value) in choice {
        match (name.as_str(), value) {
            ("text", text) => add_member(whole, "text", text),
            ("logprobs", logprobs @ Value::Object(_)) => {
                let known = whole.entry(name).or_insert(Value::Null);
                match known {
                    Value::Object(known) => add_members(known, logprobs),
                    known => *known = logprobs,
                }
            }
            (_, value) => set_member(whole, name, value),
        }
    }
}
