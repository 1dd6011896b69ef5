//! Rules on scores.

use serde_json::{Value, json};

use super::{Direction, Metric, Rule};

/// The events that scores raise which were written to a request: one for each rule that a score fails. Each is one event
/// however often it is raised, and it carries the request's user and model, which filters may look at.
pub fn failed(
    rules: &[Rule],
    request_id: &str,
    scores: &[(String, f64)],
    user_id: Option<&str>,
    model: Option<&str>,
) -> Vec<Value> {
    let on_scores = rules.iter().filter(|rule| rule.metric == Metric::Score);
    let failed = on_scores.filter_map(|rule| {
        let name = rule.score.as_deref()?;
        let (_, score) = scores.iter().find(|(other, _)| other == name)?;
        let fails = match rule.direction {
            Direction::Below => *score < rule.threshold,
            Direction::Above => *score > rule.threshold,
        };
        fails.then(|| {
            json!({
                "type": rule.event_type(),
                "id": format!("{}:{request_id}:{}", rule.event_type(), rule.id),
                "request_id": request_id,
                "user_id": user_id,
                "model": model,
                "data": {
                    "eval": name, "score": score, "threshold": rule.threshold, "rule_id": rule.id, "rule": rule.name,
                },
            })
        })
    });
    failed.collect()
}
