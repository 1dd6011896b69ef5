//! `/v1/alerts`.

use serde_json::{Map, Value, json};

use crate::description::{
    examples,
    operation::{Operation, list_of, members, object, schema_ref},
    parameter::path,
};

const TAG: &str = "Alerts";

/// All calls about alerts.
pub fn paths() -> Value {
    json!({
        "/v1/alerts": {"get": list(), "post": create()},
        "/v1/alerts/{id}": {"get": show(), "patch": change(), "delete": delete()},
    })
}

/// Their parameters.
pub fn parameters() -> Value {
    json!({"AlertId": path("id", json!({"type": "string"}), "alert_0f4d7f3e6d0c4c53", "The alert's id.")})
}

/// What a new alert may say.
pub fn creation() -> Value {
    object("An alert.", &["name", "metric", "threshold"], fields())
}

/// What a change may say.
pub fn merge() -> Value {
    object("A JSON merge patch (RFC 7396): null restores the default.", &[], fields())
}

fn fields() -> Map<String, Value> {
    let metrics = [
        "success_rate",
        "attempt_failure_rate",
        "callback_p95",
        "dead",
        "duplicate_rate",
        "retrying",
        "oldest_retrying",
    ];
    members(json!({
        "name": {"type": "string", "minLength": 1, "maxLength": 100, "description": "For people."},
        "metric": {"enum": metrics, "description": "What it looks at: in percent, the deliveries that the endpoint took of those that came to an end, or the attempts that failed; the milliseconds that the slowest 5 % of deliveries took at least; deliveries given up; in percent, messages that were not sent because their delivery had ended before; deliveries that failed and are due again; the seconds since the oldest of them was accepted."},
        "threshold": {"type": "number", "exclusiveMinimum": 0, "description": "In the metric's unit. `success_rate` fires below it, all others fire at it and above."},
        "webhookId": {"type": ["string", "null"], "description": "Which webhook it is about; each one of the org on its own where absent."},
        "hours": {
            "type": ["integer", "null"], "minimum": 1, "maximum": 24, "default": 1,
            "description": "How many hours it looks back at, beside the one that is running.",
        },
        "minDeliveries": {
            "type": ["integer", "null"], "minimum": 1, "maximum": 1_000_000, "default": 20,
            "description": "How many deliveries, attempts or messages there must be before a rate or a percentile of them says something.",
        },
    }))
}

fn list() -> Value {
    Operation::new("listAlerts", TAG, "List alerts")
        .for_scope("webhooks:read")
        .answers(
            200,
            "The alerts, in the order of their creation.",
            list_of("Alert"),
            json!([examples::alert()]),
        )
        .done()
}

fn create() -> Value {
    let rate = json!({"name": "deliveries fail", "metric": "success_rate", "threshold": 95});
    let slow = json!({"name": "slow", "metric": "callback_p95", "threshold": 5000, "hours": 3});
    let dead = json!({"name": "dead letters", "metric": "dead", "threshold": 1});
    Operation::new("createAlert", TAG, "Add an alert")
        .about("It is judged every five minutes. It raises `delivery.alert_fired` for each webhook when it begins to fire, and `delivery.alert_resolved` when it is over. An org has at most 50.")
        .for_scope("webhooks:write")
        .body("NewAlert", &[("rate", rate), ("slow", slow), ("dead", dead)])
        .answers(200, "Added.", schema_ref("Alert"), examples::alert())
        .refuses(&[409])
        .done()
}

fn show() -> Value {
    Operation::new("getAlert", TAG, "Show an alert and what it fires for")
        .for_scope("webhooks:read")
        .takes(&["AlertId"])
        .answers(200, "The alert.", schema_ref("AlertWithFiring"), examples::alert_firing())
        .refuses(&[404])
        .done()
}

fn change() -> Value {
    Operation::new("changeAlert", TAG, "Change an alert")
        .about("What fires goes on, and is judged by the new threshold the next time; where the alert looks at something else from now on, it ends.")
        .for_scope("webhooks:write")
        .takes(&["AlertId"])
        .body("AlertChange", &[("threshold", json!({"threshold": 99}))])
        .answers(200, "The alert as it is now.", schema_ref("Alert"), examples::alert())
        .refuses(&[404])
        .done()
}

fn delete() -> Value {
    Operation::new("deleteAlert", TAG, "Delete an alert")
        .about("What fires of it ends.")
        .for_scope("webhooks:write")
        .takes(&["AlertId"])
        .answers(
            200,
            "Deleted.",
            schema_ref("Deleted"),
            json!({"id": "alert_0f4d7f3e6d0c4c53", "deleted": true}),
        )
        .refuses(&[404])
        .done()
}
