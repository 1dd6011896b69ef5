//! What people are told of an event, in a few lines: which it is about, so that many of one kind are told once, and what to say.

use serde_json::{Map, Value};

use super::event::EventTypePattern;

/// Told where `ALERT_EVENTS` is not set: what somebody should look at.
pub const DEFAULT_EVENTS: &str = "guardrail.*,eval.failed,model_fallback.triggered,cost.*,budget.*,latency.high,tokens.outlier,\
                                  user.limit_reached,signature.failures,endpoint.*,delivery.exhausted,\
                                  delivery.alert_fired,delivery.alert_resolved";

/// Members that say which thing an event is about.
const SUBJECTS: [&str; 10] = [
    "budget",
    "guardrail",
    "eval",
    "rule",
    "alert_id",
    "model",
    "user",
    "what",
    "webhook_id",
    "subscription_id",
];

/// Members that hold what nobody wants in a chat: bodies, who it was, and addresses that open something.
const SILENT: [&str; 6] =
    ["request_body", "response_body", "request", "response", "request_response_url", "user_id"];

const MAX_LINES: usize = 12;
const MAX_VALUE: usize = 200;

/// Reads `ALERT_EVENTS`: event types and patterns with commas between.
pub fn parse_events(setting: &str) -> Option<Vec<EventTypePattern>> {
    let names = setting.split(',').map(str::trim).filter(|name| !name.is_empty());
    let patterns: Option<Vec<EventTypePattern>> = names.map(EventTypePattern::parse).collect();
    patterns.filter(|patterns| !patterns.is_empty())
}

/// What is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// What it is about: alerts about the same are told once in a while.
    pub subject: String,
    /// One line.
    pub title: String,
    /// What is known of it: name and value, a line each.
    pub lines: Vec<(String, String)>,
}

impl Alert {
    /// Of an event's type and body, in either shape.
    pub fn of(event_type: &str, body: &str) -> Self {
        let outer: Map<String, Value> = serde_json::from_str(body).unwrap_or_default();
        let members = match (outer.get("type"), outer.get("data")) {
            (Some(_), Some(Value::Object(data))) => data,
            _ => &outer,
        };
        let mut subject = event_type.to_owned();
        for name in SUBJECTS {
            if let Some(value) = members.get(name).and_then(short) {
                subject = format!("{subject}|{name}={value}");
            }
        }
        let lines = members
            .iter()
            .filter(|(name, _)| !SILENT.contains(&name.as_str()))
            .filter_map(|(name, value)| Some((name.clone(), short(value)?)))
            .take(MAX_LINES)
            .collect();
        Self { subject, title: event_type.to_owned(), lines }
    }

    /// As plain text.
    pub fn text(&self) -> String {
        let lines = self.lines.iter().map(|(name, value)| format!("\n{name}: {value}"));
        std::iter::once(self.title.clone()).chain(lines).collect()
    }

    /// As text for Slack and what speaks like it, where three characters mean something.
    pub fn slack(&self) -> String {
        let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let lines = self.lines.iter().map(|(name, value)| format!("\n{}: {}", escape(name), escape(value)));
        std::iter::once(format!("*{}*", escape(&self.title))).chain(lines).collect()
    }
}

/// A value that fits on a line. White space of all kinds becomes a space, so that none begins another line.
fn short(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => return None,
    };
    let plain = text.chars().map(|character| match character {
        _ if character.is_whitespace() || character.is_control() => ' ',
        _ => character,
    });
    Some(plain.take(MAX_VALUE).collect())
}
