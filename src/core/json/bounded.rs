//! A tree of a JSON text that claims no more memory than it was given: a value takes some fifty bytes, and two of text.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::{JsonError, error::TOO_MANY, surrogates};

/// Parses a text of at most `left` values, arrays and objects themselves included, and takes them off what is left. Escaped lone
/// surrogates become U+FFFD.
pub fn parse_bounded(text: &str, left: &mut usize) -> Result<Value, JsonError> {
    match parse(text, left) {
        Ok(value) => Ok(value),
        Err(error) => match surrogates::repair(text) {
            Some(repaired) => Ok(parse(&repaired, left)?),
            None => Err(error.into()),
        },
    }
}

fn parse(text: &str, left: &mut usize) -> Result<Value, serde_json::Error> {
    let mut parser = serde_json::Deserializer::from_str(text);
    let mut after = *left;
    let value = Bounded(&mut after).deserialize(&mut parser)?;
    parser.end()?;
    *left = after;
    Ok(value)
}

struct Bounded<'l>(&'l mut usize);

impl<'de> DeserializeSeed<'de> for Bounded<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        *self.0 = self.0.checked_sub(1).ok_or_else(|| D::Error::custom(TOO_MANY))?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Bounded<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = seq.next_element_seed(Bounded(&mut *self.0))? {
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            let value = map.next_value_seed(Bounded(&mut *self.0))?;
            members.insert(key, value);
        }
        Ok(Value::Object(members))
    }
}
