//! Whether a schema is of a size and a kind that is judged by.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::pattern;

/// How many values a schema may have, itself included, how deep they may stand in each other, and how many bytes its texts may
/// have together. OpenAI takes 5,000 properties and ten levels at most.
const MAX_VALUES: usize = 4_000;
const MAX_DEPTH: usize = 64;
const MAX_BYTES: usize = 128 * 1024;

/// How many regular expressions it may have, and how much they may weigh together: each becomes an automaton of that size.
const MAX_PATTERNS: usize = 32;
const MAX_WEIGHT: u64 = 20_000;

/// How `$schema` names the drafts that are known.
const DRAFTS: [&str; 4] = [
    "json-schema.org/draft/2020-12/schema",
    "json-schema.org/draft/2019-09/schema",
    "json-schema.org/draft-07/schema",
    "json-schema.org/draft-06/schema",
];

/// What gives parts of a schema addresses of their own, or makes references depend on the way that was come by: with these,
/// where a reference leads can't be told from its text.
const ADDRESSES: [&str; 8] = [
    "$id",
    "$schema",
    "$anchor",
    "$dynamicAnchor",
    "$dynamicRef",
    "$recursiveAnchor",
    "$recursiveRef",
    "$vocabulary",
];

/// A schema within the bounds, whose references are all pointers into itself.
pub(super) struct Plain {
    json: Value,
    weights: BTreeMap<String, u64>,
}

impl Plain {
    /// The schema.
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// What a regular expression of it weighs.
    pub fn weight(&self, pattern: &str) -> Option<u64> {
        self.weights.get(pattern).copied()
    }

    /// What a reference leads to.
    pub fn target(&self, reference: &str) -> Option<&Value> {
        self.json.pointer(&pointer(reference)?)
    }
}

/// Reads a schema; `None` where it is beyond what is judged by.
pub(super) fn read(schema: &Value) -> Option<Plain> {
    let mut found = Found::default();
    // Its own address and draft stand at the top, and nowhere else.
    let Value::Object(members) = schema else { return None };
    let draft = members.get("$schema").map(|draft| draft.as_str().unwrap_or_default());
    let is_known = |url: &str| {
        let bare = url.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('#');
        DRAFTS.contains(&bare)
    };
    if draft.is_some_and(|url| !is_known(url)) {
        return None;
    }
    found.object(members, 0, true)?;
    let mut json = schema.clone();
    json.as_object_mut()?.shift_remove("$id");
    Some(Plain { json, weights: found.weights })
}

/// What was counted so far.
#[derive(Default)]
struct Found {
    values: usize,
    bytes: usize,
    weight: u64,
    weights: BTreeMap<String, u64>,
}

impl Found {
    fn value(&mut self, value: &Value, depth: usize) -> Option<()> {
        match value {
            Value::Object(members) => return self.object(members, depth, false),
            Value::Array(elements) => {
                for element in elements {
                    self.value(element, depth.saturating_add(1))?;
                }
            }
            Value::String(text) => self.bytes = self.bytes.saturating_add(text.len()),
            _ => {}
        }
        self.within(depth)
    }

    fn object(&mut self, members: &Map<String, Value>, depth: usize, is_top: bool) -> Option<()> {
        for (name, value) in members {
            self.bytes = self.bytes.saturating_add(name.len());
            match (name.as_str(), value) {
                ("$id" | "$schema", _) if is_top => {}
                // A property may have the name; its value is a schema then.
                (name, value) if ADDRESSES.contains(&name) && !value.is_object() => return None,
                ("$ref", Value::String(reference)) => _ = pointer(reference)?,
                ("pattern", Value::String(pattern)) => self.pattern(pattern)?,
                // Would have a value's own text read as a regular expression.
                ("format", Value::String(format)) if format == "regex" => return None,
                ("patternProperties", Value::Object(patterns)) => {
                    patterns.keys().try_for_each(|pattern| self.pattern(pattern))?;
                }
                _ => {}
            }
            self.value(value, depth.saturating_add(1))?;
        }
        self.within(depth)
    }

    fn within(&mut self, depth: usize) -> Option<()> {
        self.values = self.values.saturating_add(1);
        (self.values <= MAX_VALUES && self.bytes <= MAX_BYTES && depth <= MAX_DEPTH).then_some(())
    }

    fn pattern(&mut self, pattern: &str) -> Option<()> {
        if !self.weights.contains_key(pattern) {
            let weight = pattern::weight(pattern)?;
            self.weight = self.weight.saturating_add(weight);
            self.weights.insert(pattern.to_owned(), weight);
        }
        (self.weights.len() <= MAX_PATTERNS && self.weight <= MAX_WEIGHT).then_some(())
    }
}

/// The JSON pointer of a reference into the schema itself: `#`, or `#/` and what follows.
fn pointer(reference: &str) -> Option<String> {
    let pointer = reference.strip_prefix('#')?;
    let decoded = percent_encoding::percent_decode_str(pointer).decode_utf8().ok()?;
    (decoded.is_empty() || decoded.starts_with('/')).then(|| decoded.into_owned())
}
