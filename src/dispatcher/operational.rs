//! Heliograph's own events: what subscriptions are told about endpoints and deliveries.

use serde_json::{Value, json};
use worker::Env;

use super::intake;
use crate::{
    core::{
        event::{DELIVERY_EXHAUSTED, is_operational},
        ledger::Row,
    },
    edge::{clock, log::Line},
};

/// The event that tells of a delivery that was given up; `None` for one that told of such things itself: news of news would
/// never end.
pub fn exhausted(row: &Row) -> Option<(&'static str, Value)> {
    let message = &row.message;
    if is_operational(&message.event_type) {
        return None;
    }
    let last = row.attempts.last();
    let data = json!({
        "subscription_id": message.subscription,
        "delivery_id": message.id,
        "event_id": message.event,
        "event_type": message.event_type,
        "attempts": row.made,
        "reason": row.why,
        "last_status": last.and_then(|attempt| attempt.status),
        "last_failure": last.and_then(|attempt| attempt.failure.as_deref()),
    });
    Some((DELIVERY_EXHAUSTED, data))
}

/// Raises events about a subscription: type and `data` of each. They go to the org's subscriptions that ask for them, and
/// never to the one that they are about. What can't be raised is logged and lost: deliveries go before news of them.
pub async fn raise(env: &Env, org: &str, base_url: &str, about: &str, events: Vec<(&str, Value)>) {
    if events.is_empty() {
        return;
    }
    let now = clock::now();
    let events: Vec<Value> = events
        .iter()
        .enumerate()
        .map(|(at, (event_type, data))| {
            // Of one delivery there is one such event however often it is raised; of a subscription's states there are many.
            let subject = data.get("delivery_id").and_then(Value::as_str).map(str::to_owned);
            let request_id = subject.unwrap_or_else(|| format!("{about}:{}:{at}", now.millis()));
            json!({"type": event_type, "request_id": request_id, "data": data})
        })
        .collect();
    if let Err(error) = intake::take_in_own(&events, org, base_url, Some(about), env).await {
        Line::error("operational.lost").text("org", org).text("why", &error.message).emit();
    }
}
