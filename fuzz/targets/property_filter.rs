//! Property filters against a second opinion that says it in other words.
#![no_main]

use arbitrary::{Result, Unstructured};
use heliograph::core::filter::{PropertyFilter, first_mismatch, matches};
use heliograph_fuzz::json::Words;
use libfuzzer_sys::fuzz_target;

const NAMES: [&str; 8] = [
    "environment",
    "Environment",
    "ENVIRONMENT",
    "Helicone-Property-environment",
    "helicone-property-Environment",
    "tier",
    "",
    "helicone-property-",
];
const VALUES: [&str; 5] = ["production", "Production", "", "é", "1"];

fuzz_target!(|data: &[u8]| {
    let Ok((filters, properties)) = made_up(&mut Unstructured::new(data)) else { return };
    let holds = |filter: &PropertyFilter| {
        let wanted = filter.key.to_ascii_lowercase();
        let bare = wanted.strip_prefix("helicone-property-").map(str::to_owned);
        // By the name itself, then by it in another case, then by what stands behind the prefix.
        let by: [&dyn Fn(&str) -> bool; 3] =
            [&|name| name == filter.key, &|name| name.to_ascii_lowercase() == wanted, &|name| {
                Some(name.to_ascii_lowercase()) == bare
            }];
        let found = by.iter().find_map(|is| properties.iter().find(|(name, _)| is(name)));
        found.is_some_and(|(_, value)| *value == filter.value)
    };
    let expected = filters.iter().position(|filter| !holds(filter));
    assert_eq!(matches(&filters, &properties), expected.is_none());
    assert_eq!(first_mismatch(&filters, &properties).map(|(at, _)| at), expected);
    // One more condition never lets more through.
    for count in 0..filters.len() {
        assert!(matches(&filters[..count], &properties) || !matches(&filters, &properties));
    }
});

type Properties = Vec<(String, String)>;

fn made_up(from: &mut Unstructured<'_>) -> Result<(Vec<PropertyFilter>, Properties)> {
    let words = Words { names: &NAMES, texts: &VALUES };
    let mut pairs = || -> Result<Properties> {
        let count = from.int_in_range(0..=4)?;
        (0..count).map(|_| Ok((words.name(from)?, words.text(from)?))).collect()
    };
    let (filters, properties) = (pairs()?, pairs()?);
    Ok((filters.into_iter().map(|(key, value)| PropertyFilter { key, value }).collect(), properties))
}
