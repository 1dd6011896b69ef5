//! Operational: what became of one delivery.

use super::Spec;
use crate::core::event::DELIVERY_EXHAUSTED;

pub(super) const TYPES: [Spec; 1] = [Spec {
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
}];
