//! `/v1/rules`.

use serde_json::{Map, Value, json};

use crate::description::{
    examples,
    operation::{Operation, list_of, members, object, schema_ref},
    parameter::path,
};

const TAG: &str = "Rules";

/// All calls about rules.
pub fn paths() -> Value {
    json!({
        "/v1/rules": {"get": list(), "post": create()},
        "/v1/rules/{id}": {"get": show(), "patch": change(), "delete": delete()},
    })
}

/// Their parameters.
pub fn parameters() -> Value {
    json!({"RuleId": path("id", json!({"type": "string"}), "rule_0f4d7f3e6d0c4c53", "The rule's id.")})
}

/// What a new rule may say.
pub fn creation() -> Value {
    object("A rule.", &["name", "metric", "threshold"], fields())
}

/// What a change may say.
pub fn merge() -> Value {
    object("A JSON merge patch (RFC 7396): null restores the default.", &[], fields())
}

fn fields() -> Map<String, Value> {
    let choice = |names: &[&str], text: &str| {
        let names: Vec<Value> = names.iter().map(|name| json!(name)).chain([Value::Null]).collect();
        json!({"enum": names, "description": text})
    };
    let metrics = ["cost", "error_rate", "latency_p95", "guardrail_count", "score"];
    members(json!({
        "name": {"type": "string", "minLength": 1, "maxLength": 100, "description": "For people."},
        "metric": {"enum": metrics, "description": "What it looks at: US dollars, failures in percent, milliseconds that the slowest 5 % take at least, requests that a guardrail blocked, or a score that is written to a request."},
        "per": choice(&["org", "user", "model"], "What it tells apart; `org` where absent. Not for scores."),
        "window": choice(&["hour", "day", "month"], "How long a window is, in UTC; `day` where absent."),
        "threshold": {"type": "number", "description": "From where on it is crossed, in the metric's unit. A score fails below it, or above it."},
        "minRequests": {
            "type": ["integer", "null"], "minimum": 1, "maximum": 1_000_000, "default": 20,
            "description": "How many requests a window must have before a rate or a percentile says something.",
        },
        "budget": {"type": ["boolean", "null"], "default": false, "description": "Of rules on cost: whether what is raised is `budget.exceeded`."},
        "score": {
            "type": ["string", "null"], "minLength": 1, "maxLength": 100,
            "description": "Of rules on scores: which.",
        },
        "direction": choice(&["below", "above"], "On which side of the threshold a score fails; `below` where absent."),
    }))
}

fn list() -> Value {
    Operation::new("listRules", TAG, "List rules")
        .for_scope("webhooks:read")
        .answers(
            200,
            "The rules, in the order of their creation.",
            list_of("Rule"),
            json!([examples::rule()]),
        )
        .done()
}

fn create() -> Value {
    let cost = json!({"name": "a user's day", "metric": "cost", "per": "user", "threshold": 50});
    let budget =
        json!({"name": "the month", "metric": "cost", "window": "month", "threshold": 1000, "budget": true});
    let score = json!({"name": "unfaithful", "metric": "score", "score": "faithfulness", "threshold": 70});
    Operation::new("createRule", TAG, "Add a rule")
        .about("It raises its event once in a window, for each user or model that it tells apart. What it counts is what gateways send from then on, of the last day. An org has at most 50.")
        .for_scope("webhooks:write")
        .body("NewRule", &[("cost", cost), ("budget", budget), ("score", score)])
        .answers(200, "Added.", schema_ref("Rule"), examples::rule())
        .refuses(&[409])
        .done()
}

fn show() -> Value {
    Operation::new("getRule", TAG, "Show a rule and its current window")
        .about("With the 20 users or models that have come furthest in it.")
        .for_scope("webhooks:read")
        .takes(&["RuleId"])
        .answers(200, "The rule.", schema_ref("RuleWithWindow"), examples::rule_window())
        .refuses(&[404])
        .done()
}

fn change() -> Value {
    Operation::new("changeRule", TAG, "Change a rule")
        .about("A window that it was crossed in stays crossed.")
        .for_scope("webhooks:write")
        .takes(&["RuleId"])
        .body("RuleChange", &[("threshold", json!({"threshold": 75}))])
        .answers(200, "The rule as it is now.", schema_ref("Rule"), examples::rule())
        .refuses(&[404])
        .done()
}

fn delete() -> Value {
    Operation::new("deleteRule", TAG, "Delete a rule")
        .for_scope("webhooks:write")
        .takes(&["RuleId"])
        .answers(
            200,
            "Deleted.",
            schema_ref("Deleted"),
            json!({"id": "rule_0f4d7f3e6d0c4c53", "deleted": true}),
        )
        .refuses(&[404])
        .done()
}
