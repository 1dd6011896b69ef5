//! What a guardrail did.

use super::Spec;
use crate::core::event::{GUARDRAIL_BLOCKED, GUARDRAIL_FLAGGED};

pub(super) const TYPES: [Spec; 3] = [
    Spec {
        name: GUARDRAIL_BLOCKED,
        description: "A guardrail kept a request from the model, or an answer from the user.",
        own: r#"{
            "properties": {
                "guardrail": {"type": "string", "description": "Which guardrail."},
                "action": {"type": "string", "description": "What it did, such as blocked or masked."},
                "reason": {"type": "string", "description": "Why, in the gateway's words."}
            }
        }"#,
        example: r#"{
            "model": "gpt-4o",
            "data": {"guardrail": "pii", "action": "blocked", "reason": "an e-mail address was found"}
        }"#,
    },
    Spec {
        name: GUARDRAIL_FLAGGED,
        description: "A guardrail found something, and the request went on: as it was, or changed by the guardrail.",
        own: r#"{
            "properties": {
                "guardrail": {"type": "string", "description": "Which guardrail."},
                "action": {"type": "string", "description": "What it did, such as flagged or intervened."},
                "reason": {"type": "string", "description": "Why, in the gateway's words."}
            }
        }"#,
        example: r#"{
            "model": "gpt-4o",
            "data": {"guardrail": "pii", "action": "flagged", "reason": "a name was found"}
        }"#,
    },
    Spec {
        name: "guardrail.threshold_crossed",
        description: "Guardrails have blocked as much in a window as a rule of the org allows.",
        own: super::threshold::CROSSED,
        example: r#"{"data": {
            "rule_id": "rule_0f4d7f3e6d0c4c53", "rule": "blocked a day", "metric": "guardrail_count", "per": "org",
            "key": null, "value": 25, "threshold": 25, "requests": 3120, "window": "day",
            "window_start": "2026-11-21T00:00:00.000Z"
        }}"#,
    },
];
