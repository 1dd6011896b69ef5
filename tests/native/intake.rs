//! From a body of events to a plan: what is taken, what is stored, and for whom; what is queued of it in a file of its own.

mod queued;

use std::collections::HashSet;

use heliograph::core::{
    delivery::{Message, unbundle},
    event::{Batch, BodyFormat, Event, read_record},
    history::IndexedEvent,
    intake::{Intake, Plan, Source},
    org::Retain,
    payload::{Place, Shape, render},
    subscription::{Snapshot, Subscription},
};
use serde_json::{Value, json};

use crate::support::{now, subscription, user_ids};

const SEGMENT: &str = "archive/default/2026-11-21/09/1795251600000-0000000000000000";
const BASE: &str = "https://hooks.example.com";

fn snapshot(subscriptions: Vec<Subscription>) -> Snapshot {
    Snapshot { revision: 1, subscriptions, ..Snapshot::default() }
}

fn with_plan<T>(body: &str, snapshot: &Snapshot, check: impl FnOnce(&Intake<'_>, &Plan<'_>) -> T) -> T {
    with_plan_of(Source::Gateway, body, snapshot, check)
}

fn with_plan_of<T>(
    source: Source,
    body: &str,
    snapshot: &Snapshot,
    check: impl FnOnce(&Intake<'_>, &Plan<'_>) -> T,
) -> T {
    let user_ids = user_ids();
    let intake = Intake {
        org: "default",
        now: now(),
        base_url: BASE,
        segment_key: SEGMENT,
        snapshot,
        source,
        user_ids: &user_ids,
    };
    let format = if body.starts_with(['[', '{']) && !body.contains('\n') {
        BodyFormat::Json
    } else {
        BodyFormat::Ndjson
    };
    let batch = Batch::split(body.as_bytes(), format).unwrap();
    let plan = intake.plan(batch.read(now()), body.len());
    check(&intake, &plan)
}

fn messages(intake: &Intake<'_>, plan: &Plan<'_>) -> Vec<String> {
    let texts: Vec<String> = intake.chunks(plan).flatten().collect();
    texts.iter().flat_map(|text| unbundle(text).unwrap()).map(str::to_owned).collect()
}

#[test]
fn an_org_says_what_its_history_keeps() {
    let body = r#"[{"request_id":"a","cost":2},{"request_id":"b","cost":0.5},{"request_id":"c","type":"eval.failed"}]"#;
    let kept = |retain: Retain, source: Source| {
        let only_a = subscription("sub_1", json!({"filter": {"cost": {"$gt": 1}}}));
        let mut snapshot = snapshot(vec![only_a]);
        snapshot.org.retain = retain;
        with_plan_of(source, body, &snapshot, |_, plan| {
            assert_eq!((plan.accepted, plan.deliveries()), (3, 1), "what is delivered is the same");
            let events = &plan.index.events;
            let lines = plan.segment.iter().filter(|byte| **byte == b'\n').count();
            assert_eq!(lines, events.len(), "what is noted is archived");
            let of =
                |event: &IndexedEvent| (event.request_id.clone(), event.queued.len(), event.facts.is_some());
            events.iter().map(of).collect::<Vec<_>>()
        })
    };
    let a = |has_facts| ("a".to_owned(), 1, has_facts);
    assert_eq!(kept(Retain::None, Source::Gateway), [a(false)]);
    assert_eq!(kept(Retain::Matched, Source::Gateway), [a(true)]);
    let unmatched = [("b".to_owned(), 0, true), ("c".to_owned(), 0, false)];
    let all: Vec<_> = [a(true)].into_iter().chain(unmatched).collect();
    assert_eq!(kept(Retain::All, Source::Gateway), all);
    assert_eq!(kept(Retain::All, Source::Own), [a(true)], "events of our own tell of deliveries");
}

#[test]
fn what_matches_nothing_is_accepted_and_leaves_nothing() {
    let production =
        subscription("sub_1", json!({"propertyFilters": [{"key": "environment", "value": "production"}]}));
    let none = subscription("sub_2", json!({"sampleRate": 0}));
    let snapshot = snapshot(vec![production, none]);
    with_plan(
        r#"[{"request_id":"a"},{"request_id":"b","type":"eval.failed"}]"#,
        &snapshot,
        |intake, plan| {
            assert_eq!((plan.accepted, plan.rejected.len(), plan.deliveries()), (2, 0, 0));
            assert!(plan.segment.is_empty());
            assert_eq!(intake.chunks(plan).count(), 0);
        },
    );
}

