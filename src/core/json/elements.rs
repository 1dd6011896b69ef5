//! An array taken apart one level deep.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// The elements of an array as unparsed text; of one with more than `MOST`, one more than that, which is enough to know it.
#[derive(Debug)]
pub struct Elements<'a, const MOST: usize>(pub Vec<&'a RawValue>);

impl<'de, const MOST: usize> Deserialize<'de> for Elements<'de, MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ElementsVisitor)
    }
}

struct ElementsVisitor<const MOST: usize>;

impl<'de, const MOST: usize> Visitor<'de> for ElementsVisitor<MOST> {
    type Value = Elements<'de, MOST>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = seq.next_element()? {
            elements.push(element);
            if elements.len() > MOST {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
            }
        }
        Ok(Elements(elements))
    }
}
