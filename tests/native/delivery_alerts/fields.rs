//! The fields of an alert: defaults, what is wrong with one, changes.

use serde_json::json;

use super::read;

#[test]
fn what_is_not_said_has_a_default() {
    let alert = read(json!({"name": "n", "metric": "dead", "threshold": 1, "webhookId": null})).unwrap();
    assert_eq!((alert.webhook_id, alert.hours, alert.min_deliveries), (None, 1, 20));
}

#[test]
fn what_is_wrong_is_named() {
    const METRICS: &str =
        "success_rate, attempt_failure_rate, callback_p95, dead, duplicate_rate, retrying, oldest_retrying";
    for (fields, error) in [
        (json!({}), format!("metric: is required: one of {METRICS}")),
        (json!({"metric": "cost"}), format!("metric: must be one of: {METRICS}")),
        (json!({"metric": "dead"}), "name: must be a string of 1 to 100 characters".to_owned()),
        (
            json!({"id": "alert_2"}),
            "id: is not a field; allowed: name, metric, threshold, webhookId, hours, minDeliveries"
                .to_owned(),
        ),
    ] {
        assert_eq!(read(fields).unwrap_err(), error);
    }
    for (metric, threshold, rule) in [
        ("success_rate", 0.0, "percent, more than 0 and at most 100"),
        ("success_rate", 101.0, "percent, more than 0 and at most 100"),
        ("callback_p95", 0.5, "milliseconds, at least 1"),
        ("oldest_retrying", 0.5, "seconds, at least 1"),
        ("dead", 0.0, "deliveries, at least 1"),
        ("retrying", -1.0, "deliveries, at least 1"),
    ] {
        let fields = json!({"name": "n", "metric": metric, "threshold": threshold});
        assert_eq!(read(fields).unwrap_err(), format!("threshold: is required: a number in {rule}"));
    }
    for (name, value, error) in [
        ("webhookId", json!(1), "webhookId: must be the id of a webhook"),
        ("hours", json!(0), "hours: must be a whole number of hours from 1 to 24"),
        ("hours", json!(25), "hours: must be a whole number of hours from 1 to 24"),
        ("hours", json!(1.5), "hours: must be a whole number of hours from 1 to 24"),
        ("minDeliveries", json!(0), "minDeliveries: must be a whole number of deliveries from 1 to 1000000"),
    ] {
        let mut fields = json!({"name": "n", "metric": "dead", "threshold": 1});
        fields[name] = value;
        assert_eq!(read(fields).unwrap_err(), error);
    }
}

#[test]
fn a_patch_changes_what_it_says_and_null_restores_the_default() {
    let alert = read(json!({
        "name": "n", "metric": "success_rate", "threshold": 95, "hours": 3, "minDeliveries": 5, "webhookId": "sub_1",
    }))
    .unwrap();
    let patch = json!({"threshold": 99.5, "hours": null, "webhookId": null});
    let changed = alert.patched(patch.as_object().unwrap()).unwrap();
    assert_eq!(
        (changed.id.as_str(), changed.threshold, changed.hours, changed.min_deliveries, &changed.webhook_id),
        ("alert_1", 99.5, 1, 5, &None)
    );
    let error = alert.patched(json!({"metric": "callback_p95", "threshold": null}).as_object().unwrap());
    assert_eq!(error.unwrap_err().path, "threshold");
    assert_eq!(alert.patched(json!({"id": "x"}).as_object().unwrap()).unwrap_err().path, "id");
}