#[test]
fn what_is_not_sent_is_counted_by_subscription_type_provider_and_model() {
    let production = json!([{"key": "environment", "value": "production"}]);
    let snapshot = snapshot(vec![
        subscription("sub_all", json!({})),
        subscription("sub_filter", json!({"propertyFilters": production, "sampleRate": 0})),
        subscription("sub_content", json!({"filter": {"cost": {"$gt": 1}}})),
        subscription("sub_paused", json!({"status": "paused"})),
        subscription("sub_other", json!({"eventTypes": ["eval.failed"], "filter": {"cost": {"$gt": 1}}})),
    ]);
    let body = json!([
        {"request_id": "a", "model": "gpt-4o", "provider": "OPENAI", "cost": 0.5, "properties": {"environment": "production"}},
        {"request_id": "b", "model": "gpt-4o", "provider": "OPENAI", "cost": 2},
        {"request_id": "c", "cost": 2},
    ]);
    with_plan(&body.to_string(), &snapshot, |_, plan| {
        let counted: Vec<_> = plan
            .unsent
            .by_subscription(&snapshot)
            .into_iter()
            .flat_map(|(id, hours)| {
                hours.into_iter().map(move |(key, hour)| {
                    assert_eq!((hour.attempts, hour.delivered), (0, 0));
                    (id, key.0, [hour.held, hour.sampled_out, hour.filtered_out])
                })
            })
            .collect();
        let (gpt, none) = ("498681|request.completed|OPENAI|gpt-4o", "498681|request.completed||");
        let expected = [
            ("sub_filter", gpt, [0, 1, 1]),
            ("sub_filter", none, [0, 0, 1]),
            ("sub_content", gpt, [0, 0, 1]),
            ("sub_paused", gpt, [2, 0, 0]),
            ("sub_paused", none, [1, 0, 0]),
        ];
        assert_eq!(counted, expected.map(|(id, key, counts)| (id, key.to_owned(), counts)));
    });
    with_plan(r#"{"request_id":"a","type":"eval.passed"}"#, &snapshot, |_, plan| {
        assert!(plan.unsent.by_subscription(&snapshot).is_empty(), "another type is nobody's loss");
    });
}

#[test]
fn a_content_filter_decides_beside_the_other_conditions() {
    let costly = subscription(
        "sub_1",
        json!({"filter": {"cost": {"$gte": 0.5}, "request": {"model": {"$startsWith": "gpt-"}}}}),
    );
    let others =
        subscription("sub_2", json!({"filter": {"$not": {"properties": {"environment": "production"}}}}));
    let snapshot = snapshot(vec![costly, others]);
    for (event, deliveries) in [
        (
            json!({"request_id": "a", "cost": 0.5, "request": {"model": "gpt-4o"}, "properties": {"environment": "production"}}),
            1,
        ),
        (
            json!({"request_id": "a", "cost": 0.4, "request": {"model": "gpt-4o"}, "properties": {"environment": "production"}}),
            0,
        ),
        (json!({"request_id": "a", "cost": 0.5, "request": {"model": "claude"}}), 1),
        (json!({"request_id": "a", "cost": 1, "request": {"model": "gpt-4o"}}), 2),
        (json!({"request_id": "a", "cost": 1, "request": {"model": "gpt-4o"}, "type": "eval.failed"}), 0),
    ] {
        with_plan(&event.to_string(), &snapshot, |_, plan| {
            assert_eq!(plan.deliveries(), deliveries, "{event}")
        });
    }
}

#[test]
fn one_bad_event_is_named_and_the_others_go_on() {
    let snapshot = snapshot(vec![subscription("sub_1", json!({}))]);
    for body in [
        r#"[{"request_id":"a"},{"request_id":7},{"request_id":"c"}]"#,
        "{\"request_id\":\"a\"}\n{\"request_id\":7}\n{\"request_id\":\"c\"}\n",
    ] {
        with_plan(body, &snapshot, |_, plan| {
            assert_eq!((plan.accepted, plan.deliveries()), (2, 2));
            assert_eq!(plan.rejected.len(), 1);
            assert_eq!(plan.rejected[0].index, 1);
            assert!(plan.rejected[0].error.starts_with("request_id: "));
        });
    }
    with_plan("{\"request_id\":\"a\"}\n{\"request_id\":\n", &snapshot, |_, plan| {
        assert_eq!(plan.rejected[0].index, 1);
        assert!(plan.rejected[0].error.contains("not valid JSON"));
    });
}

#[test]
fn nobody_but_heliograph_raises_its_own_types() {
    let all = ["request.*", "endpoint.*", "delivery.*"];
    let snapshot = snapshot(vec![subscription("sub_1", json!({"eventTypes": all}))]);
    let own = [
        "endpoint.failing",
        "endpoint.recovered",
        "endpoint.disabled",
        "endpoint.success_rate_low",
        "delivery.exhausted",
        "delivery.alert_fired",
        "delivery.alert_resolved",
    ];
    // Those of a gateway that only look alike are its own business.
    let alike = ["endpoint.called", "delivery.started", "request.completed"];
    let events: Vec<Value> =
        own.iter().chain(&alike).map(|name| json!({"request_id": "r", "type": name})).collect();
    let body = Value::from(events).to_string();
    with_plan(&body, &snapshot, |intake, plan| {
        assert_eq!((plan.accepted, plan.deliveries()), (alike.len(), alike.len()));
        assert_eq!(
            plan.rejected.iter().map(|one| one.index).collect::<Vec<_>>(),
            (0..own.len()).collect::<Vec<_>>()
        );
        for rejection in &plan.rejected {
            assert_eq!(rejection.error, "type: is one of Heliograph's own types, which nobody else raises");
        }
        let taken = messages(intake, plan);
        let taken: Vec<String> =
            taken.iter().map(|text| Message::decode(text).unwrap().0.event_type).collect();
        assert_eq!(taken, alike);
        let segment = std::str::from_utf8(&plan.segment).unwrap();
        assert!(own.iter().all(|name| !segment.contains(name)), "{segment}");
    });
    with_plan_of(Source::Own, &body, &snapshot, |_, plan| {
        assert_eq!((plan.accepted, plan.rejected.len(), plan.deliveries()), (10, 0, 10));
    });
}

