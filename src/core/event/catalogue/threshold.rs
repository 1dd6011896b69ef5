//! Sums and rates of many requests: once in a window for each rule of the org that they cross, or whenever a gateway says so.

use super::Spec;

/// What every event of a rule says.
pub(super) const CROSSED: &str = r#"{
    "properties": {
        "rule_id": {"type": "string", "description": "The rule that raised the event; absent where a gateway did."},
        "rule": {"type": "string", "description": "Its name."},
        "metric": {"type": "string", "description": "What it looks at: cost, error_rate, latency_p95 or guardrail_count."},
        "per": {"type": "string", "description": "What is told apart: org (nothing), user or model."},
        "key": {"type": ["string", "null"], "description": "The user or model; null for the org."},
        "value": {"type": "number", "description": "What it had come to: US dollars, percent, milliseconds, or events."},
        "threshold": {"type": "number", "description": "What the rule says, in the same unit."},
        "requests": {"type": "integer", "description": "How many requests of the window it was of."},
        "window": {"type": "string", "description": "How long a window is: hour, day or month (UTC)."},
        "window_start": {"type": "string", "format": "date-time", "description": "When this one began."}
    }
}"#;

pub(super) const TYPES: [Spec; 4] = [
    Spec {
        name: "cost.threshold_crossed",
        description: "What requests cost in a window has come to what a rule of the org says.",
        own: CROSSED,
        example: r#"{"data": {
            "rule_id": "rule_0f4d7f3e6d0c4c53", "rule": "a user's day", "metric": "cost", "per": "user",
            "key": "u-1", "value": 50.37, "threshold": 50, "requests": 812, "window": "day",
            "window_start": "2026-11-21T00:00:00.000Z"
        }}"#,
    },
    Spec {
        name: "budget.exceeded",
        description: "A budget is spent: a rule of the org that is one, or a gateway's.",
        own: CROSSED,
        example: r#"{"data": {
            "rule_id": "rule_5b2f7c119a534c53", "rule": "the month", "metric": "cost", "per": "org",
            "key": null, "value": 1000.02, "threshold": 1000, "requests": 40211, "window": "month",
            "window_start": "2026-11-01T00:00:00.000Z"
        }}"#,
    },
    Spec {
        name: "error_rate.threshold_crossed",
        description: "More requests of a window failed than a rule of the org allows, in percent.",
        own: CROSSED,
        example: r#"{"data": {
            "rule_id": "rule_0f4d7f3e6d0c4c53", "rule": "failing", "metric": "error_rate", "per": "model",
            "key": "gpt-4o", "value": 12.5, "threshold": 10, "requests": 240, "window": "hour",
            "window_start": "2026-11-21T09:00:00.000Z"
        }}"#,
    },
    Spec {
        name: "latency.threshold_crossed",
        description: "Of the requests of a window, 5 % took longer than a rule of the org allows, in milliseconds.",
        own: CROSSED,
        example: r#"{"data": {
            "rule_id": "rule_0f4d7f3e6d0c4c53", "rule": "slow", "metric": "latency_p95", "per": "model",
            "key": "gpt-4o", "value": 8192, "threshold": 8000, "requests": 240, "window": "hour",
            "window_start": "2026-11-21T09:00:00.000Z"
        }}"#,
    },
];
