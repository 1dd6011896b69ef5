//! Whatever is in an event: nothing is found in what is left of it, and it is JSON that a JavaScript round trip leaves as it is.

use heliograph::core::shaping::{Detectors, findings};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{exchange, flat, rendered, standard, with};
use crate::support::subscription;

/// Any JSON, with data in its texts and keys.
fn any_json() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "[a-z @.0-9:+-]{0,20}",
        Just("jane@example.com".to_owned()),
        Just("x4111 1111 1111 1111 jane@example.com,10.0.0.1".to_owned()),
        Just("a@b.co@b.co10.0.0.1::1+1415555267112@c.de".to_owned()),
        Just("{\"a\":\"bob\\u0040example.com\"}".to_owned()),
        "[0-9 .-]{10,30}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        Just(json!(4_111_111_111_111_111_u64)),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((text.clone(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// A path into an event.
fn any_path() -> &'static str {
    "(request_body|response_body|own|\\*)(\\.[a-c]|\\[\\*\\]|\\.\\*|\\[0\\]){0,3}"
}

/// Short names, so that paths lead somewhere.
fn any_tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<i32>().prop_map(Value::from),
        "[a-c]{0,3}".prop_map(Value::from)
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-c]", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Whether nothing is in `left` that is not at the same place in `whole`, but for what stands in place of what was taken away.
/// Of a list elements may be missing.
fn is_part(left: &Value, whole: &Value) -> bool {
    match (left, whole) {
        (Value::Object(left), Value::Object(whole)) => {
            left.iter().all(|(name, left)| whole.get(name).is_some_and(|whole| is_part(left, whole)))
        }
        (Value::Array(left), Value::Array(whole)) => {
            let mut rest = whole.iter();
            left.iter().all(|left| rest.any(|whole| is_part(left, whole)))
        }
        (left, whole) => left == "[redacted]" || left == whole,
    }
}

fn texts(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::String(text) => out.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, out)),
        Value::Object(members) => members.iter().for_each(|(key, value)| {
            out.push(key.clone());
            texts(value, out);
        }),
        other => out.push(other.to_string()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn nothing_is_found_in_what_was_redacted(request in any_json(), response in any_json(), own in any_json()) {
        let value = json!({"request_id": "r", "model": "m", "request": request, "response": response, "own": own, "data": {"x": own}});
        let left = standard(&value, json!({"redact": {"detectors": "all"}}));
        let mut all = Vec::new();
        texts(&left, &mut all);
        for text in all.iter().filter(|text| !text.parse::<f64>().is_ok_and(|number| number.abs() < 1e12)) {
            prop_assert!(findings(text, Detectors::ALL).is_empty(), "{text}");
        }
        if let Some(left) = exchange(&value, json!({"redact": {"detectors": "all"}})) {
            let mut all = Vec::new();
            texts(&left, &mut all);
            prop_assert!(all.iter().all(|text| !text.contains("jane@") && !text.contains("bob@")));
        }
    }

    #[test]
    fn what_is_left_is_canonical_and_no_more_than_there_was(request in any_json(), path in "(request_body|response_body|\\*)(\\.[a-z]|\\[\\*\\]|\\.\\*|\\[0\\]){0,3}") {
        let value = json!({"request_id": "r", "request": request, "response": request});
        for fields in [json!({"exclude": [path]}), json!({"include": [path, "request_response_url"]}), json!({"redact": {"paths": [path]}})] {
            let left = flat(&value, fields.clone());
            prop_assert!(left["request_id"] == "r");
            let _ = exchange(&value, fields);
        }
    }

    #[test]
    fn nothing_is_there_that_was_not(request in any_tree(), own in any_tree(), paths in prop::collection::vec(any_path(), 1..4)) {
        let value = json!({"request_id": "r", "user_id": "u", "request": request, "response": own, "own": own, "properties": {"a": "b"}});
        let whole = standard(&value, json!({}));
        for fields in [
            json!({"exclude": paths}),
            json!({"include": paths}),
            json!({"redact": {"paths": paths}}),
            json!({"include": paths, "redact": {"paths": paths}, "bodies": "full"}),
            json!({"exclude": paths, "bodies": "none"}),
        ] {
            let left = standard(&value, fields.clone());
            prop_assert!(is_part(&left, &whole), "{fields}: {left} of {whole}");
            if let Some(left) = exchange(&value, fields.clone()) {
                let whole = json!({"request": value["request"], "response": value["response"]});
                prop_assert!(is_part(&left, &whole), "{fields}: {left} of {whole}");
            }
        }
    }

    #[test]
    fn redacting_twice_is_redacting_once(request in any_json(), own in any_json(), path in any_path()) {
        let value = json!({"request_id": "r", "request": request, "own": own});
        for redact in [json!({"detectors": "all"}), json!({"paths": [path]})] {
            let fields = json!({"redact": redact});
            let once = standard(&value, fields.clone());
            // As it came out it goes in again, under the names that events come in by.
            let mut again = once.clone();
            let members = again.as_object_mut().unwrap();
            if let Some(request) = members.remove("request_body") {
                members.insert("request".to_owned(), request);
            }
            let twice = standard(&again, fields);
            for name in ["request_body", "own"] {
                prop_assert_eq!(&twice[name], &once[name], "{}", name);
            }
        }
    }

    #[test]
    fn nothing_to_do_leaves_every_byte(request in any_json()) {
        let value = json!({"request_id": "r", "model": "m", "request": request, "response": request});
        let plain = subscription("sub_1", json!({}));
        let shaped = with(json!({"exclude": ["nothing.at.all"]}), json!({}));
        prop_assert_eq!(rendered(&value, &plain), rendered(&value, &shaped));
    }
}
