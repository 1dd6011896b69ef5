//! Rules: what they say, what they see, and what they raise.

use heliograph::core::{
    api_version::ApiVersion,
    event::{Event, catalogue, read_event},
    json_schema,
    rules::{Crossing, Observer, Per, Rule, Share, crossings, failed},
    window::{Window, hour_of},
};
use serde_json::{Value, json, value::RawValue};

use crate::support::now;

fn read(fields: Value) -> Result<Rule, String> {
    Rule::read("rule_1".to_owned(), fields.as_object().unwrap()).map_err(|error| error.to_string())
}

fn rule(fields: Value) -> Rule {
    read(fields).unwrap()
}

fn event(fields: Value) -> Event {
    let text = RawValue::from_string(fields.to_string()).unwrap();
    read_event(&text, now()).unwrap()
}

fn shares(rules: &[Rule], events: &[Value]) -> Vec<Share> {
    let mut observer = Observer::new(rules, now());
    for fields in events {
        observer.add(&event(fields.clone()));
    }
    observer.finish().0
}

#[test]
fn what_is_not_said_has_a_default() {
    let rule = rule(json!({"name": "n", "metric": "cost", "threshold": 5}));
    assert_eq!((rule.per, rule.window, rule.min_requests, rule.budget), (Per::Org, Window::Day, 20, false));
    assert_eq!(rule.event_type(), "cost.threshold_crossed");
}

#[test]
fn what_is_wrong_is_named() {
    for (fields, error) in [
        (json!({}), "metric: is required: one of cost, error_rate, latency_p95, guardrail_count, score"),
        (
            json!({"metric": "costs"}),
            "metric: must be one of: cost, error_rate, latency_p95, guardrail_count, score",
        ),
        (json!({"metric": "cost"}), "name: must be a string of 1 to 100 characters"),
        (
            json!({"metric": "cost", "name": "n"}),
            "threshold: is required: a number in US dollars, more than 0",
        ),
        (
            json!({"metric": "cost", "name": "n", "threshold": 0}),
            "threshold: is required: a number in US dollars, more than 0",
        ),
        (
            json!({"metric": "error_rate", "name": "n", "threshold": 101}),
            "threshold: is required: a number in percent, more than 0 and at most 100",
        ),
        (
            json!({"metric": "cost", "name": "n", "threshold": 1, "per": "team"}),
            "per: must be one of: org, user, model",
        ),
        (
            json!({"metric": "cost", "name": "n", "threshold": 1, "window": "week"}),
            "window: must be one of: hour, day, month",
        ),
        (
            json!({"metric": "error_rate", "name": "n", "threshold": 1, "budget": true}),
            "budget: must be false: only a rule on cost is a budget",
        ),
        (
            json!({"metric": "cost", "name": "n", "threshold": 1, "minRequests": 0}),
            "minRequests: must be a whole number of requests from 1 to 1000000",
        ),
        (
            json!({"metric": "cost", "name": "n", "threshold": 1, "score": "s"}),
            "score: must be absent: the rule is not on a score",
        ),
        (json!({"metric": "score", "name": "n", "threshold": 1}), "score: is required: the name of a score"),
        (
            json!({"metric": "score", "name": "n", "threshold": 1, "score": "s", "per": "org"}),
            "per: must be absent: a score is of one request",
        ),
        (
            json!({"metric": "cost", "nam": "n"}),
            "nam: is not a field; allowed: name, metric, per, window, threshold, minRequests, budget, score, direction",
        ),
    ] {
        assert_eq!(read(fields).unwrap_err(), error);
    }
}

#[test]
fn a_change_merges_and_is_judged_as_a_whole() {
    let rule = rule(json!({"name": "n", "metric": "cost", "threshold": 5, "budget": true, "minRequests": 3}));
    let patched = |patch: Value| rule.patched(patch.as_object().unwrap()).map_err(|error| error.to_string());
    let changed = patched(json!({"threshold": 7, "minRequests": null})).unwrap();
    assert_eq!((changed.threshold, changed.min_requests, changed.budget), (7.0, 20, true));
    assert_eq!(changed.id, "rule_1");
    assert!(patched(json!({"metric": "error_rate"})).unwrap_err().starts_with("budget: must be false"));
    assert!(patched(json!({"id": "rule_2"})).unwrap_err().starts_with("id: is not a field"));
    let score = self::rule(json!({"name": "n", "metric": "score", "score": "s", "threshold": 1}));
    assert!(score.patched(json!({"threshold": 2}).as_object().unwrap()).is_ok());
}

