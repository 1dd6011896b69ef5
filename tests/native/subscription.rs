//! Subscriptions: Helicone's way of creating them, ours, the ways that are refused, changing them, and their keys.

use heliograph::core::{
    destination::Policy,
    seal::SealingKey,
    signature::SigningKeys,
    subscription::{
        Format, MAX_KEYS, Oversize, SealedKeys, Settings, Shown, Snapshot, Status, Subscription,
        sealing_context, view,
    },
};
use serde_json::{Value, json};

use crate::support::{now, subscription};

fn read(body: Value) -> Result<Settings, String> {
    Settings::read(body.as_object().unwrap(), &["signing_secret"], &Policy::default())
        .map_err(|error| error.to_string())
}

fn patched(settings: &Settings, patch: Value) -> Result<Settings, String> {
    settings.patched(patch.as_object().unwrap(), &[], &Policy::default()).map_err(|error| error.to_string())
}

#[test]
fn helicones_own_call_is_taken() {
    let settings = read(json!({
        "destination": "https://hooks.example.com/in",
        "config": {"sampleRate": 12.5, "propertyFilters": [{"key": "environment", "value": "production"}], "includeData": false},
        "includeData": true
    }))
    .unwrap();
    assert_eq!(settings.sample_rate, 12.5);
    assert_eq!(settings.property_filters.len(), 1);
    assert!(settings.include_data, "inside config Helicone ignores it");
    assert_eq!(settings.event_types[0].as_str(), "request.completed");
}

#[test]
fn defaults() {
    let settings = read(json!({"destination": "https://Hooks.Example.com:443/in"})).unwrap();
    assert_eq!(settings.destination, "https://hooks.example.com/in");
    assert_eq!((settings.sample_rate, settings.include_data), (100.0, true));
    assert_eq!((settings.format, settings.oversize), (Format::Helicone, Oversize::Truncate));
    assert_eq!((settings.api_version.name(), &settings.retry_schedule), ("2026-11-21", &None));
    assert_eq!((settings.status, settings.timeout_ms), (Status::Active, None));
    assert!(settings.metadata.is_empty() && settings.description.is_none());
}

#[test]
fn what_is_wrong_is_said_with_its_path() {
    let base = "https://hooks.example.com/";
    let wide: Value =
        (0..51).map(|at| (format!("k{at}"), json!("v"))).collect::<serde_json::Map<_, _>>().into();
    for (body, expected) in [
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
            json!({"destination": base, "sampleRate": 1, "config": {"sampleRate": 101}}),
            "config.sampleRate: Sample rate must be between 0 and 100",
        ),
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
        (json!({"destination": base, "status": "disabled"}), "status: must be one of: active, paused"),
        (
            json!({"destination": base, "apiVersion": "1999-01-01"}),
            "apiVersion: must be one of: 2026-11-01, 2026-11-21",
        ),
        (
            json!({"destination": base, "retrySchedule": [1.5]}),
            "retrySchedule: must be a list of whole seconds",
        ),
        (json!({"destination": base, "retrySchedule": [86401]}), "retrySchedule: may hold delays of at most"),
        (json!({"destination": base, "retrySchedule": vec![1; 51]}), "retrySchedule: may hold at most 50"),
        (
            json!({"destination": base, "timeoutMs": 999}),
            "timeoutMs: must be a whole number of milliseconds from 1000 to 120000",
        ),
        (json!({"destination": base, "timeoutMs": 120_001}), "timeoutMs: "),
        (json!({"destination": base, "filter": []}), "filter: must be an object"),
        (json!({"destination": base, "filter": {"cost": {"$gtt": 1}}}), "filter.cost.$gtt: "),
        (
            json!({"destination": base, "filter": {"$or": [{"model": {"$in": [1], "x": 2}}]}}),
            "filter.$or[0].model",
        ),
        (json!({"destination": base, "signatures": []}), "signatures: must be a list that names v1 or v1a"),
        (
            json!({"destination": base, "signatures": ["helicone"]}),
            "signatures: must be a list that names v1 or v1a",
        ),
        (json!({"destination": base, "signatures": "v1"}), "signatures: must be a list that names v1 or v1a"),
        (json!({"destination": base, "signatures": ["v1", "v2"]}), "signatures[1]: must be one of"),
        (
            json!({"destination": base, "signatures": ["v1", "v1", "v1", "v1", "v2"]}),
            "signatures[4]: must be one of",
        ),
        (
            json!({"destination": base, "description": "x".repeat(1001)}),
            "description: must be a string of at most 1000",
        ),
        (json!({"destination": base, "metadata": {"a": 1}}), "metadata.a: must be a string"),
        (json!({"destination": base, "metadata": {"": "x"}}), "metadata.: must be a string"),
        (json!({"destination": base, "metadata": wide}), "metadata: must be an object of at most 50"),
    ] {
        let error = read(body.clone()).unwrap_err();
        assert!(error.starts_with(expected), "{body}: {error}");
    }
}

