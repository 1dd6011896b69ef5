//! Property filters: Helicone's list of `{key, value}`, all of which must hold.

use serde::{Deserialize, Serialize};

use super::Reason;

/// The prefix of the header that sets a property; accepted in a filter's key, as people copy it from there.
const HEADER_PREFIX: &str = "helicone-property-";

/// One condition: a custom property has exactly this value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct PropertyFilter {
    /// The property's name. Names come from HTTP headers, which lose their case on the way, so case does not count
    /// unless an event has two properties that differ only by it.
    pub key: String,
    /// The value, compared exactly and with case.
    pub value: String,
}

/// Whether every filter holds; an empty list holds always, a missing property never.
///
/// `properties` are an event's custom properties as name and value.
pub fn matches(filters: &[PropertyFilter], properties: &[(String, String)]) -> bool {
    filters.iter().all(|filter| property(&filter.key, properties) == Some(filter.value.as_str()))
}

/// The first filter that does not hold, by its position, and why.
pub fn first_mismatch(
    filters: &[PropertyFilter],
    properties: &[(String, String)],
) -> Option<(usize, Reason)> {
    filters.iter().enumerate().find_map(|(at, filter)| match property(&filter.key, properties) {
        None => Some((at, Reason::Absent)),
        Some(value) if value != filter.value => Some((at, Reason::WrongValue)),
        Some(_) => None,
    })
}

fn property<'p>(key: &str, properties: &'p [(String, String)]) -> Option<&'p str> {
    let bare = match key.get(..HEADER_PREFIX.len()) {
        Some(prefix) if prefix.eq_ignore_ascii_case(HEADER_PREFIX) => key.get(HEADER_PREFIX.len()..),
        _ => None,
    };
    properties
        .iter()
        .find(|(name, _)| name == key)
        .or_else(|| properties.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)))
        .or_else(|| {
            properties.iter().find(|(name, _)| bare.is_some_and(|bare| name.eq_ignore_ascii_case(bare)))
        })
        .map(|(_, value)| value.as_str())
}
