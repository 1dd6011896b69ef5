//! Filters and values drawn at random from a small alphabet, so that they often have to do with each other.

use std::cell::Cell;

use super::naive;
use heliograph::core::filter::ContentFilter;
use proptest::{
    collection::vec,
    prelude::*,
    sample::select,
    test_runner::{Config, TestRunner},
};
use serde_json::{Map, Value, json};

const CASES: u32 = 600;
const FILTERS: usize = 8;
const VALUES: usize = 8;

fn key() -> impl Strategy<Value = String> {
    select(vec!["a", "a", "b", "b", "a.b"]).prop_map(str::to_owned)
}

fn text() -> impl Strategy<Value = Value> {
    select(vec!["", "a", "b", "ab", "ba"]).prop_map(Value::from)
}

fn primitive() -> impl Strategy<Value = Value> {
    let other =
        vec![json!(null), json!(true), json!(false), json!(0), json!(1), json!(1.0), json!(2), json!(1.5)];
    prop_oneof![2 => select(other), 1 => text()]
}

fn object(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    vec((key(), value), 0..3).prop_map(|members| members.into_iter().collect())
}

fn value() -> impl Strategy<Value = Value> {
    primitive().prop_recursive(4, 12, 3, |inner| {
        prop_oneof![vec(inner.clone(), 0..4).prop_map(Value::from), object(inner)]
    })
}

fn texts() -> impl Strategy<Value = Value> {
    prop_oneof![text(), vec(text(), 0..3).prop_map(Value::from)]
}

fn operator() -> impl Strategy<Value = (String, Value)> {
    let named = |names: &'static [&'static str]| select(names).prop_map(str::to_owned);
    let bound = prop_oneof![text(), select(vec![json!(0), json!(1), json!(1.5)])];
    let members = prop_oneof![primitive(), vec(primitive(), 0..4).prop_map(Value::from)];
    prop_oneof![
        (named(&["$eq", "$neq"]), value()),
        (named(&["$gt", "$gte", "$lt", "$lte"]), bound),
        (named(&["$in", "$nin"]), members),
        (named(&["$startsWith", "$endsWith"]), texts()),
        (named(&["$exist"]), any::<bool>().prop_map(Value::from)),
    ]
}

fn logical(filter: impl Strategy<Value = Value> + Clone) -> impl Strategy<Value = (String, Value)> {
    let named = |names: &'static [&'static str]| select(names).prop_map(str::to_owned);
    prop_oneof![
        (named(&["$and", "$or"]), vec(filter.clone(), 0..3).prop_map(Value::from)),
        (named(&["$not"]), filter),
    ]
}

fn filter() -> impl Strategy<Value = Value> {
    let to_object =
        |members: Vec<(String, Value)>| Value::Object(members.into_iter().collect::<Map<String, Value>>());
    let leaf = prop_oneof![primitive(), vec(operator(), 1..3).prop_map(to_object)];
    leaf.prop_recursive(4, 16, 3, move |inner| {
        let fields = vec((key(), inner.clone()), 0..3);
        let operators = vec(operator(), 0..2);
        let beside = |first: Vec<(String, Value)>, second: Vec<(String, Value)>| {
            Value::Object(first.into_iter().chain(second).collect())
        };
        prop_oneof![
            3 => object(inner.clone()),
            1 => vec(inner.clone(), 0..3).prop_map(Value::from),
            2 => (fields, vec(logical(inner.clone()), 1..3)).prop_map(move |(a, b)| beside(a, b)),
            2 => (operators, vec(logical(inner), 1..3)).prop_map(move |(a, b)| beside(a, b)),
        ]
    })
}

#[test]
fn two_implementations_agree() {
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let (compared, matched) = (Cell::new(0_u32), Cell::new(0_u32));
    let drawn = (vec(filter(), FILTERS), vec(value(), VALUES));
    let outcome = TestRunner::new(config).run(&drawn, |(filters, values)| {
        for json in &filters {
            let filter = ContentFilter::parse(json)
                .map_err(|error| TestCaseError::fail(format!("{json}: {error}")))?;
            for value in &values {
                let matches = filter.matches_value(value);
                prop_assert_eq!(matches, naive::matches(json, value), "{} against {}", json, value);
                prop_assert_eq!(matches, filter.explain_value(value).is_none(), "{} against {}", json, value);
                compared.set(compared.get() + 1);
                matched.set(matched.get() + u32::from(matches));
            }
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    assert!(compared.get() >= 20_000, "{} compared", compared.get());
    // Agreement on what never matches would say little.
    let share = f64::from(matched.get()) / f64::from(compared.get());
    assert!((0.1..0.9).contains(&share), "{share} matched");
}

/// JSON that may or may not be a filter: anything, with names of operators among the keys.
fn anything() -> impl Strategy<Value = Value> {
    let names = vec![
        "$eq",
        "$gt",
        "$in",
        "$nin",
        "$startsWith",
        "$exist",
        "$and",
        "$or",
        "$not",
        "$x",
        "a",
        "b",
        "é\".",
    ];
    let leaf = prop_oneof![primitive(), ".{0,3}".prop_map(Value::from), any::<f64>().prop_map(Value::from)];
    leaf.prop_recursive(6, 32, 4, move |inner| {
        let name = select(names.clone()).prop_map(str::to_owned);
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((name, inner), 0..3).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn no_filter_and_no_value_makes_it_panic(filter in anything(), value in anything()) {
        match ContentFilter::parse(&filter) {
            Ok(filter) => {
                prop_assert_eq!(filter.matches_value(&value), filter.explain_value(&value).is_none());
                let stored = serde_json::to_string(&filter).unwrap();
                prop_assert_eq!(serde_json::from_str::<ContentFilter>(&stored).unwrap(), filter);
            }
            Err(error) => prop_assert!(error.path.starts_with("filter"), "{}", error),
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in r#"[\[\]{}",:0-2\\ $andoreqit]{0,48}"#) {
        let _ = serde_json::from_str::<ContentFilter>(&text);
    }
}