#[test]
fn whole_numbers_may_be_written_with_a_point() {
    let fields =
        json!({"destination": "https://a.example.com/", "retrySchedule": [5.0, 3e2], "timeoutMs": 2000.0});
    let settings = read(fields).unwrap();
    assert_eq!((settings.retry_schedule, settings.timeout_ms), (Some(vec![5, 300]), Some(2000)));
}

#[test]
fn rates_with_decimals_and_at_the_edges_are_taken() {
    for rate in [json!(0), json!(0.1), json!(99.99), json!(100), json!(100.0), Value::Null] {
        assert!(read(json!({"destination": "https://a.example.com/", "sampleRate": rate})).is_ok());
    }
}

#[test]
fn a_patch_changes_what_it_names_and_nothing_else() {
    let before = read(json!({
        "destination": "https://a.example.com/", "sampleRate": 50, "description": "d", "metadata": {"a": "1", "b": "2"},
        "eventTypes": ["request.*"], "timeoutMs": 5000
    }))
    .unwrap();
    assert_eq!(patched(&before, json!({})).unwrap(), before);
    let after =
        patched(&before, json!({"status": "paused", "metadata": {"b": null, "c": "3"}, "timeoutMs": null}))
            .unwrap();
    assert_eq!(after.status, Status::Paused);
    assert_eq!(Value::from(after.metadata.clone()), json!({"a": "1", "c": "3"}));
    assert_eq!(after.timeout_ms, None, "null restores the default");
    let rest = Settings {
        status: before.status,
        metadata: before.metadata.clone(),
        timeout_ms: before.timeout_ms,
        ..after
    };
    assert_eq!(rest, before);
    let filtered = patched(&before, json!({"filter": {"model": "a", "cost": {"$gt": 1}}})).unwrap();
    let refiltered = patched(&filtered, json!({"filter": {"model": "b"}})).unwrap();
    assert_eq!(refiltered.filter.as_ref().unwrap().json(), &json!({"model": "b"}), "replaced as a whole");
    assert_eq!(patched(&refiltered, json!({"filter": null})).unwrap(), before);
    let with_null = json!({"user_id": null, "status": {"$eq": null}});
    let of_null = patched(&filtered, json!({"filter": with_null})).unwrap();
    assert_eq!(of_null.filter.as_ref().unwrap().json(), &with_null, "a null in a filter is a condition");
    assert!(patched(&before, json!({"filter": {"$or": null}})).unwrap_err().starts_with("filter.$or: "));
    assert_eq!(patched(&filtered, json!({"description": "d"})).unwrap(), filtered);
    let by_config = patched(&before, json!({"config": {"sampleRate": 10}})).unwrap();
    assert_eq!((by_config.sample_rate, by_config.event_types.clone()), (10.0, before.event_types.clone()));
    for (patch, expected) in [
        (json!({"destination": null}), "destination: is required"),
        (json!({"sampelRate": 1}), "sampelRate: is not a field"),
        (json!({"sampelRate": null}), "sampelRate: is not a field"),
        (json!({"": null}), "is not a field"),
        (json!({"config": {"sampleRate": "x"}}), "config.sampleRate: "),
        (json!({"metadata": {"x": 1}}), "metadata.x: must be a string"),
        (json!({"signing_secret": "whsec_x"}), "signing_secret: is not a field"),
        (json!({"id": "sub_2"}), "id: is not a field"),
    ] {
        assert!(patched(&before, patch.clone()).unwrap_err().starts_with(expected), "{patch}");
    }
}

fn sealed(subscription: &Subscription, keys: &SigningKeys, key: &SealingKey) -> SealedKeys {
    let text = serde_json::to_string(keys).unwrap();
    let sealed = key.seal(&text, &sealing_context("default", &subscription.id), [5; 24]).unwrap();
    let public_key = keys.public_key().unwrap().to_text();
    SealedKeys { sealed, public_key, created_at: now().millis(), expires_at: None }
}

