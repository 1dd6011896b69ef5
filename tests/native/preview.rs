//! The preview: what is read of a call, what an event fails at first, and how far back is looked.

use heliograph::core::{
    event::{Event, RecordPlace, Stored, Unpacked, append_packed, read_event, write_record},
    filter::{EventView, Mismatch, Reason},
    history::{IndexedEvent, LARGEST_RECORD, Lookback, MAX_BYTES, SegmentIndex, Slice},
    subscription::{Criteria, MAX_GIVEN, Preview, PreviewEvents, PreviewRequest, Verdicts},
};
use serde_json::{Value, json, value::RawValue};

use crate::support::{now, subscription};

fn event(value: Value) -> Event {
    read_event(&RawValue::from_string(value.to_string()).unwrap(), now()).unwrap()
}

fn read(body: Value) -> Result<PreviewRequest, String> {
    PreviewRequest::read(body.to_string().as_bytes(), now()).map_err(|error| error.to_string())
}

fn criteria(settings: &Value) -> Criteria {
    Criteria::read(settings.as_object().unwrap()).unwrap()
}

#[test]
fn an_event_is_told_what_it_fails_at_first() {
    let event = event(json!({"request_id": "a", "cost": 0.1, "properties": {"env": "test", "team": "a"}}));
    let everything_wrong = json!({
        "eventTypes": ["eval.*"],
        "propertyFilters": [{"key": "team", "value": "a"}, {"key": "env", "value": "production"}, {"key": "none", "value": ""}],
        "sampleRate": 0,
        "filter": {"cost": {"$gt": 0.5}},
    });
    let mut settings = everything_wrong;
    for (path, reason, right) in [
        ("eventTypes", Reason::WrongValue, ("eventTypes", json!(["*"]))),
        (
            "propertyFilters[1]",
            Reason::WrongValue,
            ("propertyFilters", json!([{"key": "team", "value": "a"}, {"key": "none", "value": ""}])),
        ),
        ("propertyFilters[1]", Reason::Absent, ("propertyFilters", json!([{"key": "team", "value": "a"}]))),
        ("sampleRate", Reason::NotInSample, ("sampleRate", json!(100))),
        ("filter.cost.$gt", Reason::WrongValue, ("filter", json!({"cost": {"$gt": 0.05}}))),
    ] {
        let found = criteria(&settings).mismatch("sub_1", &event, &EventView::new(&event));
        assert_eq!(found, Some(Mismatch { path: path.to_owned(), reason }));
        settings[right.0] = right.1;
    }
    assert_eq!(criteria(&settings).mismatch("sub_1", &event, &EventView::new(&event)), None);
}

#[test]
fn each_subscription_is_told_of_by_its_own_settings_and_sample() {
    let of = |id: &str, settings: Value| subscription(id, settings);
    let subscriptions = [
        of("sub_1", json!({})),
        of("sub_2", json!({"filter": {"cost": {"$gt": 1}}})),
        of("sub_3", json!({"eventTypes": ["*"], "sampleRate": 50})),
    ];
    let rows = [None, None, None];
    let mut drawn = 0;
    for n in 0..100 {
        let event = event(
            json!({"request_id": format!("r-{n}"), "cost": 0.1, "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736"}),
        );
        let verdicts = Verdicts::new(&event, &subscriptions, &rows);
        assert_eq!(verdicts.event_id, event.id);
        assert_eq!(verdicts.trace_id, Some("4bf92f3577b34da6a3ce929d0e0e4736"));
        let view = EventView::new(&event);
        for (verdict, subscription) in verdicts.webhooks.iter().zip(&subscriptions) {
            assert_eq!(verdict.webhook_id, subscription.id);
            assert_eq!(verdict.why.is_none(), subscription.matches(&event, &view));
        }
        assert_eq!(verdicts.webhooks[1].why.as_ref().unwrap().path, "filter.cost.$gt");
        drawn += usize::from(verdicts.webhooks[2].why.is_none());
    }
    assert!((20..80).contains(&drawn), "{drawn}");
}

#[test]
fn it_matches_exactly_what_a_subscription_would_get() {
    let mut outcomes = std::collections::HashMap::new();
    for settings in [
        json!({}),
        json!({"eventTypes": ["*"], "sampleRate": 50}),
        json!({"config": {"sampleRate": 30, "propertyFilters": [{"key": "Helicone-Property-Env", "value": "a"}]}}),
        json!({"eventTypes": ["eval.*", "request.*"], "filter": {"$or": [{"cost": {"$gte": 2}}, {"user_id": {"$exist": false}}]}}),
        json!({"filter": {}}),
        json!({"filter": {"$and": []}}),
        json!({"filter": {"$or": []}}),
        json!({"filter": {"request": {"messages": {"$not": {"role": "user"}}}}}),
    ] {
        let criteria = criteria(&settings);
        let subscription = subscription("sub_1", settings);
        for at in 0..40 {
            let mut value = json!({
                "request_id": at.to_string(),
                "type": (["request.completed", "eval.failed", "other"][at % 3]),
                "cost": at % 4,
                "properties": {"env": (["a", "b"][at % 2])},
                "request": {"messages": [{"role": (["user", "system"][at / 2 % 2])}]},
            });
            if at % 5 == 0 {
                value["user_id"] = json!("u");
            }
            let event = event(value);
            let view = EventView::new(&event);
            let matches = subscription.matches(&event, &view);
            assert_eq!(
                criteria.mismatch("sub_1", &event, &view).is_none(),
                matches,
                "{criteria:?} {event:?}"
            );
            *outcomes.entry(matches).or_insert(0) += 1;
        }
    }
    assert!(outcomes[&true] > 40 && outcomes[&false] > 40, "{outcomes:?}");
}

