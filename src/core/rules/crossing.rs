//! Which rules are crossed, and the event that tells it.

use serde_json::{Value, json};

use super::{Per, Rule, Share};
use crate::core::{hash, window::moment};

/// A rule that is crossed.
#[derive(Clone, Debug, PartialEq)]
pub struct Crossing<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// In which window and for which key, with what they have come to.
    pub share: &'a Share,
    /// What the rule sees in it.
    pub value: f64,
}

/// The rules that what a window has come to crosses.
pub fn crossings<'a>(rules: &'a [Rule], share: &'a Share) -> impl Iterator<Item = Crossing<'a>> {
    let looks_at = |rule: &&Rule| rule.window == share.window && rule.per == share.per;
    rules.iter().filter(looks_at).filter_map(move |rule| {
        let value = share.sum.value(rule)?;
        (value >= rule.threshold).then_some(Crossing { rule, share, value })
    })
}

impl Crossing<'_> {
    /// The event, as a gateway would send it. Its id is the rule's, the window's and the key's: however often it is raised, it
    /// is one event.
    pub fn event(&self) -> Value {
        let Self { rule, share, value } = self;
        let begin = share.begin.to_string();
        let window = format!("{}:{}", rule.id, share.window.label(share.begin));
        let request_id = match share.per {
            Per::Org => window,
            // A user's name is nobody else's business, and may be long.
            _ => format!("{window}:{}", hash::name("heliograph/rule-key", &[&begin, &share.key], 8)),
        };
        let key = (share.per != Per::Org).then_some(share.key.as_str());
        let mut event = json!({
            "type": rule.event_type(),
            "request_id": request_id,
            "data": {
                "rule_id": rule.id, "rule": rule.name, "metric": rule.metric.name(), "per": share.per.name(), "key": key,
                "value": value, "threshold": rule.threshold, "requests": share.sum.requests,
                "unknown_cost_requests": share.sum.unknown_cost, "window": share.window.name(),
                "window_start": moment(share.begin).to_string(),
            },
        });
        let name = match share.per {
            Per::Org => None,
            Per::User => Some("user_id"),
            Per::Model => Some("model"),
        };
        if let (Some(name), Some(event)) = (name, event.as_object_mut()) {
            event.insert(name.to_owned(), json!(share.key));
        }
        event
    }
}
