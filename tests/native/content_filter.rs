//! Content filters: the vectors, the limits, what a filter sees of an event, and why one does not match.

mod naive;
mod random;

use crate::support::vectors;
use heliograph::core::{
    event::{Event, read_event},
    filter::{ContentFilter, EventView, MAX_BYTES, MAX_DEPTH, MAX_NODES, Reason},
    time::Timestamp,
};
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};

#[derive(Deserialize)]
struct Vectors {
    matching: Vec<Matching>,
    refused: Vec<Refused>,
}

/// A filter against an event as a gateway sends it, or against any value.
#[derive(Deserialize)]
struct Matching {
    name: String,
    filter: Value,
    event: Option<Value>,
    /// A `null` is a value too, so absence cannot be told by an `Option`.
    #[serde(default)]
    value: Value,
    matches: bool,
}

#[derive(Deserialize)]
struct Refused {
    name: String,
    filter: Value,
    path: String,
}

fn event(event: &Value) -> Event {
    let text = event.to_string();
    let raw: &RawValue = serde_json::from_str(&text).unwrap();
    read_event(raw, Timestamp::default()).unwrap()
}

fn filter(json: &Value) -> ContentFilter {
    ContentFilter::parse(json).unwrap_or_else(|error| panic!("{json}: {error}"))
}

fn refusal(json: &Value) -> String {
    let error = ContentFilter::parse(json).expect_err("refused");
    assert_eq!(error.path, "filter");
    error.problem
}

#[test]
fn matching() {
    for case in vectors::<Vectors>("content_filters.json").matching {
        let filter = filter(&case.filter);
        let (matches, mismatch) = match &case.event {
            Some(sent) => {
                let event = event(sent);
                let view = EventView::new(&event);
                (filter.matches(&view), filter.explain(&view))
            }
            None => {
                assert_eq!(naive::matches(&case.filter, &case.value), case.matches, "naive: {}", case.name);
                (filter.matches_value(&case.value), filter.explain_value(&case.value))
            }
        };
        assert_eq!(matches, case.matches, "{}", case.name);
        assert_eq!(mismatch.is_none(), matches, "{}: {mismatch:?}", case.name);
    }
}

#[test]
fn refused() {
    for case in vectors::<Vectors>("content_filters.json").refused {
        let error = ContentFilter::parse(&case.filter).expect_err(&case.name);
        assert_eq!(error.path, case.path, "{}: {error}", case.name);
        assert!(!error.problem.is_empty());
    }
}

#[test]
fn an_unknown_operator_is_told_which_ones_there_are() {
    let error = ContentFilter::parse(&json!({"a": {"$regex": "x"}})).unwrap_err();
    assert!(error.problem.contains("$startsWith"), "{error}");
    let error = ContentFilter::parse(&json!({"a": {"$gt": ["canary"]}})).unwrap_err();
    assert!(error.problem.contains("a number or a string, not a list"), "{error}");
    assert!(!error.to_string().contains("canary"), "{error}");
}

#[test]
fn it_is_stored_as_what_it_came_as() {
    let text = r#"{"b":{"$in":[1.0,2,"x"]},"a":{"$or":[{"$exist":false},{}]},"$and":[]}"#;
    let stored: ContentFilter = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&stored).unwrap(), text);
    assert_eq!(stored, filter(stored.json()));
    assert_ne!(stored, filter(&json!({})));
    assert!(stored.matches_value(&json!({"b": 1})));
    let error = serde_json::from_str::<ContentFilter>(r#"{"a":{"$x":1}}"#).unwrap_err();
    assert!(error.to_string().starts_with("filter.a.$x: "), "{error}");
}

/// An object with one key. `json!` would copy the value, recursing.
fn keyed(key: &str, value: Value) -> Value {
    Value::Object([(key.to_owned(), value)].into_iter().collect())
}

/// `depth` objects and lists around a primitive.
fn nested(depth: usize) -> Value {
    (0..depth)
        .fold(json!(1), |inner, at| if at % 2 == 0 { keyed("a", inner) } else { Value::Array(vec![inner]) })
}