#[test]
fn an_answer_counts_all_and_shows_twenty() {
    let request = read(json!({"eventTypes": ["eval.failed"]})).unwrap();
    let mut preview = Preview::of(&request.events);
    for at in 0..60 {
        let event_type = if at % 2 == 0 { "eval.failed" } else { "eval.passed" };
        preview.look_at(&request.criteria, &event(json!({"request_id": at.to_string(), "type": event_type})));
    }
    assert_eq!((preview.considered, preview.matched), (60, 30));
    assert_eq!((preview.matches.len(), preview.unmatched.len()), (20, 20));
    assert_eq!(preview.matches[1], "eval.failed:2");
    assert_eq!(
        serde_json::to_value(&preview.unmatched[0]).unwrap(),
        json!({
            "event": "eval.passed:1", "event_type": "eval.passed", "request_id": "1",
            "why": {"path": "eventTypes", "reason": "wrong_value"},
        })
    );
}

#[test]
fn a_call_says_which_events() {
    let last = |body: Value| match read(body).unwrap().events {
        PreviewEvents::Last(last) => last,
        PreviewEvents::Given(events) => panic!("{events:?}"),
    };
    assert_eq!((last(json!({})), last(json!({"last": null, "events": null}))), (100, 100));
    assert_eq!((last(json!({"last": 1})), last(json!({"last": 1000.0}))), (1, 1000));
    // As intake reads them: numbers and texts that a parsed tree would not hold.
    let body = r#"{"filter":{"user_id":"\ufffd"},"events":[{"request_id":"a","user_id":"\ud800"}]}"#;
    let request = PreviewRequest::read(body.as_bytes(), now()).unwrap();
    let PreviewEvents::Given(events) = &request.events else { panic!() };
    let mut preview = Preview::of(&request.events);
    preview.look_at(&request.criteria, &events[0]);
    assert_eq!(preview.matched, 1);
}

