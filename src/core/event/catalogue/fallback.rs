//! Another model or provider answered.

use super::Spec;
use crate::core::event::MODEL_FALLBACK_TRIGGERED;

pub(super) const TYPES: [Spec; 1] = [Spec {
    name: MODEL_FALLBACK_TRIGGERED,
    description: "The model that was asked did not answer, and the gateway went on to another one.",
    own: r#"{
        "properties": {
            "from": {"type": "string", "description": "The model that was asked first."},
            "to": {"type": "string", "description": "The one that was asked next."},
            "reason": {"type": "string", "description": "Why, in the gateway's words."}
        }
    }"#,
    example: r#"{
        "data": {"from": "gpt-4o", "to": "claude-sonnet-4-5", "reason": "the provider answered 529"}
    }"#,
}];
