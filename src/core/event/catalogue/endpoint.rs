//! Operational: how a webhook's endpoint is doing. Never sent to the endpoint that they are about.

use super::Spec;
use crate::core::event::{
    ENDPOINT_DISABLED, ENDPOINT_FAILING, ENDPOINT_RECOVERED, ENDPOINT_SUCCESS_RATE_LOW,
};

const OWN: &str = r#"{
    "required": ["subscription_id", "state"],
    "properties": {
        "subscription_id": {"type": "string", "description": "Which webhook."},
        "destination_host": {"type": ["string", "null"], "description": "The host that it leads to."},
        "state": {"type": "string", "description": "How the endpoint is doing now."},
        "since": {"type": ["string", "null"], "format": "date-time", "description": "Since when."},
        "reason": {"type": ["string", "null"], "description": "Why it was disabled, as a code."},
        "message": {"type": ["string", "null"], "description": "The same as a sentence."},
        "consecutive_failures": {"type": "integer", "description": "Attempts that failed in a row."},
        "failing_since": {"type": ["string", "null"], "format": "date-time", "description": "When the first of them was."},
        "failing_for_ms": {"type": ["integer", "null"], "description": "How long it took nothing."},
        "last_success_at": {"type": ["string", "null"], "format": "date-time", "description": "When it last took a delivery."},
        "last_failure_at": {"type": ["string", "null"], "format": "date-time", "description": "When it last did not."},
        "success_rate_percent": {"type": ["integer", "null"], "description": "Of the last day's attempts, the share it took."},
        "attempts": {"type": ["integer", "null"], "description": "How many there were."}
    }
}"#;

const FAILING: &str = r#"{"data": {
    "subscription_id": "sub_4780bffc40b9943f654998c67b7fda4b", "destination_host": "hooks.example.com", "state": "failing",
    "since": "2026-11-21T09:00:00.000Z", "reason": null, "message": null, "consecutive_failures": 10,
    "failing_since": "2026-11-21T08:55:00.000Z", "failing_for_ms": 300000, "last_success_at": "2026-11-21T08:54:58.000Z",
    "last_failure_at": "2026-11-21T09:00:00.000Z", "success_rate_percent": null, "attempts": null
}}"#;

const RECOVERED: &str = r#"{"data": {
    "subscription_id": "sub_4780bffc40b9943f654998c67b7fda4b", "destination_host": "hooks.example.com", "state": "healthy",
    "since": "2026-11-21T09:30:00.000Z", "reason": null, "message": null, "consecutive_failures": 0,
    "failing_since": null, "failing_for_ms": 2100000, "last_success_at": "2026-11-21T09:30:00.000Z",
    "last_failure_at": "2026-11-21T09:29:00.000Z", "success_rate_percent": null, "attempts": null
}}"#;

const DISABLED: &str = r#"{"data": {
    "subscription_id": "sub_4780bffc40b9943f654998c67b7fda4b", "destination_host": "hooks.example.com", "state": "disabled",
    "since": "2026-11-21T09:00:00.000Z", "reason": "gone", "message": "The endpoint answered 410 Gone.",
    "consecutive_failures": 1, "failing_since": "2026-11-21T09:00:00.000Z", "failing_for_ms": null,
    "last_success_at": "2026-11-21T08:54:58.000Z", "last_failure_at": "2026-11-21T09:00:00.000Z",
    "success_rate_percent": null, "attempts": null
}}"#;

const RATE: &str = r#"{"data": {
    "subscription_id": "sub_4780bffc40b9943f654998c67b7fda4b", "destination_host": "hooks.example.com", "state": "healthy",
    "since": "2026-11-20T09:00:00.000Z", "reason": null, "message": null, "consecutive_failures": 0,
    "failing_since": null, "failing_for_ms": null, "last_success_at": "2026-11-21T09:00:00.000Z",
    "last_failure_at": "2026-11-21T08:59:00.000Z", "success_rate_percent": 42, "attempts": 1200
}}"#;

pub(super) const TYPES: [Spec; 4] = [
    Spec {
        name: ENDPOINT_FAILING,
        description: "An endpoint has begun to take nothing.",
        own: OWN,
        example: FAILING,
    },
    Spec {
        name: ENDPOINT_RECOVERED,
        description: "An endpoint that was failing takes deliveries again.",
        own: OWN,
        example: RECOVERED,
    },
    Spec {
        name: ENDPOINT_DISABLED,
        description: "An endpoint is sent nothing any more; its deliveries are held.",
        own: OWN,
        example: DISABLED,
    },
    Spec {
        name: ENDPOINT_SUCCESS_RATE_LOW,
        description: "Too many of an endpoint's attempts failed in the last day.",
        own: OWN,
        example: RATE,
    },
];
