//! An org's settings: what a change may say.

use heliograph::core::org::{OrgSettings, Retain};
use serde_json::{Value, json};

fn patched(patch: Value) -> Result<OrgSettings, String> {
    OrgSettings::default().patched(patch.as_object().unwrap()).map_err(|error| error.to_string())
}

#[test]
fn what_is_not_said_stays_and_null_restores_the_default() {
    let changed = patched(json!({"retain": "all", "retentionDays": 90})).unwrap();
    assert_eq!((changed.retain, changed.retention_days), (Retain::All, Some(90)));
    let same = changed.patched(json!({}).as_object().unwrap()).unwrap();
    assert_eq!(same, changed);
    let back = changed.patched(json!({"retain": null, "retentionDays": null}).as_object().unwrap()).unwrap();
    assert_eq!(back, OrgSettings::default());
}

#[test]
fn what_is_wrong_is_named() {
    for (patch, error) in [
        (json!({"retain": "some"}), "retain: must be one of: none, matched, all"),
        (json!({"retain": 1}), "retain: must be one of: none, matched, all"),
        (json!({"retentionDays": 0}), "retentionDays: must be a whole number of days from 1 to 366"),
        (json!({"retentionDays": 367}), "retentionDays: must be a whole number of days from 1 to 366"),
        (json!({"retentionDays": 1.5}), "retentionDays: must be a whole number of days from 1 to 366"),
        (json!({"revision": 5}), "revision: is not a field; allowed: retain, retentionDays"),
    ] {
        assert_eq!(patched(patch).unwrap_err(), error);
    }
}
