//! A JSON text, written again without what a subscription does not get.
//!
//! The text streams through the parser into the output, with no tree in between; what no rule concerns is copied as it stands.

use std::{collections::BTreeMap, fmt};

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::value::RawValue;

use super::{
    detect::{Detector, Detectors, findings},
    guide::{Guide, Place},
    path::Step,
    report::Report,
    text,
};
use crate::core::json::{write_number, write_string};

/// From here on a number has as many digits as a card.
const CARD: f64 = 1e12;

/// How many texts within texts are read as JSON: arguments of tools are one, and a body that is text is another.
const MAX_DEPTH: u8 = 4;

/// What a walk came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Walked {
    /// Nothing of it leaves.
    Dropped,
    /// It leaves as it was.
    Same,
    /// It leaves as this. Keys may be out of JavaScript's order, or repeated, where `keys` were replaced.
    Changed {
        /// The JSON text.
        text: String,
        /// Whether keys were replaced.
        keys: bool,
    },
}

/// Walks through a JSON text. `depth` counts the texts around it that hold JSON themselves. `None` where it is no JSON.
pub(super) fn walk(
    json: &str,
    at: Place,
    guide: Guide<'_>,
    depth: u8,
    report: &mut Report,
) -> Option<Walked> {
    let mut parser = serde_json::Deserializer::from_str(json);
    let out = Vec::with_capacity(json.len());
    let mut walk = Walk { guide, depth, report, out, changed: false, keys: false };
    let kept = Node { walk: &mut walk, at }.deserialize(&mut parser).ok()?;
    parser.end().ok()?;
    Some(match (kept, walk.changed) {
        (false, _) => Walked::Dropped,
        (true, false) => Walked::Same,
        (true, true) => Walked::Changed { text: String::from_utf8(walk.out).ok()?, keys: walk.keys },
    })
}

/// The text with all that is found in it replaced; `None` where that is nothing.
pub(super) fn redacted(
    text: &str,
    guide: Guide<'_>,
    names_user: bool,
    depth: u8,
    report: &mut Report,
) -> Option<String> {
    if !guide.looks() {
        return None;
    }
    let inner = match depth < MAX_DEPTH && text.trim_start().starts_with(['{', '[', '"']) {
        true => walk(text, guide.without_paths(names_user), guide, depth.saturating_add(1), report),
        false => None,
    };
    let inner = match inner {
        Some(Walked::Changed { text, .. }) => Some(text),
        _ => None,
    };
    // What JSON hides by escapes is found above; what stands in it between the values, here.
    let read = inner.as_deref().unwrap_or(text);
    text::plain(read, guide.rules, report).or(inner)
}

struct Walk<'a, 'r> {
    guide: Guide<'a>,
    depth: u8,
    report: &'r mut Report,
    out: Vec<u8>,
    changed: bool,
    keys: bool,
}

impl Walk<'_, '_> {
    fn text(&mut self, text: &str, at: Place) {
        if let Some(hash) = self.guide.hash_of(text, at.names_user) {
            self.report.note("user_id");
            self.changed = true;
            return write_string(hash, &mut self.out);
        }
        match redacted(text, self.guide, at.names_user, self.depth, self.report) {
            Some(other) => {
                self.changed = true;
                write_string(&other, &mut self.out);
            }
            None => write_string(text, &mut self.out),
        }
    }

    fn number(&mut self, number: f64) {
        let before = self.out.len();
        write_number(number, &mut self.out);
        if number.abs() < CARD || !self.guide.rules.detectors.contains(Detector::Card) {
            return;
        }
        let digits =
            self.out.get(before..).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
        if !findings(digits, Detectors::NONE.with(Detector::Card)).is_empty() {
            self.out.truncate(before);
            self.changed = true;
            self.report.note_found(Detector::Card);
            write_string(self.guide.rules.marker(Detector::Card), &mut self.out);
        }
    }

    /// A value of which no part leaves.
    fn dropped(&mut self) -> bool {
        self.changed = true;
        self.report.note_removed();
        false
    }
}

/// Writes a value; answers whether anything of it leaves.
struct Node<'w, 'a, 'r> {
    walk: &'w mut Walk<'a, 'r>,
    at: Place,
}

