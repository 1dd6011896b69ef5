//! How many steps it takes to judge a value by a schema, counted by walking both as judging does, but without judging: into
//! every branch, and along every reference.

use serde_json::{Map, Value};

use super::plain::Plain;

/// How many steps are taken at most. One is a member looked at: well under a microsecond. An error is a few hundred bytes and
/// takes at least two.
const MAX_STEPS: u64 = 300_000;

/// How many schemas may be under way in each other: each is a frame or two of the stack, of which a Worker has 1 MB. It also
/// ends schemas that refer to themselves without going into the value.
const MAX_DEPTH: u32 = 128;

/// Bytes of a text that are looked at in one step.
const BYTES: usize = 32;

/// Whether judging ends within the bounds.
pub(super) fn is_bounded(schema: &Plain, value: &Value) -> bool {
    let mut walk = Walk { schema, left: MAX_STEPS };
    walk.judge(schema.json(), value, MAX_DEPTH).is_some()
}

struct Walk<'a> {
    schema: &'a Plain,
    left: u64,
}

impl Walk<'_> {
    /// Judges a value by a part of the schema; `None` where it takes more than is left.
    fn judge(&mut self, schema: &Value, value: &Value, depth: u32) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        self.take(1)?;
        let Value::Object(keywords) = schema else { return Some(()) };
        self.take(size(value))?;
        for (keyword, by) in keywords {
            self.take(size(by).saturating_add(1))?;
            match keyword.as_str() {
                "$ref" => {
                    let target = self.schema.target(by.as_str().unwrap_or_default())?;
                    self.judge(target, value, depth)?;
                }
                "not" | "if" | "then" | "else" => self.judge(by, value, depth)?,
                "allOf" | "anyOf" | "oneOf" => {
                    by.as_array().into_iter().flatten().try_for_each(|by| self.judge(by, value, depth))?;
                }
                "dependentRequired" => self.take(values(by))?,
                "dependentSchemas" | "dependencies" => {
                    self.take(by.as_object().into_iter().flatten().map(|(_, by)| size(by)).sum())?;
                    let schemas = by.as_object().into_iter().flatten();
                    schemas.map(|(_, by)| by).try_for_each(|by| self.judge(by, value, depth))?;
                }
                "enum" | "const" => self.take(values(by))?,
                "uniqueItems" => self.take(values(value).saturating_mul(20))?,
                // Some take the square of the text's length.
                "format" => self.take(size(value).saturating_mul(size(value)))?,
                "pattern" => self.search(by.as_str().unwrap_or_default(), value.as_str())?,
                _ => self.inside(keywords, (keyword, by), value, depth)?,
            }
        }
        Some(())
    }

    /// Keywords that are about what is in the value.
    fn inside(
        &mut self,
        keywords: &Map<String, Value>,
        (keyword, by): (&str, &Value),
        value: &Value,
        depth: u32,
    ) -> Option<()> {
        match value {
            Value::Object(members) => {
                let named = keywords.get("properties");
                let is_named = |name: &str| named.is_some_and(|named| named.get(name).is_some());
                for (name, member) in members {
                    match keyword {
                        "properties" => {
                            by.get(name).map_or(Some(()), |by| self.judge(by, member, depth))?;
                        }
                        "patternProperties" => {
                            for (pattern, by) in by.as_object().into_iter().flatten() {
                                self.search(pattern, Some(name))?;
                                self.judge(by, member, depth)?;
                            }
                        }
                        "additionalProperties" | "unevaluatedProperties" if !is_named(name) => {
                            self.judge(by, member, depth)?;
                        }
                        "propertyNames" => self.judge(by, &Value::String(name.clone()), depth)?,
                        _ => break,
                    }
                }
            }
            Value::Array(elements) => {
                for (at, element) in elements.iter().enumerate() {
                    let by = match (keyword, by) {
                        ("items" | "prefixItems", Value::Array(each)) => each.get(at),
                        ("items" | "additionalItems" | "unevaluatedItems" | "contains", by) => Some(by),
                        _ => break,
                    };
                    by.map_or(Some(()), |by| self.judge(by, element, depth))?;
                }
            }
            _ => {}
        }
        Some(())
    }

    /// Looks for a regular expression in a text: at worst every state at every byte.
    fn search(&mut self, pattern: &str, text: Option<&str>) -> Option<()> {
        let Some(text) = text else { return Some(()) };
        let pieces = u64::try_from(text.len().div_ceil(BYTES)).ok()?;
        self.take(self.schema.weight(pattern)?.saturating_mul(pieces))
    }

    fn take(&mut self, steps: u64) -> Option<()> {
        self.left = self.left.checked_sub(steps)?;
        Some(())
    }
}

/// How much of a value is looked at without going into it.
fn size(value: &Value) -> u64 {
    let size = match value {
        Value::Object(members) => members.len(),
        Value::Array(elements) => elements.len(),
        Value::String(text) => text.len().div_ceil(BYTES),
        _ => 0,
    };
    u64::try_from(size).unwrap_or(u64::MAX)
}

/// How many values a value is made of.
fn values(value: &Value) -> u64 {
    let inner = match value {
        Value::Object(members) => members.values().map(values).fold(0, u64::saturating_add),
        Value::Array(elements) => elements.iter().map(values).fold(0, u64::saturating_add),
        _ => 0,
    };
    inner.saturating_add(size(value)).saturating_add(1)
}
