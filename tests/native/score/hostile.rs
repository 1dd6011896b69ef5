//! Schemas that ask for too much are not judged by; what is just within the bounds is.

use heliograph::core::json_schema;
use serde_json::{Value, json};

/// On a stack of its own size: frames of a debug build are several times those of the Worker.
fn errors(schema: &Value, value: &Value) -> Option<u64> {
    let (schema, value) = (schema.clone(), value.clone());
    let judging = std::thread::Builder::new().stack_size(32 << 20);
    judging.spawn(move || json_schema::errors(&schema, &value)).unwrap().join().unwrap()
}

/// `n` definitions, each of which asks for the next one twice.
fn doubling(n: usize) -> Value {
    let twice =
        |at: usize| json!({"allOf": [{"$ref": format!("#/$defs/{at}")}, {"$ref": format!("#/$defs/{at}")}]});
    let definitions: serde_json::Map<_, _> = (0..n).map(|at| (at.to_string(), twice(at + 1))).collect();
    let mut schema = json!({"$ref": "#/$defs/0", "$defs": definitions});
    schema["$defs"][n.to_string()] = json!({"type": "integer"});
    schema
}

/// A chain of references of this length.
fn chain(length: usize) -> Value {
    let next = |at: usize| json!({"$ref": format!("#/$defs/{}", at + 1)});
    let definitions: serde_json::Map<_, _> = (0..length).map(|at| (at.to_string(), next(at))).collect();
    let mut schema = json!({"$ref": "#/$defs/0", "$defs": definitions});
    schema["$defs"][length.to_string()] = json!({"type": "integer"});
    schema
}

fn nested(depth: usize, name: &str) -> Value {
    (0..depth).fold(json!(1), |inner, _| json!({name: inner}))
}

#[test]
fn branches_that_double_are_not_followed() {
    assert_eq!(errors(&doubling(8), &json!(1)), Some(0));
    assert_eq!(errors(&doubling(8), &json!("1")), Some(256));
    assert_eq!(errors(&doubling(60), &json!(1)), None);
    // By what is in the value, likewise.
    let tree = json!({"properties": {"a": {"anyOf": [{"$ref": "#"}, {"$ref": "#"}]}}});
    assert_eq!(errors(&tree, &nested(8, "a")), Some(0));
    assert_eq!(errors(&tree, &nested(50, "a")), None);
}

#[test]
fn chains_end() {
    assert_eq!(errors(&chain(120), &json!("1")), Some(1));
    assert_eq!(errors(&chain(130), &json!("1")), None);
    let list = json!({"properties": {"a": {"$ref": "#"}}});
    assert_eq!(errors(&list, &nested(60, "a")), Some(0));
    assert_eq!(errors(&list, &nested(100, "a")), None);
}

#[test]
fn schemas_are_of_a_size() {
    let deep = |levels| (0..levels).fold(json!({}), |inner, _| json!({"items": inner}));
    assert_eq!(errors(&deep(64), &json!([])), Some(0));
    assert_eq!(errors(&deep(65), &json!([])), None);
    let wide = |many: usize| json!({"enum": (0..many).collect::<Vec<_>>()});
    assert_eq!(errors(&wide(3_000), &json!(-1)), Some(1));
    assert_eq!(errors(&wide(4_000), &json!(-1)), None);
    assert_eq!(errors(&json!({"description": "x".repeat(200_000)}), &json!(1)), None);
    let patterns = |many: usize| json!({"allOf": (0..many).map(|at| json!({"pattern": format!("^{at}")})).collect::<Vec<_>>()});
    assert_eq!(errors(&patterns(32), &json!("x")), Some(32));
    assert_eq!(errors(&patterns(33), &json!("x")), None);
    let classes = |many: usize| json!({"pattern": "\\w".repeat(many)});
    assert_eq!(errors(&classes(64), &json!("x")), Some(1));
    assert_eq!(errors(&classes(65), &json!("x")), None);
    assert_eq!(errors(&json!({"pattern": "x".repeat(501)}), &json!("x")), None);
}

#[test]
fn values_are_of_a_size() {
    let items = json!({"items": {"type": "string"}});
    assert_eq!(errors(&items, &json!(vec![1; 10_000])), Some(10_000));
    assert_eq!(errors(&items, &json!(vec![1; 500_000])), None);
    let unique = json!({"uniqueItems": true});
    assert_eq!(errors(&unique, &json!((0..1_000).collect::<Vec<_>>())), Some(0));
    assert_eq!(errors(&unique, &json!((0..100_000).collect::<Vec<_>>())), None);
    // What is looked up in each of them.
    for keyword in ["dependentRequired", "dependencies"] {
        let names: Vec<_> = (0..1_000).map(|name| name.to_string()).collect();
        let dependent = json!({"items": {keyword: {"a": names}}});
        assert_eq!(errors(&dependent, &json!(vec![json!({"a": 1}); 10])), Some(10), "{keyword}");
        assert_eq!(errors(&dependent, &json!(vec![json!({"a": 1}); 1_000])), None, "{keyword}");
    }
    // Regular expressions and formats, by the text's length.
    let pattern = json!({"pattern": "^(a|b|ab){1,200}$"});
    assert_eq!(errors(&pattern, &json!("ab".repeat(100))), Some(0));
    assert_eq!(errors(&pattern, &json!("ab".repeat(50_000))), None);
    let host = json!({"$schema": "http://json-schema.org/draft-07/schema#", "format": "idn-hostname"});
    assert_eq!(errors(&host, &json!("ä.example")), Some(0));
    assert_eq!(errors(&host, &json!("ä".repeat(50_000))), None);
}