#[test]
fn requests_are_summed_by_window_and_key() {
    let rules = [
        rule(json!({"name": "a", "metric": "cost", "threshold": 1})),
        rule(json!({"name": "b", "metric": "error_rate", "per": "model", "window": "hour", "threshold": 1})),
        rule(json!({"name": "c", "metric": "cost", "per": "user", "threshold": 1})),
        rule(json!({"name": "d", "metric": "latency_p95", "threshold": 1})),
    ];
    let hour = hour_of(now().millis());
    let found = shares(
        &rules,
        &[
            json!({"request_id": "1", "model": "m", "user_id": "u", "cost": 0.25, "status": 200, "latency_ms": 100}),
            json!({"request_id": "2", "model": "m", "cost": 0.5, "status": 500}),
            json!({"request_id": "3", "type": "request.failed", "model": "n", "user_id": "u"}),
            json!({"request_id": "4", "type": "guardrail.blocked", "user_id": "u"}),
            json!({"request_id": "5", "type": "eval.failed", "user_id": "u", "cost": 9}),
        ],
    );
    let told: Vec<_> = found
        .iter()
        .map(|Share { window, begin, per, key, sum }| {
            let counts = [sum.requests, sum.errors, sum.unknown_cost, sum.guardrails];
            (*window, *begin, *per, key.as_str(), sum.cost.dollars(), counts)
        })
        .collect();
    let day = Window::Day.of(hour);
    assert_eq!(
        told,
        [
            (Window::Hour, hour, Per::Model, "m", 0.75, [2, 1, 0, 0]),
            (Window::Hour, hour, Per::Model, "n", 0.0, [1, 1, 1, 0]),
            (Window::Day, day, Per::Org, "", 0.75, [3, 2, 1, 1]),
            (Window::Day, day, Per::User, "u", 0.25, [2, 1, 1, 1]),
        ]
    );
}

#[test]
fn what_is_long_past_or_to_come_is_not_counted() {
    let rules = [rule(json!({"name": "a", "metric": "cost", "threshold": 1}))];
    let at = |seconds: i64| {
        let at = now().plus_seconds(seconds).to_string();
        shares(&rules, &[json!({"request_id": "1", "cost": 1, "created_at": at})]).len()
    };
    assert_eq!([at(-86_401), at(-86_400), at(0), at(300), at(301)], [0, 1, 1, 1, 0]);
}

#[test]
fn the_same_events_give_the_same_mark() {
    let rules = [rule(json!({"name": "a", "metric": "cost", "threshold": 1}))];
    let mark = |ids: &[&str]| {
        let mut observer = Observer::new(&rules, now());
        ids.iter().for_each(|id| observer.add(&event(json!({"request_id": id, "cost": 1}))));
        observer.finish().1
    };
    assert_eq!(mark(&["1", "2"]), mark(&["1", "2"]));
    assert_ne!(mark(&["1", "2"]), mark(&["1", "3"]));
    assert_ne!(mark(&["1", "2"]), mark(&["12"]));
}

