//! JSON made of names that mean something where it goes.

use arbitrary::{Result, Unstructured};
use serde_json::{Map, Number, Value};

/// What JSON is made of.
pub struct Words<'a> {
    /// Keys of objects; now and then there is another one.
    pub names: &'a [&'a str],
    /// Texts, likewise.
    pub texts: &'a [&'a str],
}

impl Words<'_> {
    /// Any value, of at most so many levels.
    pub fn value(&self, from: &mut Unstructured<'_>, levels: u8) -> Result<Value> {
        let kinds = if levels == 0 { 6 } else { 9 };
        Ok(match from.int_in_range(0..=kinds)? {
            0 => Value::Null,
            1 => Value::Bool(from.arbitrary()?),
            2 => Value::from(from.arbitrary::<i64>()?),
            3 => Number::from_f64(from.arbitrary()?).map_or(Value::Null, Value::Number),
            4 => Value::from(from.int_in_range(-2..=300)?),
            5 | 6 => Value::String(self.text(from)?),
            7 => {
                let count = from.int_in_range(0..=3)?;
                Value::Array((0..count).map(|_| self.value(from, levels - 1)).collect::<Result<_>>()?)
            }
            _ => Value::Object(self.object(from, levels - 1)?),
        })
    }

    /// An object, whose values have at most so many levels.
    pub fn object(&self, from: &mut Unstructured<'_>, levels: u8) -> Result<Map<String, Value>> {
        let count = from.int_in_range(0..=6)?;
        (0..count).map(|_| Ok((self.name(from)?, self.value(from, levels)?))).collect()
    }

    /// A key.
    pub fn name(&self, from: &mut Unstructured<'_>) -> Result<String> {
        choose(self.names, from)
    }

    /// A text.
    pub fn text(&self, from: &mut Unstructured<'_>) -> Result<String> {
        choose(self.texts, from)
    }
}

fn choose(known: &[&str], from: &mut Unstructured<'_>) -> Result<String> {
    match known.is_empty() || from.ratio(1_u8, 16_u8)? {
        true => Ok(from.arbitrary::<&str>()?.to_owned()),
        false => Ok((*from.choose(known)?).to_owned()),
    }
}
