//! What a body says at its top level, without a tree of all that is below.

use serde_json::{Map, Value, value::RawValue};

use super::{dialect::Dialect, tokens::TokenCounts};
use crate::core::json::Fields;

/// The longest text that is looked at: names and kinds are short.
const MAX_TEXT: usize = 1024;

/// What a response or a request says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// The model: in a response the one that answered, in a request the one that was asked.
    pub model: Option<String>,
    /// The token counts that a response reports.
    pub usage: TokenCounts,
}

impl Outline {
    /// Reads the outline of a JSON text; of JSON inside a JSON string as well. What is no object has none.
    pub fn read(json: &str) -> Self {
        if json.starts_with('"') {
            let inner: String = serde_json::from_str(json).unwrap_or_default();
            return Self::of_object(inner.trim());
        }
        Self::of_object(json)
    }

    fn of_object(json: &str) -> Self {
        if !json.starts_with('{') {
            return Self::default();
        }
        let Ok(fields) = serde_json::from_str::<Fields<'_>>(json) else { return Self::default() };
        let members = fields.iter().filter_map(|(name, raw)| Some((name.to_owned(), surface(name, raw)?)));
        let body = Value::Object(members.collect::<Map<_, _>>());
        let named = |name: &str| body.get(name).and_then(Value::as_str).filter(|model| !model.is_empty());
        Self {
            model: named("model").or_else(|| named("modelVersion")).map(str::to_owned),
            usage: TokenCounts::read(Dialect::of(&Value::Null, &body), &body),
        }
    }
}

/// A member as far as it tells formats apart: what is large is only there.
fn surface(name: &str, raw: &RawValue) -> Option<Value> {
    let text = raw.get();
    match (name, text.as_bytes().first()) {
        ("usage" | "usageMetadata", _) => serde_json::from_str(text).ok(),
        (_, Some(b'[')) => Some(Value::Array(Vec::new())),
        (_, Some(b'{')) => Some(Value::Object(Map::new())),
        _ if text.len() <= MAX_TEXT => serde_json::from_str(text).ok(),
        _ => Some(Value::String(String::new())),
    }
}