fn crossed(rule: &Rule, events: &[Value]) -> Vec<(String, f64)> {
    let rules = std::slice::from_ref(rule);
    let found = shares(rules, events);
    found
        .iter()
        .flat_map(|share| {
            crossings(rules, share).map(|crossing| (share.key.clone(), crossing.value)).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn each_metric_is_crossed_at_its_threshold() {
    let cost = rule(json!({"name": "a", "metric": "cost", "per": "user", "threshold": 1}));
    let spend = |user: &str, dollars: f64| json!({"request_id": user, "user_id": user, "cost": dollars});
    assert_eq!(
        crossed(&cost, &[spend("a", 0.99), spend("b", 0.5), spend("b", 0.5)]),
        [("b".to_owned(), 1.0)]
    );

    let rate = rule(json!({"name": "a", "metric": "error_rate", "threshold": 25, "minRequests": 4}));
    let request = |id: u32, status: u16| json!({"request_id": id.to_string(), "status": status});
    assert_eq!(crossed(&rate, &[request(1, 500), request(2, 200), request(3, 200)]), []);
    let four = [request(1, 500), request(2, 200), request(3, 200), request(4, 200)];
    assert_eq!(crossed(&rate, &four), [(String::new(), 25.0)]);

    let latency = rule(json!({"name": "a", "metric": "latency_p95", "threshold": 1000, "minRequests": 20}));
    let took = |slow: usize| -> Vec<Value> {
        (0..20)
            .map(|at| json!({"request_id": at.to_string(), "latency_ms": if at < slow { 2048 } else { 100 }}))
            .collect()
    };
    assert_eq!(crossed(&latency, &took(1)), []);
    let [(_, value)] = crossed(&latency, &took(2)).try_into().unwrap();
    assert!((1800.0..=2048.0).contains(&value), "{value}");

    let blocked = rule(json!({"name": "a", "metric": "guardrail_count", "per": "model", "threshold": 2}));
    let block = |id: &str| json!({"request_id": id, "type": "guardrail.blocked", "model": "m"});
    assert_eq!(crossed(&blocked, &[block("1")]), []);
    assert_eq!(crossed(&blocked, &[block("1"), block("2")]), [("m".to_owned(), 2.0)]);
}

#[test]
fn a_crossing_is_one_event_that_follows_the_catalogues_schema() {
    for (fields, per) in [
        (json!({"name": "a", "metric": "cost", "threshold": 1}), "org"),
        (json!({"name": "a", "metric": "cost", "budget": true, "window": "month", "threshold": 1}), "org"),
        (json!({"name": "a", "metric": "cost", "per": "user", "threshold": 1}), "user"),
        (
            json!({"name": "a", "metric": "error_rate", "per": "model", "threshold": 1, "minRequests": 1}),
            "model",
        ),
        (json!({"name": "a", "metric": "latency_p95", "threshold": 1, "minRequests": 1}), "org"),
    ] {
        let rules = [rule(fields)];
        let one = json!({"request_id": "1", "type": "request.failed", "user_id": "ü", "model": "m", "cost": 2, "latency_ms": 9});
        let found = shares(&rules, &[one]);
        let [crossing]: [Crossing<'_>; 1] =
            crossings(&rules, &found[0]).collect::<Vec<_>>().try_into().unwrap();
        let raised = crossing.event();
        assert_eq!(raised["data"]["per"], per);
        let spec = catalogue::find(raised["type"].as_str().unwrap()).unwrap();
        let schema = catalogue::data_schema(Some(spec), None, ApiVersion::NEWEST);
        let mut data = raised["data"].clone();
        data["request_id"] = raised["request_id"].clone();
        assert_eq!(json_schema::errors(&schema, &data), Some(0), "{raised}");
        assert!(!raised["request_id"].as_str().unwrap().contains('ü'));
        assert_eq!(event(raised.clone()), event(crossing.event()));
        assert_eq!(raised["user_id"], if per == "user" { json!("ü") } else { Value::Null });
    }
}

#[test]
fn a_score_fails_a_rule_on_its_own_side() {
    let rules = [
        rule(json!({"name": "a", "metric": "score", "score": "faithful", "threshold": 70})),
        rule(json!({"name": "b", "metric": "score", "score": "toxic", "threshold": 3, "direction": "above"})),
        rule(json!({"name": "c", "metric": "cost", "threshold": 1})),
    ];
    let raised = |name: &str, score: f64| {
        failed(&rules, "r-1", &[(name.to_owned(), score)], Some("u"), None)
            .into_iter()
            .map(|event| event["data"]["rule"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(raised("faithful", 69.0), ["a"]);
    assert_eq!(raised("faithful", 70.0), [""; 0]);
    assert_eq!(raised("toxic", 3.0), [""; 0]);
    assert_eq!(raised("toxic", 4.0), ["b"]);
    assert_eq!(raised("other", -9.0), [""; 0]);
    let [one]: [Value; 1] =
        failed(&rules, "r-1", &[("toxic".to_owned(), 4.0)], Some("u"), Some("m")).try_into().unwrap();
    let read = event(one);
    assert_eq!((read.id.as_str(), read.event_type.as_str()), ("eval.failed:r-1:rule_1", "eval.failed"));
    assert_eq!((read.user_id.as_deref(), read.model.as_deref()), (Some("u"), Some("m")));
}
