//! JSON as JavaScript writes it. The expected outputs were made by Node.

use crate::support::vectors;
use heliograph::core::json::{Canonical, Fields, JsonError, parse_bounded, write_number};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
struct Case {
    name: String,
    input: String,
    #[serde(default)]
    output: String,
    repeat: Option<usize>,
}

#[test]
fn texts_become_what_a_javascript_round_trip_prints() {
    for case in vectors::<Vec<Case>>("json_canonical.json") {
        let canonical =
            Canonical::from_text(&case.input).unwrap_or_else(|error| panic!("{}: {error}", case.name));
        assert_eq!(canonical.as_str(), case.output, "{}", case.name);
        let again = Canonical::from_text(canonical.as_str()).unwrap();
        assert_eq!(again, canonical, "{}: not stable", case.name);
    }
}

#[test]
fn what_is_not_json_is_refused() {
    for case in vectors::<Vec<Case>>("json_refused.json") {
        let input = case.input.repeat(case.repeat.unwrap_or(1));
        assert!(Canonical::from_text(&input).is_err(), "{}", case.name);
    }
}

#[test]
fn depth_and_width_have_their_own_errors() {
    assert_eq!(Canonical::from_text(&"[".repeat(100_000)), Err(JsonError::TooDeep));
    let wide: String = (0..100_001).map(|at| format!("\"k{at}\":0,")).collect();
    let wide = format!("{{{}\"last\":0}}", wide);
    assert_eq!(Canonical::from_text(&wide), Err(JsonError::TooWide));
}

#[test]
fn a_tree_takes_no_more_values_than_it_may() {
    let text = r#"{"a": [1, -2, 1.5, "x", true, null], "b": {}, "b": "\ud83d"}"#;
    let mut left = 10;
    let tree = parse_bounded(text, &mut left).unwrap();
    assert_eq!(tree, json!({"a": [1, -2, 1.5, "x", true, null], "b": "\u{fffd}"}));
    assert_eq!(left, 0);
    let mut less = 9;
    assert_eq!(parse_bounded(text, &mut less), Err(JsonError::TooMany));
    assert_eq!(less, 9);
    assert_eq!(parse_bounded(&"[".repeat(100_000), &mut 200_000), Err(JsonError::TooDeep));
    assert!(parse_bounded("[1] 2", &mut 10).is_err());
}

#[test]
fn an_error_holds_nothing_of_the_text() {
    let error = Canonical::from_text(r#"{"secret-canary": secret-canary}"#).unwrap_err();
    assert!(!error.to_string().contains("canary"), "{error}");
}

#[test]
fn numbers_print_as_in_javascript() {
    #[derive(Deserialize)]
    struct Number {
        bits: String,
        text: String,
    }
    for number in vectors::<Vec<Number>>("js_numbers.json") {
        let value = f64::from_bits(u64::from_str_radix(&number.bits, 16).unwrap());
        let mut out = Vec::new();
        write_number(value, &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), number.text);
    }
}

#[test]
fn a_repeated_field_reads_as_its_last_value() {
    let text: String = (0..40).map(|at| format!("\"k{}\":{at},", at % 20)).collect();
    let text = format!("{{{}}}", text.trim_end_matches(','));
    let fields: Fields = serde_json::from_str(&text).unwrap();
    assert_eq!(fields.len(), 20);
    assert_eq!(fields.get("k3").unwrap().get(), "23");
    let names: Vec<&str> = fields.iter().map(|(name, _)| name).collect();
    assert_eq!(names.first(), Some(&"k0"));
    assert_eq!(names.last(), Some(&"k19"));
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 8, |inner| {
        let key = prop_oneof!["[0-9]{1,3}", "[a-c]{1,2}", ".{0,4}"];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..20)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn writing_twice_changes_nothing(value in json()) {
        let once = Canonical::from_text(&value.to_string()).unwrap();
        let twice = Canonical::from_text(once.as_str()).unwrap();
        prop_assert_eq!(&once, &twice);
    }

    #[test]
    fn the_value_stays_the_same(value in json()) {
        // Numbers compare as JavaScript sees them: all are doubles.
        fn doubles(value: &serde_json::Value) -> serde_json::Value {
            use serde_json::Value;
            match value {
                Value::Number(number) => Value::from(number.as_f64().unwrap() + 0.0),
                Value::Array(list) => list.iter().map(doubles).collect(),
                Value::Object(map) => {
                    Value::Object(map.iter().map(|(key, value)| (key.clone(), doubles(value))).collect())
                }
                other => other.clone(),
            }
        }
        let canonical = Canonical::from_text(&value.to_string()).unwrap();
        let read: serde_json::Value = serde_json::from_str(canonical.as_str()).unwrap();
        prop_assert_eq!(doubles(&read), doubles(&value));
    }

    #[test]
    fn no_text_makes_it_panic(text in ".{0,64}") {
        let _ = Canonical::from_text(&text);
    }

    #[test]
    fn no_text_of_json_characters_makes_it_panic(text in r#"[\[\]{}",:0-9eE.+\-\\u dDfa]{0,48}"#) {
        let _ = Canonical::from_text(&text);
    }
}
