//! One JSON text, written again exactly as `JSON.stringify(JSON.parse(text))` would.
//!
//! The text streams through serde_json's parser straight into the output, with no tree in between. What JavaScript
//! does beyond dropping white space: numbers are printed anew, escapes are minimal, integer-like keys move to the
//! front in ascending order, and of a repeated key the last value stands at the first one's place.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::{
    JsonError,
    error::{MAX_OPEN_MEMBERS, TOO_WIDE},
    number, repeated, surrogates, write_string,
};

/// A JSON text in the form that survives a JavaScript round trip byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canonical(String);

impl Canonical {
    /// Parses `text` and writes it canonically. Escaped lone surrogates become U+FFFD.
    pub fn from_text(text: &str) -> Result<Self, JsonError> {
        match transcode(text) {
            Ok(canonical) => Ok(canonical),
            Err(error) => match surrogates::repair(text) {
                Some(repaired) => Ok(transcode(&repaired)?),
                None => Err(error.into()),
            },
        }
    }

    /// A text that its maker knows to be canonical: put together of parts of canonical texts, in their order.
    pub(in crate::core) fn of_canonical(text: String) -> Self {
        Self(text)
    }

    /// A JSON string holding `text`.
    pub fn from_str_value(text: &str) -> Self {
        let mut out = Vec::with_capacity(text.len().saturating_add(2));
        write_string(text, &mut out);
        Self(String::from_utf8(out).unwrap_or_default())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The decoded text when this is a JSON string.
    pub fn string_value(&self) -> Option<String> {
        if self.0.starts_with('"') { serde_json::from_str(&self.0).ok() } else { None }
    }

    /// Whether this is a JSON object.
    pub fn is_object(&self) -> bool {
        self.0.starts_with('{')
    }
}

fn transcode(text: &str) -> Result<Canonical, serde_json::Error> {
    let mut parser = serde_json::Deserializer::from_str(text);
    let mut writer = Writer { out: Vec::with_capacity(text.len()), members: Vec::new() };
    Value(&mut writer).deserialize(&mut parser)?;
    parser.end()?;
    // The parser reads a str and the writer only prints its tokens, so this cannot fail.
    String::from_utf8(writer.out).map(Canonical).map_err(serde_json::Error::custom)
}

struct Writer {
    out: Vec<u8>,
    /// The members of all objects that are open, innermost last: one stack, no allocation per object.
    members: Vec<Member>,
}

/// Where one member of an object stands in the output.
#[derive(Clone, Copy)]
struct Member {
    start: usize,
    key_end: usize,
    end: usize,
    /// The key's value as a JavaScript array index, which decides its place.
    index: Option<u32>,
}

struct Value<'w>(&'w mut Writer);

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.0.out.extend_from_slice(if value { b"true" } else { b"false" });
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        number::write_u64(value, &mut self.0.out);
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        number::write_i64(value, &mut self.0.out);
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        number::write_number(value, &mut self.0.out);
        Ok(())
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        write_string(value, &mut self.0.out);
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.0.out.extend_from_slice(b"null");
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let writer = self.0;
        writer.out.push(b'[');
        let first = writer.out.len();
        loop {
            let before = writer.out.len();
            if before != first {
                writer.out.push(b',');
            }
            if seq.next_element_seed(Value(writer))?.is_none() {
                writer.out.truncate(before);
                break;
            }
        }
        writer.out.push(b']');
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let writer = self.0;
        let base = writer.members.len();
        writer.out.push(b'{');
        let first = writer.out.len();
        loop {
            let before = writer.out.len();
            if before != first {
                writer.out.push(b',');
            }
            let start = writer.out.len();
            let Some(index) = map.next_key_seed(Key(writer))? else {
                writer.out.truncate(before);
                break;
            };
            if writer.members.len() >= MAX_OPEN_MEMBERS {
                return Err(A::Error::custom(TOO_WIDE));
            }
            let key_end = writer.out.len();
            writer.out.push(b':');
            map.next_value_seed(Value(writer))?;
            let end = writer.out.len();
            writer.members.push(Member { start, key_end, end, index });
        }
        writer.reorder(base, first);
        writer.members.truncate(base);
        writer.out.push(b'}');
        Ok(())
    }
}

impl Writer {
    /// Puts the members of the object whose first member begins at `first` into JavaScript's order, where they are not.
    fn reorder(&mut self, base: usize, first: usize) {
        let members = self.members.get(base..).unwrap_or_default();
        // Canonical keys are equal exactly when the keys are.
        let keys: Vec<&[u8]> =
            members.iter().map(|member| slice(&self.out, member.start, member.key_end)).collect();
        let is_repeated = repeated::any(&keys);
        if !is_repeated && members.iter().all(|member| member.index.is_none()) {
            return;
        }
        let mut ordered: Vec<&Member> = if is_repeated {
            repeated::survivors(&keys).into_iter().filter_map(|at| members.get(at)).collect()
        } else {
            members.iter().collect()
        };
        // Stable: keys that are no index stay in the order they came, behind all that are.
        ordered.sort_by_key(|member| member.index.map_or((1, 0), |index| (0, index)));
        let mut rewritten = Vec::with_capacity(self.out.len().saturating_sub(first));
        for member in ordered {
            if !rewritten.is_empty() {
                rewritten.push(b',');
            }
            rewritten.extend_from_slice(slice(&self.out, member.start, member.end));
        }
        self.out.truncate(first);
        self.out.extend_from_slice(&rewritten);
    }
}

fn slice(out: &[u8], start: usize, end: usize) -> &[u8] {
    out.get(start..end).unwrap_or_default()
}

/// Writes a key and tells which array index it is, if any.
struct Key<'w>(&'w mut Writer);

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Option<u32>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Option<u32>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Option<u32>, E> {
        write_string(key, &mut self.0.out);
        Ok(array_index(key))
    }
}

/// ECMAScript's array index: a canonical decimal from 0 to 2^32 - 2. Such keys stand before all others, in ascending order.
pub(in crate::core) fn array_index(key: &str) -> Option<u32> {
    let canonical = key == "0" || (!key.starts_with('0') && key.bytes().all(|byte| byte.is_ascii_digit()));
    if !canonical {
        return None;
    }
    key.parse::<u32>().ok().filter(|index| *index != u32::MAX)
}