#[test]
fn a_segment_holds_each_matched_event_once_however_many_want_it() {
    let standard = subscription("sub_2", json!({"format": "standard"}));
    let evals = subscription("sub_3", json!({"eventTypes": ["eval.*"]}));
    let snapshot = snapshot(vec![subscription("sub_1", json!({})), standard, evals]);
    let body = r#"[{"request_id":"a","request":{"q":1}},{"request_id":"b","type":"other.event"},{"request_id":"c","type":"eval.failed"}]"#;
    with_plan(body, &snapshot, |intake, plan| {
        assert_eq!((plan.accepted, plan.deliveries()), (3, 3));
        let segment = std::str::from_utf8(&plan.segment).unwrap();
        assert_eq!(segment.lines().count(), 2);
        let mut ids = HashSet::new();
        for text in messages(intake, plan) {
            let (message, body) = Message::decode(&text).unwrap();
            assert!(ids.insert(message.id.clone()));
            let (offset, length) = message.record;
            let event = read_record(&segment[offset as usize..(offset + length) as usize]).unwrap();
            assert_eq!(event.id, message.event);
            let (offset, length) = message.exchange;
            let exchange: Value =
                serde_json::from_str(&segment[offset as usize..(offset + length) as usize]).unwrap();
            let expected = if event.request_id == "a" { json!({"request": {"q": 1}}) } else { json!({}) };
            assert_eq!(exchange, expected);
            let subscription = snapshot.find(&message.subscription).unwrap();
            let rendered = render(
                &event,
                Shape::of(subscription, &event.event_type),
                Place { org: "default", base_url: BASE },
            );
            assert_eq!(body, Some(rendered.body.as_str()), "the archive renders what travels");
            assert_eq!(message.url_at, rendered.url_at);
        }
    });
}

#[test]
fn what_a_call_keeps_takes_little_more_memory_than_it_is_long() {
    let snapshot = snapshot(vec![subscription("sub_1", json!({}))]);
    for (count, text) in [(1000, 20_000), (100, 200_000), (1000, 0), (1, 2_000_000)] {
        let event = |at: usize| json!({"request_id": format!("{at:036}"), "model": "gpt-4o", "cost": 0.5, "request": "x".repeat(text)});
        let body = Value::from((0..count).map(event).collect::<Vec<_>>()).to_string();
        with_plan(&body, &snapshot, |_, plan| {
            assert_eq!(plan.deliveries(), count);
            // A Vec that grows holds its text twice, and for a moment three times.
            let room = plan.segment.capacity() - body.len();
            assert!(room <= (count + 8) * 512, "{count} of {text}: {room}");
        });
    }
    let event = with_bodies(20_000);
    let subscription = subscription("sub_1", json!({}));
    let shape = Shape::of(&subscription, &event.event_type);
    let rendered = render(&event, shape, Place { org: "default", base_url: BASE }).body;
    assert!(rendered.len() > 10_000);
    assert!(rendered.capacity() <= rendered.len() + 256, "{} of {}", rendered.capacity(), rendered.len());
}

fn with_bodies(length: usize) -> Event {
    let text = json!({"request_id": "a", "model": "gpt-4o", "request": "x".repeat(length)}).to_string();
    let batch = Batch::split(text.as_bytes(), BodyFormat::Json).unwrap();
    batch.read(now()).next().unwrap().unwrap()
}

#[test]
fn the_same_call_again_makes_the_same_ids() {
    let snapshot = snapshot(vec![subscription("sub_1", json!({})), subscription("sub_2", json!({}))]);
    let ids = |body: &str| -> Vec<String> {
        with_plan(body, &snapshot, |intake, plan| {
            messages(intake, plan).iter().map(|text| Message::decode(text).unwrap().0.id).collect()
        })
    };
    assert_eq!(ids(r#"{"request_id":"a"}"#), ids(r#"{"request_id":"a","cost":1}"#));
    assert_ne!(ids(r#"{"request_id":"a"}"#), ids(r#"{"request_id":"b"}"#));
    assert_ne!(ids(r#"{"request_id":"a"}"#), ids(r#"{"request_id":"a","id":"evt_2"}"#));
}