#[test]
fn a_call_that_is_wrong_is_told_where() {
    let many = vec![json!({"request_id": "a"}); MAX_GIVEN + 1];
    for (body, error) in [
        (json!([]), "body: must be a JSON object"),
        (json!({"destination": "https://example.com"}), "destination: is not a field; allowed: eventTypes, "),
        (json!({"sampleRate": 101}), "sampleRate: Sample rate must be"),
        (json!({"config": {"propertyFilters": [1]}}), "config.propertyFilters[0]: "),
        (json!({"filter": {"cost": {"$over": 1}}}), "filter.cost"),
        (json!({"last": 0}), "last: must be a whole number from 1 to 1000"),
        (json!({"last": 1001}), "last: "),
        (json!({"last": "5"}), "last: "),
        (json!({"last": 5, "events": [{"request_id": "a"}]}), "last: must be absent"),
        (json!({"events": []}), "events: must be a list of 1 to 100 events"),
        (json!({"events": {"request_id": "a"}}), "events: "),
        (json!({"events": many}), "events: "),
        (json!({"events": [{"request_id": "a"}, {"request_id": 7}]}), "events[1].request_id: "),
        (json!({"events": [7]}), "events[0]: "),
    ] {
        let refused = read(body.clone()).err().unwrap_or_else(|| panic!("{body} was taken"));
        assert!(refused.starts_with(error), "{body}: {refused}");
    }
    let broken = PreviewRequest::read(b"{\"last\":", now()).unwrap_err().to_string();
    assert!(broken.starts_with("body: not valid JSON"), "{broken}");
    let nested = format!(r#"{{"filter":{}1{}}}"#, r#"{"$not":"#.repeat(10_000), "}".repeat(10_000));
    let deep = PreviewRequest::read(nested.as_bytes(), now()).unwrap_err().to_string();
    assert!(deep.starts_with("filter: nested too deep: "), "{deep}");
}

/// A segment of events with request texts of these lengths, and its index.
fn segment(name: &str, lengths: &[usize]) -> (String, SegmentIndex) {
    let mut text = Vec::new();
    let events = lengths.iter().enumerate().map(|(at, length)| {
        let event = event(json!({"request_id": format!("{name}{at}"), "request": "é".repeat(length / 2)}));
        let place = write_record(&event, &mut text);
        IndexedEvent::new(&event, place)
    });
    let index = SegmentIndex { events: events.collect(), ..SegmentIndex::default() };
    (String::from_utf8(text).unwrap(), index)
}

fn found(slices: &[Slice], text: &str) -> Vec<String> {
    let request_id = |record: &str| {
        let record: Value = serde_json::from_str(record).unwrap();
        record["event"]["request_id"].as_str().unwrap().to_owned()
    };
    let part =
        |slice: &Slice| &text.as_bytes()[slice.offset as usize..(slice.offset + slice.length) as usize];
    let plain = |stored| match stored {
        Stored::Plain(line) => request_id(std::str::from_utf8(line).unwrap()),
        Stored::Packed { .. } => panic!("packed"),
    };
    slices.iter().flat_map(|slice| slice.records(part(slice)).map(plain)).collect()
}

#[test]
fn the_newest_events_are_read_in_few_parts() {
    let (text, index) = segment("a", &[10, 20, 30, 40]);
    let mut lookback = Lookback::new(3);
    let slices = lookback.plan("k", &index);
    assert_eq!(slices.len(), 1, "what stands side by side is one read");
    assert_eq!(found(&slices, &text), ["a3", "a2", "a1"]);
    assert_eq!(lookback.events_left(), 0);
    assert!(lookback.plan("k", &index).is_empty());

    let (text, index) = segment("b", &[600_000, 600_000, 10]);
    let slices = Lookback::new(9).plan("k", &index);
    assert_eq!(found(&slices, &text), ["b2", "b1", "b0"]);
    assert_eq!(slices.len(), 2, "and no read is of more than a MiB without need");
}

/// No packer: what is in the members is nobody's business here.
#[test]
fn packed_records_are_read_side_by_side_and_counted_by_what_they_come_to() {
    let segment = |count: u8, unpacked: Unpacked| {
        let mut bytes = vec![0; 3];
        let events = (0..count).map(|number| {
            let event = event(json!({"request_id": number.to_string()}));
            IndexedEvent::new(&event, append_packed(&[number; 5], &[number; 7], unpacked, &mut bytes))
        });
        let index = SegmentIndex { events: events.collect(), ..SegmentIndex::default() };
        (bytes, index)
    };
    let unpacked = Unpacked { head: 50, exchange: 1_000_000 };
    let (bytes, index) = segment(3, unpacked);
    let slices = Lookback::new(2).plan("k", &index);
    let [slice] = slices.as_slice() else { panic!("{slices:?}") };
    let part = &bytes[slice.offset as usize..(slice.offset + slice.length) as usize];
    let record =
        |bytes: &'static [u8; 12]| Stored::Packed { head: &bytes[..5], exchange: &bytes[5..], unpacked };
    assert_eq!(slice.records(part).collect::<Vec<_>>(), [record(&[2; 12]), record(&[1; 12])]);

    let considered = |index| {
        let mut lookback = Lookback::new(1000);
        lookback.plan("k", index).iter().map(|slice| slice.records(&vec![0; 2000]).count()).sum::<usize>()
    };
    let (_, index) = segment(40, unpacked);
    assert_eq!(considered(&index), (MAX_BYTES / 1_000_051) as usize);
    let (_, index) = segment(3, Unpacked { head: 0, exchange: LARGEST_RECORD });
    assert_eq!(considered(&index), 0);
}

#[test]
fn an_event_that_came_twice_is_looked_at_once() {
    let (text, index) = segment("a", &[10, 20]);
    let mut lookback = Lookback::new(10);
    assert_eq!(found(&lookback.plan("k1", &index), &text), ["a1", "a0"]);
    assert!(lookback.plan("k0", &index).is_empty());
    assert_eq!(lookback.events_left(), 8);
}

#[test]
fn looking_back_ends_at_its_bounds() {
    let at = |number: u64, length: u64| {
        let event = event(json!({"request_id": number.to_string()}));
        IndexedEvent::new(&event, RecordPlace::try_from(vec![number * (length + 1), length, 0, 0]).unwrap())
    };
    let of = |length: u64, count: u64| SegmentIndex {
        events: (0..count).map(|number| at(number, length)).collect(),
        ..SegmentIndex::default()
    };
    let mut lookback = Lookback::new(1000);
    let slices = lookback.plan("k", &of(3_000_000, 100));
    let bytes: u64 = slices.iter().map(|slice| slice.length).sum();
    assert!((MAX_BYTES - 3_000_000..=MAX_BYTES).contains(&bytes), "{bytes}");
    assert_eq!(lookback.events_left(), 0, "nothing more is looked for");

    let mut lookback = Lookback::new(1000);
    assert!(lookback.plan("k", &of(LARGEST_RECORD + 1, 5)).is_empty());
    assert_eq!(lookback.events_left(), 1000, "what is passed over does not count");

    // One event a segment: as many reads as events, until there have been too many.
    let mut lookback = Lookback::new(1000);
    let mut reads = 0;
    for number in 0..1000 {
        let index = SegmentIndex { events: vec![at(number, 10)], ..SegmentIndex::default() };
        reads += lookback.plan("k", &index).len();
    }
    assert_eq!((reads, lookback.events_left()), (900, 0));
}