fn with_keys() -> (Subscription, SigningKeys, SealingKey) {
    let key = SealingKey::parse(&"ab".repeat(32)).unwrap();
    let keys = SigningKeys::derive(&[1; 32]);
    let mut subscription = subscription("sub_1", json!({"retrySchedule": [1, 2]}));
    subscription.keys = vec![sealed(&subscription, &keys, &key)];
    (subscription, keys, key)
}

#[test]
fn a_stored_subscription_holds_no_key_in_the_clear() {
    let (subscription, keys, key) = with_keys();
    let text = serde_json::to_string(&Snapshot {
        revision: 1,
        subscriptions: vec![subscription.clone()],
        ..Snapshot::default()
    })
    .unwrap();
    assert!(!text.contains(&keys.hmac_key) && !text.contains(&keys.signing_secret));
    let read: Snapshot = serde_json::from_str(&text).unwrap();
    assert_eq!(read.find("sub_1").unwrap(), &subscription);
    assert_eq!(subscription.open_keys("default", &key, now()).unwrap(), vec![keys]);
    assert_eq!(subscription.open_keys("acme", &key, now()), None, "sealed for one org");
    let other = SealingKey::parse(&"cd".repeat(32)).unwrap();
    assert_eq!(subscription.open_keys("default", &other, now()), None);
}

#[test]
fn after_a_rotation_old_keys_sign_until_their_end() {
    let (mut subscription, first, key) = with_keys();
    let [second, third] = [SigningKeys::derive(&[2; 32]), SigningKeys::derive(&[3; 32])];
    let new = sealed(&subscription, &second, &key);
    subscription.rotate(new, 60, now());
    let at = |seconds: i64, subscription: &Subscription| {
        subscription.open_keys("default", &key, now().plus_seconds(seconds)).unwrap()
    };
    assert_eq!(at(0, &subscription), [second.clone(), first.clone()]);
    assert_eq!(at(59, &subscription), [second.clone(), first.clone()]);
    assert_eq!(at(60, &subscription), std::slice::from_ref(&second));

    // A second rotation does not prolong the first key's life.
    let new = sealed(&subscription, &third, &key);
    subscription.rotate(new, 3600, now().plus_seconds(30));
    assert_eq!(at(31, &subscription), [third.clone(), second.clone(), first]);
    assert_eq!(at(61, &subscription), [third.clone(), second]);
    assert_eq!(at(4000, &subscription), std::slice::from_ref(&third));

    // Without overlap nothing else signs.
    let new = sealed(&subscription, &third, &key);
    subscription.rotate(new, 0, now().plus_seconds(100));
    assert_eq!(subscription.keys.len(), 1);
    for _ in 0..20 {
        let new = sealed(&subscription, &third, &key);
        subscription.rotate(new, 86_400, now().plus_seconds(100));
    }
    assert_eq!(subscription.keys.len(), MAX_KEYS);
}

/// Clients that hold the rate in an integer read no `100.0`.
#[test]
fn the_view_prints_the_rate_as_helicone_does() {
    let (mut subscription, keys, _) = with_keys();
    for (rate, text) in [(100.0, "100"), (0.0, "0"), (12.5, "12.5")] {
        subscription.settings.sample_rate = rate;
        let keys = std::slice::from_ref(&keys);
        let shown = serde_json::to_string(&view(&subscription, keys, Shown::ALL, now())).unwrap();
        assert_eq!(shown.matches(&format!(r#""sampleRate":{text},"#)).count(), 2, "{shown}");
    }
}

#[test]
fn the_view_has_helicones_columns_and_shows_secrets_only_when_told_to() {
    let (subscription, keys, _) = with_keys();
    let keys = [keys];
    let show = |shown: Shown| serde_json::to_value(view(&subscription, &keys, shown, now())).unwrap();
    let created = show(Shown::ALL);
    for column in ["id", "created_at", "destination", "version", "config", "hmac_key"] {
        assert!(created.get(column).is_some(), "{column}");
    }
    assert_eq!(created["version"], "2024-10-22");
    assert_eq!(created["config"], json!({"sampleRate": 100, "propertyFilters": [], "includeData": true}));
    assert_eq!(created["signing_secret"], json!(keys[0].signing_secret));
    assert_eq!(created["created_at"], "2026-11-21T09:00:00.000Z");
    let listed = show(Shown { hmac_key: true, signing_secret: false });
    assert!(listed.get("signing_secret").is_none());
    assert_eq!(listed["hmac_key"], json!(keys[0].hmac_key));
    let guarded = show(Shown::default()).to_string();
    assert!(!guarded.contains(&keys[0].hmac_key) && !guarded.contains(&keys[0].signing_secret));
    assert!(guarded.contains(&keys[0].fingerprint()));
}
