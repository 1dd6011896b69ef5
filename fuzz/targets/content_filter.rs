//! Content filters: within their bounds, the same after they were stored, and of one mind with what explains them.
#![no_main]

use arbitrary::{Result, Unstructured};
use heliograph::core::{
    event::read_event,
    filter::{ContentFilter, EventView, MAX_BYTES, MAX_DEPTH, MAX_NODES},
};
use heliograph_fuzz::{json::Words, now};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json, value::RawValue};

const NAMES: [&str; 18] = [
    "$eq",
    "$neq",
    "$gt",
    "$gte",
    "$lt",
    "$lte",
    "$in",
    "$nin",
    "$startsWith",
    "$endsWith",
    "$exist",
    "$and",
    "$or",
    "$not",
    "$x",
    "a",
    "b",
    "a.b",
];
const TEXTS: [&str; 6] = ["", "a", "ab", "abc", "é", "\u{1f600}"];

fuzz_target!(|data: &[u8]| {
    let Some((mode, rest)) = data.split_first() else { return };
    if mode % 2 == 0 {
        let Ok(case) = serde_json::from_slice::<Value>(rest) else { return };
        check(&case["filter"], &case["value"]);
    } else if let Ok((filter, value)) = made_up(&mut Unstructured::new(rest)) {
        check(&filter, &value);
    }
});

fn made_up(from: &mut Unstructured<'_>) -> Result<(Value, Value)> {
    let words = Words { names: &NAMES, texts: &TEXTS };
    let plain = Words { names: &NAMES[15..], texts: &TEXTS };
    Ok((words.value(from, 6)?, plain.value(from, 4)?))
}

fn check(json: &Value, value: &Value) {
    let filter = match ContentFilter::parse(json) {
        Ok(filter) => filter,
        Err(error) => return assert!(error.path.starts_with("filter"), "{error}"),
    };
    let (depth, nodes) = size(json);
    assert!(depth <= MAX_DEPTH && nodes <= MAX_NODES && json.to_string().len() <= MAX_BYTES, "{json}");
    let matched = filter.matches_value(value);
    assert_eq!(matched, filter.explain_value(value).is_none(), "{json} {value}");
    let stored = serde_json::to_string(&filter).expect("a filter is JSON");
    let again: ContentFilter = serde_json::from_str(&stored).expect("what was stored is read");
    assert_eq!(again.matches_value(value), matched, "{json} {value}");
    // Not is not.
    if let Ok(negated) = ContentFilter::parse(&json!({"$not": json})) {
        assert_eq!(negated.matches_value(value), !matched, "{json} {value}");
    }
    // The value in an event, and the filter on its field.
    let Ok(field) = ContentFilter::parse(&json!({"own": json})) else { return };
    let text = json!({"request_id": "r", "own": value}).to_string();
    let Ok(event) = serde_json::from_str::<&RawValue>(&text).map(|raw| read_event(raw, now())) else {
        return;
    };
    if let Ok(event) = event {
        let (view, whole) = (EventView::new(&event), json!({"own": value}));
        assert_eq!(field.matches(&view), field.matches_value(&whole), "{json} {value}");
        assert_eq!(field.matches(&view), field.explain(&view).is_none(), "{json} {value}");
    }
}

fn size(value: &Value) -> (usize, usize) {
    let over = |sizes: Vec<(usize, usize)>| {
        let depth = sizes.iter().map(|(depth, _)| *depth).max().unwrap_or_default();
        (depth + 1, 1 + sizes.iter().map(|(_, nodes)| nodes).sum::<usize>())
    };
    match value {
        Value::Array(list) => over(list.iter().map(size).collect()),
        Value::Object(members) => over(members.values().map(size).collect()),
        _ => (0, 1),
    }
}
