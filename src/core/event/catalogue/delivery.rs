//! Operational: what became of one delivery, and what many come to.

use super::Spec;
use crate::core::event::{DELIVERY_ALERT_FIRED, DELIVERY_ALERT_RESOLVED, DELIVERY_EXHAUSTED};

const ALERT: &str = r#"{
    "required": ["alert_id", "alert", "subscription_id", "metric", "threshold"],
    "properties": {
        "alert_id": {"type": "string", "description": "Which alert."},
        "alert": {"type": "string", "description": "Its name."},
        "subscription_id": {"type": "string", "description": "Which webhook."},
        "metric": {"type": "string", "description": "What was looked at."},
        "value": {"type": ["number", "null"], "description": "What it has come to, in the metric's unit; null where nothing was seen."},
        "threshold": {"type": "number", "description": "What the alert allows."},
        "hours": {"type": "integer", "description": "How many hours it looks back at, beside the one that is running."},
        "since": {"type": "string", "format": "date-time", "description": "When it began to fire."},
        "reason": {"type": ["string", "null"], "description": "Why it is over: recovered, no_data, alert_changed, alert_deleted or webhook_deleted."},
        "firing_for_ms": {"type": ["integer", "null"], "description": "How long it fired."}
    }
}"#;

pub(super) const TYPES: [Spec; 3] = [EXHAUSTED, FIRED, RESOLVED];

const FIRED: Spec = Spec {
    name: DELIVERY_ALERT_FIRED,
    description: "What a webhook's deliveries come to has crossed the threshold of an alert of the org.",
    own: ALERT,
    example: r#"{"data": {
        "alert_id": "alert_0f4d7f3e6d0c4c53", "alert": "deliveries fail", "subscription_id": "sub_4780bffc40b9943f654998c67b7fda4b",
        "metric": "success_rate", "value": 91.5, "threshold": 95, "hours": 1, "since": "2026-11-21T09:05:00.000Z",
        "reason": null, "firing_for_ms": null
    }}"#,
};

const RESOLVED: Spec = Spec {
    name: DELIVERY_ALERT_RESOLVED,
    description: "An alert that fired for a webhook does so no longer.",
    own: ALERT,
    example: r#"{"data": {
        "alert_id": "alert_0f4d7f3e6d0c4c53", "alert": "deliveries fail", "subscription_id": "sub_4780bffc40b9943f654998c67b7fda4b",
        "metric": "success_rate", "value": 99.2, "threshold": 95, "hours": 1, "since": "2026-11-21T09:05:00.000Z",
        "reason": "recovered", "firing_for_ms": 3600000
    }}"#,
};

const EXHAUSTED: Spec = Spec {
    name: DELIVERY_EXHAUSTED,
    description: "A delivery was given up after its last retry.",
    own: r#"{
        "required": ["subscription_id", "delivery_id", "event_id"],
        "properties": {
            "subscription_id": {"type": "string", "description": "Which webhook."},
            "delivery_id": {"type": "string", "description": "Which delivery."},
            "event_id": {"type": "string", "description": "Of which event."},
            "event_type": {"type": "string", "description": "The type of that event."},
            "attempts": {"type": "integer", "description": "How many attempts were made."},
            "reason": {"type": ["string", "null"], "description": "Why it was given up, as a code."},
            "last_status": {"type": ["integer", "null"], "description": "What the endpoint last answered."},
            "last_failure": {"type": ["string", "null"], "description": "Why there was no answer, where there was none."}
        }
    }"#,
    example: r#"{"data": {
        "subscription_id": "sub_4780bffc40b9943f654998c67b7fda4b", "delivery_id": "msg_a167065238948a7d1d65ec0eb4e51f1e",
        "event_id": "request.completed:0f4d7f3e", "event_type": "request.completed", "attempts": 9,
        "reason": "retries_used_up", "last_status": 503, "last_failure": null
    }}"#,
};
