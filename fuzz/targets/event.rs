//! Intake of one event: what is taken can be archived and read again, and each body that is made of it is JSON as JavaScript
//! writes it; what is refused is not repeated.
#![no_main]

use std::sync::LazyLock;

use arbitrary::{Result, Unstructured};
use heliograph::core::{
    delivery::Message,
    destination::Policy,
    event::{KNOWN, MAX_ID, is_event_type, read_event},
    intake::{Intake, Source},
    org::Retain,
    shaping::UserIdKey,
    subscription::{Settings, Snapshot, Subscription},
};
use heliograph_fuzz::{archive, emitted, json::Words, now};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json, value::RawValue};

/// Stands in every text that is sent, and in no error.
const MARK: &str = "zqxj";

const NAMES: [&str; 12] = [
    "prompt_tokens",
    "completion_tokens",
    "total_tokens",
    "details",
    "messages",
    "role",
    "content",
    "choices",
    "message",
    "model",
    "0",
    "own",
];

const TEXTS: [&str; 16] = [
    "zqxj",
    "2026-11-21T09:30:00Zzqxj",
    "request.zqxj",
    "zqxj@example.com",
    "+1 415 555 2671 zqxj",
    "zqxj\n\u{0}",
    "{\"zqxj\":1}",
    "[zqxj",
    "\u{1f600}zqxj",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01zqxj",
    "zqxj\u{2028}\\\"",
    "200zqxj",
    "4111 1111 1111 1111 zqxj",
    "data: {\"choices\":[{\"delta\":{\"content\":\"zqxj\"}}]}\n\n",
    "zqxj.zqxj",
    "gpt-4o-zqxj",
];

static SNAPSHOT: LazyLock<Snapshot> = LazyLock::new(|| {
    let all = [
        json!({"eventTypes": ["*"]}),
        json!({"eventTypes": ["*"], "format": "standard", "oversize": "marker"}),
        json!({"eventTypes": ["*"], "format": "cloudevents", "contentMode": "binary", "includeData": false}),
        json!({"eventTypes": ["*"], "format": "standard", "fields": {"redact": {"detectors": "all"}, "hashUserId": true}}),
        json!({"eventTypes": ["*"], "filter": {"properties": {"environment": {"$exist": true}}}, "sampleRate": 50}),
    ];
    let subscription = |(at, mut fields): (usize, Value)| {
        fields["destination"] = "https://receiver.example.com/in".into();
        let fields = fields.as_object().expect("an object").clone();
        let settings = Settings::read(&fields, &[], &Policy::default()).expect("settings");
        Subscription::new(format!("sub_{at}"), settings, 0)
    };
    let mut snapshot = Snapshot {
        subscriptions: all.into_iter().enumerate().map(subscription).collect(),
        ..Snapshot::default()
    };
    snapshot.org.retain = Retain::All;
    snapshot
});

static USER_IDS: LazyLock<UserIdKey> = LazyLock::new(|| UserIdKey::derive(b"fuzz"));

fuzz_target!(|data: &[u8]| {
    let Some((mode, rest)) = data.split_first() else { return };
    if mode % 2 == 0 {
        if let Ok(text) = std::str::from_utf8(rest) {
            take(text, false);
        }
    } else if let Ok(event) = made_up(&mut Unstructured::new(rest)) {
        take(&event.to_string(), true);
    }
});

fn made_up(from: &mut Unstructured<'_>) -> Result<Value> {
    let (names, values) = (Words { names: &KNOWN, texts: &TEXTS }, Words { names: &NAMES, texts: &TEXTS });
    let mut event = json!({"request_id": "r-zqxj"});
    for _ in 0..from.int_in_range(0..=10)? {
        let name = names.name(from)?;
        event[name] = values.value(from, 4)?;
    }
    Ok(event)
}

fn take(text: &str, is_marked: bool) {
    let Ok(raw) = serde_json::from_str::<&RawValue>(text) else { return };
    let event = match read_event(raw, now()) {
        Ok(event) => event,
        // Names of fields are repeated, what is in them is not.
        Err(error) => return assert!(!is_marked || !error.problem.contains(MARK), "{error}: {text}"),
    };
    assert!((1..=MAX_ID).contains(&event.id.chars().count()), "{text}");
    assert!((1..=MAX_ID).contains(&event.request_id.chars().count()), "{text}");
    assert!(is_event_type(&event.event_type), "{text}");
    assert!(
        event.cost.is_none_or(|cost| cost >= 0.0) && event.latency_ms.is_none_or(|millis| millis >= 0.0),
        "{text}"
    );
    archive(&event);
    let intake = Intake {
        org: "default",
        now: now(),
        base_url: "https://hooks.example.com",
        segment_key: "archive/default/2026-11-21/09/1795251600000-0000000000000000",
        snapshot: &SNAPSHOT,
        source: Source::Gateway,
        user_ids: &USER_IDS,
    };
    let plan = intake.plan([Ok(event)], text.len());
    assert_eq!(plan.accepted + plan.rejected.len(), 1);
    assert_eq!(plan.index.events.len(), plan.accepted);
    for message in intake.chunks(&plan).flatten() {
        let (_, body) = Message::decode(&message).expect("what is queued is read");
        if let Some(body) = body {
            emitted(body);
        }
    }
}
