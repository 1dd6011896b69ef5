//! The history: the index of a segment, its rows, and which object holds which day.

use heliograph::core::{
    delivery::Message,
    event::{Batch, BodyFormat, MAX_EVENTS},
    history::{ROW_LIMIT, SegmentIndex, day, days_back, expires_at, object_name},
    intake::{Intake, Plan, Source},
    subscription::Snapshot,
    time::Timestamp,
};
use serde_json::{Value, json};

use crate::support::{now, subscription, user_ids};

const KEY: &str = "archive/acme/2026-11-21/09/1795251600000-0000000000000000";

fn with_plan(events: &[Value], snapshot: &Snapshot, check: impl FnOnce(&Intake<'_>, &Plan<'_>)) {
    let intake = Intake {
        org: "acme",
        now: now(),
        base_url: "https://hooks.example.com",
        segment_key: KEY,
        snapshot,
        source: Source::Gateway,
        user_ids: &user_ids(),
    };
    let body = Value::from(events.to_vec()).to_string();
    let batch = Batch::split(body.as_bytes(), BodyFormat::Json).unwrap();
    let plan = intake.plan(batch.read(now()), body.len());
    check(&intake, &plan);
}

fn snapshot() -> Snapshot {
    Snapshot {
        revision: 1,
        subscriptions: vec![
            subscription("sub_none", json!({"eventTypes": ["other.event"]})),
            subscription("sub_paused", json!({"status": "paused", "eventTypes": ["*"]})),
            subscription("sub_active", json!({})),
        ],
        ..Snapshot::default()
    }
}