#[test]
fn depth_is_bounded() {
    let deepest = nested(MAX_DEPTH);
    assert!(filter(&deepest).matches_value(&deepest));
    assert!(refusal(&nested(MAX_DEPTH + 1)).contains("at most 32 levels"));
    // Operands count too, and an empty list is a level.
    assert!(refusal(&json!({"$eq": nested(MAX_DEPTH)})).contains("nested"));
    let empty = (0..MAX_DEPTH).fold(json!([]), |inner, _| Value::Array(vec![inner]));
    assert!(refusal(&empty).contains("nested"));
    let negations = (0..MAX_DEPTH).fold(json!(1), |inner, _| keyed("$not", inner));
    assert!(filter(&negations).matches_value(&json!(1)));
}

#[test]
fn a_filter_of_ten_thousand_levels_overflows_no_stack() {
    let deep = nested(10_000);
    assert!(refusal(&deep).contains("nested"));
    let negations = (0..10_000).fold(json!(1), |inner, _| keyed("$not", inner));
    assert!(refusal(&negations).contains("nested"));
    // Dropping them would recurse, which is not what is tested here.
    std::mem::forget((deep, negations));
    for text in [r#"{"$not":"#.repeat(10_000), "[".repeat(10_000)] {
        assert!(serde_json::from_str::<ContentFilter>(&text).is_err());
    }
}

#[test]
fn the_number_of_values_is_bounded() {
    // The object and the list around them are two more.
    let list = |values: usize| json!({"$in": vec![1; values - 2]});
    assert!(filter(&list(MAX_NODES)).matches_value(&json!(1)));
    assert!(refusal(&list(MAX_NODES + 1)).contains("at most 512"));
    let fields = |values: usize| -> Value { (1..values).map(|at| (at.to_string(), json!({}))).collect() };
    assert!(ContentFilter::parse(&fields(MAX_NODES)).is_ok());
    assert!(refusal(&fields(MAX_NODES + 1)).contains("at most 512"));
}

