//! What intake makes of an event's cost.

use heliograph::core::{
    event::{Event, read_event, read_record, write_record},
    intake::complete,
    payload::{Place, Shape, render},
    pricing::{CostNote, Status, version},
};
use serde_json::{Value, json, value::RawValue};

use super::Vectors;
use crate::support::{now, subscription, vectors};

fn event(fields: &Value) -> Event {
    let mut event = json!({
        "request_id": "r-1",
        "created_at": "2026-11-21T09:00:00Z",
        "model": "gpt-4o",
        "provider": "OPENAI",
    });
    event.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let raw = RawValue::from_string(event.to_string()).unwrap();
    let mut event = read_event(&raw, now()).unwrap();
    complete(&mut event);
    event
}

fn cost(fields: &Value) -> (Option<f64>, Option<Status>) {
    let event = event(fields);
    (event.cost, event.priced.map(|note| note.status))
}

#[test]
fn usage_is_priced_wherever_it_stands() {
    for one in vectors::<Vectors>("prices.json").reported {
        let expected = (Some(one.cost.parse().unwrap()), Some(Status::Exact));
        let names = json!({"provider": one.provider, "model": one.model});
        let with = |more: Value| {
            let mut fields = names.clone();
            fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            cost(&fields)
        };
        let told = format!("{names} {}", one.usage);
        assert_eq!(with(json!({"usage": one.usage})), expected, "in the event: {told}");
        for name in ["usage", "usageMetadata", "usage_info"] {
            assert_eq!(with(json!({"response": {name: one.usage}})), expected, "in the response: {told}");
        }
        let text = json!({"choices": [], "usage": one.usage}).to_string();
        assert_eq!(with(json!({"response": text})), expected, "in a response as text: {told}");
    }
}

#[test]
fn details_come_from_the_response_where_the_totals_agree() {
    let cached = json!({"prompt_tokens": 3000, "completion_tokens": 10, "prompt_tokens_details": {"cached_tokens": 2000}});
    let usage = json!({"prompt_tokens": 3000, "completion_tokens": 10});
    let both = cost(&json!({"usage": usage, "response": {"usage": cached}}));
    assert_eq!(both, (Some(0.0051), Some(Status::Exact)));
    // What a gateway says stands where a response says something else.
    let other = json!({"prompt_tokens": 1000, "completion_tokens": 10});
    let differing = cost(&json!({"usage": other, "response": {"usage": cached}}));
    assert_eq!(differing, (Some(0.0026), Some(Status::Exact)));
    // Anthropic's prompt is what was not cached, and gateways pass it on as such.
    let sonnet = json!({
        "provider": "ANTHROPIC", "model": "claude-sonnet-4-5",
        "usage": {"prompt_tokens": 10, "completion_tokens": 20},
        "response": {"usage": {"input_tokens": 10, "cache_read_input_tokens": 100_000, "output_tokens": 20}},
    });
    assert_eq!(cost(&sonnet), (Some(0.03033), Some(Status::Exact)));
}

#[test]
fn the_tier_that_served_it_decides() {
    let usage = json!({"prompt_tokens": 1000, "completion_tokens": 100});
    let at = |fields: Value| {
        let mut all = json!({"model": "gpt-5.4", "created_at": "2026-11-01T00:00:00Z", "usage": usage});
        all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        cost(&all).0.unwrap()
    };
    let plain = at(json!({}));
    assert_eq!(at(json!({"response": {"service_tier": "flex"}})), plain / 2.0);
    assert_eq!(at(json!({"response": {"service_tier": "default"}})), plain);
    assert!(at(json!({"response": {"service_tier": "priority"}})) > plain);
    assert_eq!(at(json!({"response": {"service_tier": "batch"}})), plain / 2.0);
}

#[test]
fn a_cost_that_was_given_stands() {
    let usage = json!({"prompt_tokens": 1000, "completion_tokens": 100});
    for given in [0.0, 12.5] {
        assert_eq!(cost(&json!({"cost": given, "usage": usage})), (Some(given), None));
        assert_eq!(cost(&json!({"cost_usd": given, "cached": true})), (Some(given), None));
    }
}

#[test]
fn a_cached_answer_costs_nothing() {
    for hit in [
        json!({"cached": true}),
        json!({"cache_hit": true}),
        json!({"properties": {"Helicone-Cache": "HIT"}}),
        json!({"properties": {"cf-aig-cache-status": "hit"}}),
    ] {
        assert_eq!(cost(&hit), (Some(0.0), Some(Status::CacheHit)), "{hit}");
    }
    for miss in [
        json!({"cached": false}),
        json!({"cached": "true"}),
        json!({"properties": {"Helicone-Cache": "MISS"}}),
    ] {
        assert_eq!(cost(&miss), (None, Some(Status::NoUsage)), "{miss}");
    }
}

#[test]
fn what_is_no_request_is_not_priced() {
    let usage = json!({"prompt_tokens": 1000, "completion_tokens": 100});
    assert_eq!(cost(&json!({"type": "eval.completed", "usage": usage})), (None, None));
    assert_eq!(cost(&json!({"type": "request.failed"})), (None, Some(Status::NoUsage)));
}

#[test]
fn how_it_was_priced_survives_the_archive_and_is_delivered() {
    let usage = json!({"prompt_tokens": 1000, "completion_tokens": 100});
    let priced = event(&json!({"usage": usage}));
    let note = CostNote { status: Status::Exact, version: Some(version().to_owned()) };
    assert_eq!(priced.priced, Some(note));
    let unknown = event(&json!({"usage": usage, "model": "my-own-model"}));
    let given = event(&json!({"usage": usage, "cost": 1}));
    let standard = subscription("sub", json!({"format": "standard"}));
    for (event, status) in [(priced, Some("exact")), (unknown, Some("unknown_model")), (given, None)] {
        let mut segment = Vec::new();
        write_record(&event, &mut segment);
        assert_eq!(read_record(std::str::from_utf8(&segment).unwrap().trim_end()).unwrap(), event);
        let place = Place { org: "default", base_url: "https://x.example" };
        let body = render(&event, Shape::of(&standard, &event.event_type), place).body;
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["data"].get("cost_status").and_then(Value::as_str), status);
    }
}

/// What stands beside the prompt keeps the name that says so, or it would be read as within it the next time.
#[test]
fn anthropics_prompt_keeps_its_name() {
    let usage = json!({"input_tokens": 10, "output_tokens": 5, "cache_read_input_tokens": 7});
    let event = event(&json!({"usage": usage}));
    let expected = r#"{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"input_tokens":10,"cache_read_input_tokens":7}"#;
    assert_eq!(event.usage.json.as_ref().map(|json| json.as_str()), Some(expected));
    let plain = self::event(&json!({"usage": {"input_tokens": 10, "output_tokens": 5}}));
    let expected = r#"{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}"#;
    assert_eq!(plain.usage.json.as_ref().map(|json| json.as_str()), Some(expected));
}