#[test]
fn an_event_is_queued_for_who_sends_and_held_for_who_does_not() {
    let events = [
        json!({"request_id": "a", "type": "eval.failed"}),
        json!({"request_id": "b", "user_id": "u", "model": "m", "provider": "p",
            "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}),
    ];
    with_plan(&events, &snapshot(), |intake, plan| {
        assert_eq!((plan.accepted, plan.deliveries(), plan.held), (2, 1, 2));
        assert_eq!(intake.chunks(plan).flatten().count(), 1, "what is held is not queued");
        let index = &plan.index;
        assert_eq!(index.subscriptions, ["sub_paused", "sub_active"], "who matched, and nobody else");
        let [held, both] = index.events.as_slice() else { panic!("{index:?}") };
        assert_eq!((held.id.as_str(), held.request_id.as_str()), ("eval.failed:a", "a"));
        assert_eq!(
            (held.user_id.as_deref(), held.model.as_deref(), held.traceparent.as_deref()),
            (None, None, None)
        );
        let named = |positions: &[usize]| index.ids(positions).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!((named(&held.queued), named(&held.held)), (vec![], vec!["sub_paused".to_owned()]));
        assert_eq!(named(&both.queued), ["sub_active"]);
        assert_eq!(named(&both.held), ["sub_paused"]);
        assert_eq!(
            (both.user_id.as_deref(), both.model.as_deref(), both.provider.as_deref()),
            (Some("u"), Some("m"), Some("p"))
        );
        let segment = std::str::from_utf8(&plan.segment).unwrap();
        let lines: Vec<&str> = segment.lines().collect();
        for (event, line) in index.events.iter().zip(lines) {
            let (from, to) = (event.place.offset, event.place.offset + event.place.length);
            assert_eq!(&segment[from as usize..to as usize], line);
        }
    });
}

#[test]
fn what_nobody_matches_is_in_no_index() {
    let events = [json!({"request_id": "a", "type": "nobody.wants"}), json!({"request_id": "b"})];
    let mut snapshot = snapshot();
    snapshot.subscriptions.remove(1);
    with_plan(&events, &snapshot, |_, plan| {
        assert_eq!(plan.accepted, 2);
        assert_eq!(
            plan.index.events.iter().map(|event| event.request_id.as_str()).collect::<Vec<_>>(),
            ["b"]
        );
    });
    with_plan(&events[..1], &snapshot, |_, plan| {
        assert!(plan.segment.is_empty() && plan.index.events.is_empty() && plan.index.rows().is_empty());
    });
}

#[test]
fn a_row_gives_back_the_message_that_was_queued() {
    let long = "m".repeat(100);
    let events = [
        json!({"request_id": "a", "type": "eval.failed"}),
        json!({"request_id": "b", "model": long, "provider": "é".repeat(100), "notes": "x".repeat(100_000),
            "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736", "span_id": "00f067aa0ba902b7"}),
    ];
    let snapshot = snapshot();
    with_plan(&events, &snapshot, |intake, plan| {
        let queued = intake.chunks(plan).flatten().next().unwrap();
        let (mut queued, _) = Message::decode(&queued).unwrap();
        let [row] = plan.index.rows().try_into().unwrap();
        assert!(!row.body.contains('\n'));
        let index = SegmentIndex::decode(&row.body).unwrap();
        assert_eq!((&index, row.events), (&plan.index, 2));
        let subscription = snapshot.find("sub_active").unwrap();
        let again = index.message("acme", KEY, 1, subscription).unwrap();
        assert_eq!(again.model.as_deref(), Some("m".repeat(64).as_str()));
        assert_eq!(again.provider.as_deref(), Some("é".repeat(64).as_str()));
        assert!(again.traceparent.is_some());
        // What rendering found out travels with a body alone.
        queued.url_at = None;
        queued.truncated = vec![];
        assert_eq!(again, queued);
        let (decoded, body) =
            Message::decode(&again.encode(None)).map(|(one, body)| (one, body.map(str::to_owned))).unwrap();
        assert_eq!((decoded, body), (queued, None));
        assert!(index.message("acme", KEY, 2, subscription).is_none());
    });
    assert!(SegmentIndex::decode("{}").is_none());
}

#[test]
fn a_message_without_model_says_nothing_of_it() {
    with_plan(&[json!({"request_id": "a"})], &snapshot(), |intake, plan| {
        let text = intake.chunks(plan).flatten().next().unwrap();
        let head: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
        assert!(head.get("model").is_none() && head.get("provider").is_none());
    });
}

#[test]
fn an_index_that_is_too_large_for_one_row_takes_several() {
    let events: Vec<Value> = (0..MAX_EVENTS)
        .map(|at| {
            let id = format!("{at:04}{}", "\u{10ffff}".repeat(252));
            json!({"request_id": id, "id": id, "user_id": "u".repeat(1024)})
        })
        .collect();
    with_plan(&events, &snapshot(), |_, plan| {
        let rows = plan.index.rows();
        assert!(rows.len() > 1 && rows.iter().all(|row| row.body.len() <= ROW_LIMIT));
        let parts: Vec<SegmentIndex> =
            rows.iter().map(|row| SegmentIndex::decode(&row.body).unwrap()).collect();
        for (row, part) in rows.iter().zip(&parts) {
            assert_eq!(row.events, part.events.len());
            assert_eq!((&part.subscriptions, part.at), (&plan.index.subscriptions, plan.index.at));
        }
        let events: Vec<_> = parts.into_iter().flat_map(|part| part.events).collect();
        assert_eq!(events, plan.index.events, "none is lost, none is there twice");
    });
}

#[test]
fn a_day_is_in_utc_and_goes_when_the_days_after_it_have_passed() {
    let last = Timestamp::parse("2026-11-21T23:59:59.999Z").unwrap();
    assert_eq!(object_name("acme", &day(last)), "acme/2026-11-21");
    let expected = Timestamp::parse("2026-12-22T00:00:00Z").unwrap();
    for at in [last, now(), Timestamp::parse("2026-11-21T00:00:00Z").unwrap()] {
        assert_eq!(expires_at(at, 30), expected);
    }
    let next = Timestamp::parse("2026-11-22T00:00:00Z").unwrap();
    assert_eq!(expires_at(next, 30), expected.plus_seconds(86_400));
    let days: Vec<String> = days_back(Timestamp::parse("2026-03-01T00:00:00Z").unwrap(), 2).collect();
    assert_eq!(days, ["2026-03-01", "2026-02-28", "2026-02-27"]);
    // Whatever is looked at is still there.
    let kept = days_back(now(), 30).all(|day| {
        let at = Timestamp::parse(&format!("{day}T00:00:00Z")).unwrap();
        expires_at(at, 30) > now()
    });
    assert!(kept);
}