#[test]
fn the_length_is_bounded() {
    let of_length = |bytes: usize| json!({"a": "x".repeat(bytes - r#"{"a":""}"#.len())});
    assert!(ContentFilter::parse(&of_length(MAX_BYTES)).is_ok());
    assert!(refusal(&of_length(MAX_BYTES + 1)).contains("at most 16384 bytes"));
    // Escapes count as they are written.
    assert!(refusal(&json!("\u{1}".repeat(MAX_BYTES / 6 + 1))).contains("bytes"));
}

#[test]
fn a_deep_value_is_no_deeper_a_recursion() {
    let lists = |depth: usize| (0..depth).fold(json!({"a": 1}), |inner, _| Value::Array(vec![inner]));
    assert!(filter(&json!({"a": 1})).matches_value(&lists(126)));
    assert!(!filter(&json!({"a": 2})).matches_value(&lists(126)));
    let endless = lists(10_000);
    assert!(filter(&json!({"a": 1})).matches_value(&endless));
    assert!(!filter(&json!({"$eq": [[[{"a": 1}]]]})).matches_value(&endless));
    std::mem::forget(endless);
}

#[test]
fn work_is_bounded_by_nodes_times_size() {
    // A list of 250 filters against 250,000 elements, none of which matches the last filter: the worst that a filter
    // can make of a list. Anything quadratic in the value would not come to an end.
    let value: Value = (0..250_000).map(|at| json!(at % 7)).collect();
    let mut filters = vec![json!(0); 250];
    filters.push(json!("absent"));
    assert!(!filter(&Value::from(filters)).matches_value(&value));
    let nested = (0..MAX_DEPTH / 2).fold(json!("absent"), |inner, _| json!({"$or": [inner]}));
    assert!(!filter(&nested).matches_value(&value));
    let text = json!("a".repeat(1024 * 1024));
    let part = format!("{}b", "a".repeat(60));
    let parts: Vec<Value> = (0..100).map(|_| json!({"$in": part})).collect();
    assert!(!filter(&json!({"$or": parts})).matches_value(&text));
}

#[test]
fn fields_are_parsed_when_named_and_once() {
    let event = event(&json!({
        "request_id": "r", "model": "m", "metadata": {"a": 1}, "request": {"b": 2}, "response": [3]
    }));
    let view = EventView::new(&event);
    assert!(filter(&json!({"model": "m", "cost": {"$exist": false}})).matches(&view));
    assert_eq!(view.parsed().collect::<Vec<_>>(), ["model"]);
    assert!(filter(&json!({"request": {"b": 2}})).matches(&view));
    assert!(filter(&json!({"request": {"b": {"$gt": 1}}, "metadata": {"a": 1}})).matches(&view));
    assert_eq!(view.parsed().collect::<Vec<_>>(), ["model", "metadata", "request"]);
}

#[test]
fn what_would_take_too_much_memory_is_there_but_not_looked_into() {
    let numbers = vec![0; 200_000];
    let event = event(&json!({"request_id": "r", "metadata": {"a": 1}, "request": numbers, "response": 1}));
    let view = EventView::new(&event);
    for (json, matches) in [
        (json!({"request": {"$exist": true}}), true),
        (json!({"request": {"$exist": false}}), false),
        (json!({"request": 0}), false),
        (json!({"request": {"$not": 1}}), false),
        (json!({"request": {"$or": [{"$exist": true}, 1]}}), true),
        // In front of it, and behind it.
        (json!({"metadata": {"a": 1}}), true),
        (json!({"response": 1}), false),
    ] {
        assert_eq!(filter(&json).matches(&view), matches, "{json}");
    }
    let mismatch = filter(&json!({"request": 0})).explain(&view).unwrap();
    assert_eq!((mismatch.path.as_str(), mismatch.reason), ("filter.request", Reason::TooLarge));
    // A long text is no tree: commas in it do not count.
    let text = ",[{\"\\".repeat(1_000_000);
    let long = self::event(&json!({"request_id": "r", "request": text, "response": 1}));
    assert!(filter(&json!({"request": {"$in": "{"}, "response": 1})).matches(&EventView::new(&long)));
}

#[test]
fn the_first_condition_that_fails_is_named() {
    let event = event(&json!({
        "request_id": "r", "model": "gpt-4o", "status": 200, "usage": {"prompt_tokens": 5}, "tags": ["a"],
        "properties": {"a.b": "x"}
    }));
    let view = EventView::new(&event);
    for (json, path, reason) in [
        (json!({"model": "o1"}), "filter.model", Reason::WrongValue),
        (json!({"model": 1}), "filter.model", Reason::WrongType),
        (json!({"model": "gpt-4o", "cost": {"$gt": 1}}), "filter.cost.$gt", Reason::Absent),
        (json!({"cost": {}}), "filter.cost", Reason::Absent),
        (json!({"cost": {"$and": []}}), "filter.cost.$and", Reason::Absent),
        (json!({"data": {"a": 1}}), "filter.data", Reason::Absent),
        (
            json!({"usage": {"prompt_tokens": {"$gte": 1, "$lt": 5}}}),
            "filter.usage.prompt_tokens.$lt",
            Reason::WrongValue,
        ),
        (json!({"status": {"$startsWith": "2"}}), "filter.status.$startsWith", Reason::WrongType),
        (json!({"status": {"$in": [400, 500]}}), "filter.status.$in", Reason::WrongValue),
        (json!({"status": {"$nin": "x"}}), "filter.status.$nin", Reason::WrongType),
        (json!({"status": {"$exist": false}}), "filter.status.$exist", Reason::Present),
        (json!({"status": {"a": 1}}), "filter.status", Reason::WrongType),
        (json!({"usage": 1}), "filter.usage", Reason::WrongType),
        (json!({"tags": "b"}), "filter.tags", Reason::NoElement),
        (json!({"tags": ["a", "b"]}), "filter.tags[1]", Reason::NoElement),
        (json!({"tags": {"a": 1}}), "filter.tags", Reason::NoElement),
        (json!({"properties": {"a.b": "y"}}), "filter.properties[\"a.b\"]", Reason::WrongValue),
        (json!({"$or": [{"model": "x"}, {"status": 1}]}), "filter.$or", Reason::NoAlternative),
        (json!({"$and": [{}, {"model": "x"}]}), "filter.$and[1].model", Reason::WrongValue),
        (json!({"model": {"$not": {"$in": "gpt"}}}), "filter.model.$not", Reason::Negated),
        (json!("r"), "filter", Reason::WrongType),
    ] {
        let mismatch = filter(&json).explain(&view).unwrap();
        assert_eq!((mismatch.path.as_str(), mismatch.reason), (path, reason), "{json}");
    }
    let told = serde_json::to_value(filter(&json!({"tags": "b"})).explain(&view)).unwrap();
    assert_eq!(told, json!({"path": "filter.tags", "reason": "no_element"}));
}
