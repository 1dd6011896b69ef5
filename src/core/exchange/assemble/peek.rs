//! Whether a body can be a stream at all, told from how its JSON text begins, so that one that is none costs next to nothing.

use std::fmt;

use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::HOLDERS;

/// Members of responses that are whole. Behind the first of them nothing is looked for any more, since they are where a
/// response's size is.
const WHOLE: [&str; 8] =
    ["choices", "content", "candidates", "output", "error", "completion", "data", "embeddings"];

/// How a stream's text begins: a field of server-sent events, or a list of pieces.
const TEXT_STARTS: [&str; 6] = ["data:", "event:", "id:", "retry:", ":", "["];

/// Whether a compact JSON text can be a stream in one of the forms in which they are stored.
pub fn may_be_stream(json: &str) -> bool {
    match json.as_bytes() {
        [b'[', b'{' | b'"', ..] => true,
        [b'{', ..] => holds_pieces(json),
        [b'"', ..] => is_stream_text(json.get(1..).unwrap_or_default()),
        _ => false,
    }
}

/// Of a JSON string behind its opening quote.
fn is_stream_text(mut text: &str) -> bool {
    while let Some(rest) =
        ["\\n", "\\r", "\\t", " ", "\u{feff}"].iter().find_map(|space| text.strip_prefix(space))
    {
        text = rest;
    }
    // A body as text begins like a piece in a line of its own; another line has to follow.
    let are_lines = || text.starts_with('{') && [r"}\n{", r"}\r\n{"].iter().any(|end| text.contains(end));
    TEXT_STARTS.iter().any(|start| text.starts_with(start)) || are_lines()
}

fn holds_pieces(json: &str) -> bool {
    let mut holds = false;
    // Looking ends with an error on purpose, as soon as it is known.
    let _ = serde_json::Deserializer::from_str(json).deserialize_map(Members(&mut holds));
    holds
}

struct Members<'a>(&'a mut bool);

impl<'de> Visitor<'de> for Members<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            if HOLDERS.contains(&name.as_str()) {
                *self.0 = map.next_value::<&RawValue>()?.get().starts_with(['[', '"']);
            } else if WHOLE.contains(&name.as_str()) {
                return Err(A::Error::custom("whole"));
            } else {
                map.next_value::<IgnoredAny>()?;
            }
            if *self.0 {
                return Err(A::Error::custom("found"));
            }
        }
        Ok(())
    }
}