impl<'de> DeserializeSeed<'de> for Node<'_, '_, '_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        let Self { walk, at } = self;
        if walk.guide.is_dropped(at) {
            IgnoredAny::deserialize(deserializer)?;
            return Ok(walk.dropped());
        }
        if at.hidden.hit {
            IgnoredAny::deserialize(deserializer)?;
            walk.changed = true;
            walk.report.note("path");
            write_string(walk.guide.rules.hidden_marker(), &mut walk.out);
            return Ok(true);
        }
        if walk.guide.is_untouched(at) {
            let raw = <&RawValue>::deserialize(deserializer)?;
            walk.out.extend_from_slice(raw.get().as_bytes());
            return Ok(true);
        }
        deserializer.deserialize_any(Self { walk, at })
    }
}

impl<'de> Visitor<'de> for Node<'_, '_, '_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<bool, E> {
        if self.walk.guide.is_partial(self.at) {
            return Ok(self.walk.dropped());
        }
        self.walk.out.extend_from_slice(if value { b"true" } else { b"false" });
        Ok(true)
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        if self.walk.guide.is_partial(self.at) {
            return Ok(self.walk.dropped());
        }
        self.walk.out.extend_from_slice(b"null");
        Ok(true)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<bool, E> {
        self.visit_f64(value as f64)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<bool, E> {
        self.visit_f64(value as f64)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<bool, E> {
        if self.walk.guide.is_partial(self.at) {
            return Ok(self.walk.dropped());
        }
        self.walk.number(value);
        Ok(true)
    }

    fn visit_str<E>(self, value: &str) -> Result<bool, E> {
        if self.walk.guide.is_partial(self.at) {
            return Ok(self.walk.dropped());
        }
        self.walk.text(value, self.at);
        Ok(true)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<bool, A::Error> {
        let Self { walk, at } = self;
        walk.out.push(b'[');
        let first = walk.out.len();
        for index in 0_usize.. {
            let before = walk.out.len();
            if before != first {
                walk.out.push(b',');
            }
            let place = walk.report.place();
            walk.report.enter_index(index);
            let inside = walk.guide.down(at, Step::Index(index));
            let kept = seq.next_element_seed(Node { walk, at: inside })?;
            walk.report.leave(place);
            match kept {
                Some(true) => {}
                Some(false) => walk.out.truncate(before),
                None => {
                    walk.out.truncate(before);
                    break;
                }
            }
        }
        let kept = walk.out.len() != first || !walk.guide.is_partial(at);
        walk.out.push(b']');
        Ok(kept)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let Self { walk, at } = self;
        walk.out.push(b'{');
        let first = walk.out.len();
        let mut replaced = BTreeMap::new();
        loop {
            let before = walk.out.len();
            if before != first {
                walk.out.push(b',');
            }
            let place = walk.report.place();
            let key = Key { walk: &mut *walk, at, replaced: &mut replaced };
            let Some(inside) = map.next_key_seed(key)? else {
                walk.out.truncate(before);
                break;
            };
            walk.out.push(b':');
            if !map.next_value_seed(Node { walk: &mut *walk, at: inside })? {
                walk.out.truncate(before);
            }
            walk.report.leave(place);
        }
        let kept = walk.out.len() != first || !walk.guide.is_partial(at);
        walk.out.push(b'}');
        Ok(kept)
    }
}

/// Writes a key, and says where its value stands.
struct Key<'w, 'a, 'r> {
    walk: &'w mut Walk<'a, 'r>,
    at: Place,
    /// The keys of this object that were replaced, and how often by the same.
    replaced: &'w mut BTreeMap<String, usize>,
}

impl<'de> DeserializeSeed<'de> for Key<'_, '_, '_> {
    type Value = Place;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Place, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_, '_, '_> {
    type Value = Place;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Place, E> {
        let Self { walk, at, replaced } = self;
        let inside = walk.guide.down(at, Step::Name(key));
        match text::plain(key, walk.guide.rules, walk.report) {
            None => {
                walk.report.enter(key);
                write_string(key, &mut walk.out);
            }
            Some(mut other) => {
                // The place is named as it leaves: the key itself is what must not be seen.
                walk.report.enter(&other);
                walk.changed = true;
                walk.keys = true;
                let times = replaced.entry(other.clone()).or_default();
                *times = times.saturating_add(1);
                if *times > 1 {
                    other.push_str(&format!("#{times}"));
                }
                write_string(&other, &mut walk.out);
            }
        }
        Ok(inside)
    }
}
