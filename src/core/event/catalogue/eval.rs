//! Evaluations.

use super::Spec;

pub(super) const TYPES: [Spec; 1] = [Spec {
    name: "eval.failed",
    description: "An evaluation of a request came out below its bar: the gateway says so, or a score that was written meets a rule of the org.",
    own: r#"{
        "properties": {
            "eval": {"type": "string", "description": "Which evaluation; the score's name."},
            "score": {"type": "number", "description": "What came out."},
            "threshold": {"type": "number", "description": "What was asked for."},
            "rule_id": {"type": "string", "description": "The rule that raised the event, where one did."},
            "rule": {"type": "string", "description": "Its name."}
        }
    }"#,
    example: r#"{"data": {"eval": "faithfulness", "score": 0.41, "threshold": 0.7}}"#,
}];
