//! What matching costs without a Worker around it: `cargo bench --bench matching`. Prints one line of JSON a number of
//! subscriptions: microseconds per event for the whole plan of a batch, and for matching alone.

// Not part of the Worker: what goes wrong here may stop it.
#![allow(clippy::arithmetic_side_effects, clippy::print_stdout, clippy::unwrap_used)]

use std::{hint::black_box, time::Instant};

use heliograph::core::{
    destination::Policy,
    event::{Batch, BodyFormat, Event, read_event},
    filter::EventView,
    intake::{Intake, Source},
    shaping::UserIdKey,
    subscription::{Settings, Snapshot, Subscription},
    time::Timestamp,
};
use serde_json::{Map, Value, json, value::RawValue};

const EVENTS: usize = 100;
const ROUNDS: usize = 30;
fn now() -> Timestamp {
    Timestamp::from_millis(1_795_251_600_000)
}

fn main() {
    let kinds: Vec<Map<String, Value>> = serde_json::from_str(include_str!("kinds.json")).unwrap();
    let texts: Vec<String> = (0..EVENTS).map(event).collect();
    let body = format!("[{}]", texts.join(","));
    let events: Vec<Event> = texts
        .iter()
        .map(|text| read_event(&RawValue::from_string(text.clone()).unwrap(), now()).unwrap())
        .collect();
    for subscriptions in [0, 10, 100, 1000] {
        let snapshot = Snapshot {
            revision: 1,
            subscriptions: (0..subscriptions).map(|i| one(i, &kinds)).collect(),
            ..Snapshot::default()
        };
        let intake = Intake {
            org: "default",
            now: now(),
            base_url: "https://x.example",
            segment_key: "s",
            snapshot: &snapshot,
            source: Source::Gateway,
            user_ids: &UserIdKey::derive(b"a key"),
        };
        let plan = per_event(|| {
            let batch = Batch::split(body.as_bytes(), BodyFormat::Json).unwrap();
            let plan = intake.plan(batch.read(now()), body.len());
            assert_eq!((plan.accepted, plan.deliveries()), (EVENTS, 0), "no kind may match");
            black_box(plan);
        });
        let matching = per_event(|| {
            for event in &events {
                let view = EventView::new(black_box(event));
                let found = snapshot.subscriptions.iter().filter(|one| one.matches(event, &view)).count();
                assert_eq!(black_box(found), 0);
            }
        });
        println!("{}", json!({"subscriptions": subscriptions, "plan": plan, "matching": matching}));
    }
}

/// Microseconds per event: the quickest of the rounds, which is the one that others disturbed least.
fn per_event(mut work: impl FnMut()) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..ROUNDS {
        let began = Instant::now();
        work();
        best = best.min(began.elapsed().as_secs_f64());
    }
    best * 1e6 / EVENTS as f64
}

fn one(index: usize, kinds: &[Map<String, Value>]) -> Subscription {
    let mut fields = kinds.iter().cycle().nth(index % kinds.len()).unwrap().clone();
    fields.insert("destination".to_owned(), "https://receiver.example.com/in".into());
    Subscription {
        id: format!("sub_{index:032x}"),
        revision: 1,
        created_at: now().millis(),
        updated_at: now().millis(),
        settings: Settings::read(&fields, &[], &Policy::default()).unwrap(),
        keys: vec![],
        headers: None,
        disabled: None,
        permission: None,
    }
}

/// About 1 KB, of the same form as those of bench/lib/events.mjs.
fn event(index: usize) -> String {
    let words = "the quick answer to that question depends on how often the cache is read ".repeat(3);
    json!({
        "request_id": format!("0f4d7f3e-6d0c-4c53-9a53-{index:012x}"),
        "type": "request.completed",
        "created_at": "2026-11-21T09:00:00Z",
        "user_id": format!("u-{}", index % 50),
        "properties": {"environment": "production"},
        "model": "gpt-4o",
        "provider": "OPENAI",
        "status": 200,
        "request": {"model": "gpt-4o", "messages": [{"role": "user", "content": words}], "temperature": 0.2},
        "response": {
            "id": format!("chatcmpl-{index}"),
            "choices": [{"index": 0, "message": {"role": "assistant", "content": words}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 120, "completion_tokens": 80, "total_tokens": 200},
        },
        "usage": {"prompt_tokens": 120, "completion_tokens": 80},
        "cost": 0.0015,
        "latency_ms": 930,
    })
    .to_string()
}
