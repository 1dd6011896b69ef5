//! JSON as JavaScript writes it: what was written is written the same again and means what it meant; bounds hold.
#![no_main]

use heliograph::core::json::{Canonical, Elements, Fields, parse_bounded};
use serde_json::Value;

const LEFT: usize = 64;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(canonical) = Canonical::from_text(text) {
        heliograph_fuzz::emitted(canonical.as_str());
        if let Ok(value) = serde_json::from_str::<Value>(text) {
            let again = serde_json::from_str(canonical.as_str()).expect("canonical JSON is JSON");
            assert!(is_same(&value, &again), "{text:?}: {canonical:?}");
        }
        if let Some(inner) = canonical.string_value() {
            assert_eq!(Canonical::from_str_value(&inner), canonical);
        }
    }
    let mut left = LEFT;
    match parse_bounded(text, &mut left) {
        // Of a repeated key each value was held for a time.
        Ok(value) => assert!(count(&value) <= LEFT - left && left <= LEFT, "{text:?}"),
        Err(_) => assert_eq!(left, LEFT, "{text:?}"),
    }
    if let Ok(fields) = serde_json::from_str::<Fields>(text) {
        assert!(fields.len() <= 1000);
        for (name, value) in fields.iter() {
            assert_eq!(
                fields.get(name).map(|value| value.get()),
                Some(value.get()),
                "{name:?} stands there once"
            );
        }
    }
    if let Ok(Elements(elements)) = serde_json::from_str::<Elements<8>>(text) {
        assert!(elements.len() <= 9);
    }
});

/// Values in all.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(list) => list.iter().map(count).sum(),
        Value::Object(members) => members.values().map(count).sum(),
        _ => 0,
    }
}

/// Numbers as doubles, keys in any order.
fn is_same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| is_same(a, b)))
        }
        (a, b) => a == b,
    }
}
