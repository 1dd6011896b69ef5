//! What the native suites share.

use std::path::Path;

use heliograph::core::{
    destination::Policy,
    event::{Event, RecordPlace, read_record, write_record},
    history::IndexedEvent,
    shaping::UserIdKey,
    subscription::{Settings, Subscription},
    time::Timestamp,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads a file of `tests/vectors`.
pub fn vectors<T: DeserializeOwned>(name: &str) -> T {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The time at which everything happens: 2026-11-21T09:00:00Z.
pub fn now() -> Timestamp {
    Timestamp::from_millis(1_795_251_600_000)
}

/// What ids of users are hashed with.
pub fn user_ids() -> UserIdKey {
    UserIdKey::derive(b"a secret of the tests")
}

/// A subscription with these settings, beside a destination, and without keys.
pub fn subscription(id: &str, settings: Value) -> Subscription {
    let mut fields = settings;
    fields["destination"] = "https://receiver.example.com/in".into();
    let settings = Settings::read(fields.as_object().unwrap(), &[], &Policy::default()).unwrap();
    Subscription {
        id: id.to_owned(),
        revision: 1,
        created_at: now().millis(),
        updated_at: now().millis(),
        settings,
        keys: vec![],
        headers: None,
        disabled: None,
        permission: None,
    }
}

/// An event as the history notes it, that nobody gets.
pub fn indexed(id: &str, event_type: &str) -> IndexedEvent {
    IndexedEvent {
        id: id.to_owned(),
        event_type: event_type.to_owned(),
        request_id: id.to_owned(),
        user_id: None,
        model: None,
        provider: None,
        traceparent: None,
        trace_id: None,
        route_id: None,
        cost_status: None,
        place: RecordPlace::try_from(vec![0, 1, 0, 1]).unwrap(),
        queued: vec![],
        held: vec![],
        facts: None,
    }
}

/// An event as the archive has it: `{"event":{…},"exchange":{…}}`. What was written has to be what is read back.
pub fn archived(event: &Event) -> Value {
    let mut segment = Vec::new();
    write_record(event, &mut segment);
    let text = String::from_utf8(segment).unwrap();
    assert_eq!(&read_record(text.trim_end()).unwrap(), event);
    serde_json::from_str(&text).unwrap()
}
