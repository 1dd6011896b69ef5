//! From a body of events to signed requests: the plan, its messages, and the attempt that each becomes.

use std::collections::HashSet;

use heliograph::core::{
    delivery::{CustomHeaders, INLINE_LIMIT, Message, Signer, UrlMint, attempt_request, unbundle},
    event::{Batch, BodyFormat, Event, read_record},
    hash::MacKey,
    history::IndexedEvent,
    intake::{Intake, Plan, Source},
    org::Retain,
    payload::{Place, Shape, render},
    signature::{Secrets, SignatureHeaders, SignatureSchemes, SigningKeys, Verified, verify},
    signed_url,
    subscription::{Snapshot, Subscription},
    time::Timestamp,
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

#[test]
fn chunks_are_what_a_queue_takes_in_one_call() {
    let snapshot = snapshot(vec![subscription("sub_1", json!({}))]);
    let small: Vec<Value> = (0..1000).map(|at| json!({"request_id": at.to_string()})).collect();
    let large: Vec<Value> =
        (0..100).map(|at| json!({"request_id": at.to_string(), "request": "x".repeat(9000), "response": "y".repeat(9000)})).collect();
    for events in [small, large] {
        with_plan(&Value::from(events.clone()).to_string(), &snapshot, |intake, plan| {
            let chunks: Vec<Vec<String>> = intake.chunks(plan).collect();
            assert_eq!(messages(intake, plan).len(), events.len());
            for chunk in &chunks {
                assert!(chunk.len() <= 100);
                assert!(chunk.iter().map(|text| text.len() + 100).sum::<usize>() <= 256_000);
            }
        });
    }
}

#[test]
fn a_body_that_is_too_large_to_travel_is_left_in_the_archive() {
    let standard = subscription("sub_1", json!({"format": "standard"}));
    let snapshot = snapshot(vec![standard]);
    let event = json!({"request_id": "a", "notes": "x".repeat(INLINE_LIMIT)});
    with_plan(&event.to_string(), &snapshot, |intake, plan| {
        let texts = messages(intake, plan);
        let (message, body) = Message::decode(&texts[0]).unwrap();
        assert_eq!(body, None);
        assert!(texts[0].len() < 1000);
        let (offset, length) = message.record;
        let segment = std::str::from_utf8(&plan.segment).unwrap();
        let event = read_record(&segment[offset as usize..(offset + length) as usize]).unwrap();
        assert_eq!(event.extra.len(), 1);
    });
    // And no message is ever larger than a queue takes.
    let worst = json!({"request_id": "\u{10ffff}".repeat(256), "id": "\u{10ffff}".repeat(256), "request": "\u{1}".repeat(10_240), "response": "\u{1}".repeat(1_000_000)});
    with_plan(&worst.to_string(), &snapshot, |intake, plan| {
        for text in messages(intake, plan) {
            assert!(text.len() < 65_536, "{}", text.len());
        }
    });
}

#[test]
fn beyond_the_budget_bodies_are_left_in_the_archive() {
    let snapshot = snapshot(vec![subscription("sub_1", json!({}))]);
    let events: Vec<Value> = (0..1000)
        .map(|at| json!({"request_id": at.to_string(), "request": "x".repeat(10_000), "response": "y".repeat(9_900)}))
        .collect();
    with_plan(&Value::from(events).to_string(), &snapshot, |intake, plan| {
        let inlined =
            messages(intake, plan).iter().filter(|text| Message::decode(text).unwrap().1.is_some()).count();
        assert!((500..1000).contains(&inlined), "{inlined}");
    });
}

#[test]
fn an_attempt_verifies_and_each_one_is_fresh() {
    let snapshot = snapshot(vec![subscription("sub_1", json!({}))]);
    let event = r#"{"request_id":"a","model":"m","request":"é😀\u2028\\","traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}"#;
    let text = with_plan(event, &snapshot, |intake, plan| messages(intake, plan).remove(0));
    let (message, body) = Message::decode(&text).unwrap();
    let (newest, oldest) = (SigningKeys::derive(&[1; 32]), SigningKeys::derive(&[2; 32]));
    let signer = Signer::new(&[newest.clone(), oldest.clone()], SignatureSchemes::default()).unwrap();
    let url_key = MacKey::new(&[9; 32]);
    let mint = UrlMint { key: &url_key, ttl_seconds: 1800, presigner: None, is_shaped: false };
    let attempt = |number: u32, at: Timestamp| {
        attempt_request(&message, body.unwrap(), number, &signer, &CustomHeaders::default(), &mint, at)
    };
    let first = attempt(1, now());
    let header = |request: &heliograph::core::delivery::AttemptRequest, name: &str| {
        request.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.clone())
    };

    for keys in [&newest, &oldest] {
        let secrets = Secrets::parse(&keys.signing_secret).unwrap();
        let headers = SignatureHeaders {
            id: header(&first, "webhook-id"),
            timestamp: header(&first, "webhook-timestamp"),
            signature: header(&first, "webhook-signature"),
            any_webhook_header: true,
            helicone: None,
        };
        let verified = verify(&headers, &first.body, &secrets, now());
        assert_eq!(verified, Ok(Verified::Standard { id: message.id.clone() }));
    }
    let legacy = SignatureHeaders { helicone: header(&first, "helicone-signature"), ..Default::default() };
    assert!(verify(&legacy, &first.body, &Secrets::parse(&newest.hmac_key).unwrap(), now()).is_ok());
    assert_eq!(header(&first, "x-helicone-signature"), header(&first, "helicone-signature"));
    assert_eq!(header(&first, "content-type").as_deref(), Some("application/json"));
    assert_eq!(header(&first, "webhook-event-type").as_deref(), Some("request.completed"));
    assert_eq!(header(&first, "webhook-api-version").as_deref(), Some("2026-11-21"));
    assert!(header(&first, "traceparent").unwrap().starts_with("00-4bf9"));
    assert_eq!(header(&first, "webhook-truncated"), None);

    let sent: Value = serde_json::from_slice(&first.body).unwrap();
    let url = sent["request_response_url"].as_str().unwrap();
    let (path, query) = url.strip_prefix(BASE).unwrap().split_once('?').unwrap();
    let locator = signed_url::open(path, Some(query), now(), &url_key).unwrap();
    assert_eq!(
        (locator.key.as_str(), locator.offset, locator.length),
        (SEGMENT, message.exchange.0, message.exchange.1)
    );
    assert!(signed_url::open(path, Some(query), now().plus_seconds(1799), &url_key).is_some());
    assert!(signed_url::open(path, Some(query), now().plus_seconds(1800), &url_key).is_none());

    let second = attempt(2, now().plus_seconds(5));
    assert_eq!(header(&second, "webhook-id"), header(&first, "webhook-id"));
    assert_eq!(header(&second, "webhook-attempt").as_deref(), Some("2"));
    for fresh in ["webhook-timestamp", "webhook-signature", "helicone-signature"] {
        assert_ne!(header(&second, fresh), header(&first, fresh), "{fresh}");
    }
    assert_ne!(second.body, first.body, "the URL is minted anew");
}

