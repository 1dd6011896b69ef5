//! Creating subscriptions: Helicone's way, ours, and the ways that are refused.

use heliograph::core::{
    destination::Policy,
    seal::SealingKey,
    signature::SigningKeys,
    subscription::{
        Draft, Format, Oversize, SealedKeys, Snapshot, Subscription, read_draft, sealing_context, view,
    },
};
use serde_json::{Value, json};

fn draft(body: Value) -> Result<Draft, String> {
    read_draft(&body, &Policy::default()).map_err(|error| error.to_string())
}

#[test]
fn helicones_own_call_is_taken() {
    let draft = draft(json!({
        "destination": "https://hooks.example.com/in",
        "config": {"sampleRate": 12.5, "propertyFilters": [{"key": "environment", "value": "production"}], "includeData": false},
        "includeData": true
    }))
    .unwrap();
    assert_eq!(draft.sample_rate, 12.5);
    assert_eq!(draft.property_filters.len(), 1);
    assert!(draft.include_data, "inside config Helicone ignores it");
    assert_eq!(draft.event_types[0].as_str(), "request.completed");
}

#[test]
fn defaults() {
    let draft = draft(json!({"destination": "https://Hooks.Example.com:443/in"})).unwrap();
    assert_eq!(draft.destination, "https://hooks.example.com/in");
    assert_eq!((draft.sample_rate, draft.include_data), (100.0, true));
    assert_eq!((draft.format, draft.oversize), (Format::Helicone, Oversize::Truncate));
    assert_eq!((draft.api_version.as_str(), draft.retry_schedule), ("2026-11-01", None));
}

#[test]
fn what_is_wrong_is_said_with_its_path() {
    let base = "https://hooks.example.com/";
    for (body, expected) in [
        (json!([]), "the body must be a JSON object"),
        (json!({}), "destination: is required"),
        (json!({"destination": 7}), "destination: must be a string"),
        (
            json!({"destination": "http://hooks.example.com/"}),
            "destination: must begin with https:// followed by a host name (reason: prefix)",
        ),
        (json!({"destination": "https://127.0.0.1/"}), "destination: must not point to a private"),
        (json!({"destination": base, "samplerate": 1}), "samplerate: is not a field; allowed: destination"),
        (json!({"destination": base, "config": []}), "config: must be an object"),
        (
            json!({"destination": base, "sampleRate": "NaN"}),
            "sampleRate: Sample rate must be between 0 and 100",
        ),
        (
            json!({"destination": base, "config": {"sampleRate": 101}}),
            "config.sampleRate: Sample rate must be between 0 and 100",
        ),
        (json!({"destination": base, "sampleRate": -0.1}), "sampleRate: Sample rate"),
        (
            json!({"destination": base, "config": {"propertyFilters": {"a": "b"}}}),
            "config.propertyFilters: Property filters must be an array",
        ),
        (
            json!({"destination": base, "config": {"propertyFilters": [{"key": "a"}]}}),
            "config.propertyFilters[0]: Property filters must be an array of objects with key and value properties",
        ),
        (
            json!({"destination": base, "propertyFilters": [{"key": "a", "value": "b"}, {"key": "", "value": "b"}]}),
            "propertyFilters[1]: ",
        ),
        (
            json!({"destination": base, "propertyFilters": vec![json!({"key": "a", "value": "b"}); 51]}),
            "propertyFilters: may hold at most 50",
        ),
        (json!({"destination": base, "includeData": "yes"}), "includeData: must be true or false"),
        (json!({"destination": base, "eventTypes": "request.completed"}), "eventTypes: must be a list"),
        (
            json!({"destination": base, "eventTypes": ["request.*", "re quest"]}),
            "eventTypes[1]: must be an event type",
        ),
        (json!({"destination": base, "format": "xml"}), "format: must be one of: helicone, standard"),
        (json!({"destination": base, "oversize": 1}), "oversize: must be one of: truncate, marker"),
        (json!({"destination": base, "apiVersion": "1999-01-01"}), "apiVersion: must be \"2026-11-01\""),
        (
            json!({"destination": base, "retrySchedule": [1.5]}),
            "retrySchedule: must be a list of whole seconds",
        ),
        (json!({"destination": base, "retrySchedule": [86401]}), "retrySchedule: may hold delays of at most"),
        (json!({"destination": base, "retrySchedule": vec![1; 51]}), "retrySchedule: may hold at most 50"),
        (json!({"destination": base, "signing_secret": 7}), "signing_secret: must be a string"),
    ] {
        let error = draft(body.clone()).unwrap_err();
        assert!(error.starts_with(expected), "{body}: {error}");
    }
}

#[test]
fn rates_with_decimals_and_at_the_edges_are_taken() {
    for rate in [json!(0), json!(0.1), json!(99.99), json!(100), json!(100.0), Value::Null] {
        assert!(draft(json!({"destination": "https://a.example.com/", "sampleRate": rate})).is_ok());
    }
}

fn subscription() -> (Subscription, SigningKeys, SealingKey) {
    let key = SealingKey::parse(&"ab".repeat(32)).unwrap();
    let keys = SigningKeys::derive(&[1; 32]);
    let draft = draft(json!({"destination": "https://a.example.com/"})).unwrap();
    let text = serde_json::to_string(&keys).unwrap();
    let sealed = key.seal(&text, &sealing_context("default", "sub_1"), [5; 24]).unwrap();
    let subscription = Subscription {
        id: "sub_1".into(),
        destination: draft.destination,
        event_types: draft.event_types,
        sample_rate: draft.sample_rate,
        property_filters: draft.property_filters,
        include_data: true,
        format: draft.format,
        oversize: draft.oversize,
        api_version: draft.api_version,
        retry_schedule: Some(vec![1, 2]),
        created_at: 1_795_251_600_000,
        keys: vec![SealedKeys { sealed, created_at: 0 }],
    };
    (subscription, keys, key)
}

#[test]
fn a_stored_subscription_holds_no_key_in_the_clear() {
    let (subscription, keys, key) = subscription();
    let text =
        serde_json::to_string(&Snapshot { revision: 1, subscriptions: vec![subscription.clone()] }).unwrap();
    assert!(!text.contains(&keys.hmac_key) && !text.contains(&keys.signing_secret));
    let read: Snapshot = serde_json::from_str(&text).unwrap();
    assert_eq!(read.find("sub_1").unwrap(), &subscription);
    assert_eq!(subscription.open_keys("default", &key).unwrap(), vec![keys]);
    assert_eq!(subscription.open_keys("acme", &key), None, "sealed for one org");
    let other = SealingKey::parse(&"cd".repeat(32)).unwrap();
    assert_eq!(subscription.open_keys("default", &other), None);
}

#[test]
fn the_view_has_helicones_columns_and_shows_the_secret_only_when_told_to() {
    let (subscription, keys, _) = subscription();
    let created = serde_json::to_value(view(&subscription, Some(&keys), true)).unwrap();
    for column in ["id", "created_at", "destination", "version", "config", "hmac_key"] {
        assert!(created.get(column).is_some(), "{column}");
    }
    assert_eq!(created["version"], "2024-10-22");
    assert_eq!(created["config"], json!({"sampleRate": 100.0, "propertyFilters": [], "includeData": true}));
    assert_eq!(created["signing_secret"], json!(keys.signing_secret));
    assert_eq!(created["created_at"], "2026-11-21T09:00:00.000Z");
    let listed = serde_json::to_value(view(&subscription, Some(&keys), false)).unwrap();
    assert!(listed.get("signing_secret").is_none());
    assert_eq!(listed["hmac_key"], json!(keys.hmac_key));
}