#[test]
fn cut_fields_are_named_in_a_header() {
    let snapshot = snapshot(vec![subscription("sub_1", json!({}))]);
    let event = json!({"request_id": "a", "request": "x".repeat(20_000), "response": "y".repeat(20_000)});
    let text = with_plan(&event.to_string(), &snapshot, |intake, plan| messages(intake, plan).remove(0));
    let (message, body) = Message::decode(&text).unwrap();
    let signer = Signer::new(&[SigningKeys::derive(&[1; 32])], SignatureSchemes::default()).unwrap();
    let key = MacKey::new(&[9; 32]);
    let request = attempt_request(
        &message,
        body.unwrap(),
        1,
        &signer,
        &CustomHeaders::default(),
        &UrlMint { key: &key, ttl_seconds: 60, presigner: None, is_shaped: false },
        now(),
    );
    let truncated = request.headers.iter().find(|(name, _)| name == "webhook-truncated");
    assert_eq!(truncated.map(|(_, value)| value.as_str()), Some("request_body,response_body"));
}

#[test]
fn foreign_messages_are_told_apart() {
    for foreign in ["", "{}", "x\ny", "{\"v\":1}", "null\n{}"] {
        assert!(Message::decode(foreign).is_err(), "{foreign}");
    }
    let snapshot = snapshot(vec![subscription("sub_1", json!({}))]);
    let text = with_plan(r#"{"request_id":"a"}"#, &snapshot, |intake, plan| messages(intake, plan).remove(0));
    let newer = text.replacen("\"v\":1", "\"v\":2", 1);
    assert!(Message::decode(&newer).is_err());
}

#[test]
fn messages_come_one_subscription_after_another_and_each_in_the_events_order() {
    let only = |event_type: &str| json!({"eventTypes": [event_type]});
    let snapshot = snapshot(vec![
        subscription("sub_b", only("b.*")),
        subscription("sub_all", json!({"eventTypes": ["*"]})),
        subscription("sub_a", only("a.*")),
    ]);
    let events = ["a.1", "b.1", "a.2", "b.2"].map(|name| json!({"request_id": name, "type": name}));
    with_plan(&Value::from(events.to_vec()).to_string(), &snapshot, |intake, plan| {
        let messages = messages(intake, plan);
        let read = |text: &String| Message::decode(text).map(|(message, _)| message).unwrap();
        let order: Vec<(String, String)> =
            messages.iter().map(read).map(|message| (message.subscription, message.event_type)).collect();
        let order: Vec<(&str, &str)> =
            order.iter().map(|(whose, what)| (whose.as_str(), what.as_str())).collect();
        let all = ["a.1", "b.1", "a.2", "b.2"].map(|name| ("sub_all", name));
        let expected = [&all[..], &[("sub_a", "a.1"), ("sub_a", "a.2"), ("sub_b", "b.1"), ("sub_b", "b.2")]];
        assert_eq!(order, expected.concat());
    });
}

#[test]
fn a_shaped_subscription_is_queued_a_body_of_its_own() {
    let redacted = json!({"redact": {"detectors": ["email"]}});
    let hashed = json!({"hashUserId": true, "exclude": ["trace_id"]});
    let snapshot = snapshot(vec![
        subscription("sub_plain", json!({})),
        subscription("sub_one", json!({"fields": redacted})),
        subscription("sub_same", json!({"fields": redacted})),
        subscription("sub_hash", json!({"fields": hashed})),
        subscription("sub_other", json!({"fields": hashed})),
    ]);
    let event = json!({
        "request_id": "a", "user_id": "u-1", "request": "jane@example.com", "trace_id": "jane@example.com", "route_id": "r-1",
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    });
    let large = json!({"request_id": "b", "request": "x".repeat(1_100_000)});
    let body = json!([event, large]).to_string();
    with_plan(&body, &snapshot, |intake, plan| {
        let texts = messages(intake, plan);
        let of = |id: &str| {
            let all = texts.iter().map(|text| Message::decode(text).unwrap());
            let mut its = all.filter(|(message, _)| message.subscription == id);
            (its.next().unwrap(), its.next().unwrap())
        };
        let body_of = |id: &str| of(id).0.1.unwrap().to_owned();
        assert!(body_of("sub_plain").contains("jane@example.com"));
        assert_eq!(body_of("sub_one"), body_of("sub_same"));
        assert!(body_of("sub_one").contains("[email]") && !body_of("sub_one").contains("jane"));
        assert!(body_of("sub_hash").contains("usr_") && body_of("sub_hash") != body_of("sub_other"));
        assert_eq!(of("sub_plain").0.0.fields, None);
        let rules = snapshot.subscriptions[1].settings.fields.as_ref();
        assert!(of("sub_one").0.0.is_shaped_by(rules) && !of("sub_one").0.0.is_shaped_by(None));
        assert!(of("sub_one").0.0.traceparent.is_some());
        assert_eq!(of("sub_hash").0.0.traceparent, None, "what it is made of is left out");
        let told = |id: &str| (of(id).0.0.trace_id, of(id).0.0.route_id);
        assert_eq!(told("sub_plain"), (Some("jane@example.com".to_owned()), Some("r-1".to_owned())));
        assert_eq!(told("sub_one"), (Some("[email]".to_owned()), Some("r-1".to_owned())));
        assert_eq!(told("sub_hash"), (None, Some("r-1".to_owned())));
        assert!(of("sub_plain").1.1.is_some(), "cut to 10 KB");
        assert!(of("sub_one").1.1.is_none(), "looked through when it is sent");
    });
}
