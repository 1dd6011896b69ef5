//! Signals as deliveries of the receiver's own: they go through the same inbox as all others, so that a handler that fails is
//! run again, and none is told twice.

use serde_json::{Value, json};

use super::{Limited, Nanos, Signal};
use crate::core::{
    hash,
    inbox::{InboxMessage, Origin},
    time::Timestamp,
};

/// 80 % of a budget is spent.
pub const BUDGET_THRESHOLD_CROSSED: &str = "budget.threshold_crossed";
/// All of it is.
pub const BUDGET_EXCEEDED: &str = "budget.exceeded";
/// A model takes too long.
pub const LATENCY_HIGH: &str = "latency.high";
/// A request's tokens are out of the ordinary.
pub const TOKENS_OUTLIER: &str = "tokens.outlier";
/// A user has come to a limit.
pub const USER_LIMIT_REACHED: &str = "user.limit_reached";
/// Many signatures were refused.
pub const SIGNATURE_FAILURES: &str = "signature.failures";

/// The message and the body, `{type, timestamp, data}`, of a signal that has this id.
pub fn news(id: &str, signal: &Signal, now: Timestamp) -> (InboxMessage, String) {
    let (event_type, data) = told(signal);
    let id = format!("own_{}", hash::name("heliograph/own-news", &[id], 16));
    let message = InboxMessage::new(id, Some(event_type.to_owned()), None, Origin::Own, now);
    let body = json!({"type": event_type, "timestamp": now.to_string(), "data": data}).to_string();
    (message, body)
}

fn told(signal: &Signal) -> (&'static str, Value) {
    match signal {
        Signal::BudgetCrossed { budget, percent, spent, limit, unknown, window } => {
            let event_type = if *percent >= 100 { BUDGET_EXCEEDED } else { BUDGET_THRESHOLD_CROSSED };
            let data = json!({
                "budget": budget, "percent": percent, "spent": spent.dollars(), "limit": limit.dollars(),
                "unknown_cost_requests": unknown, "window": window,
            });
            (event_type, data)
        }
        Signal::LatencyHigh { model, percentile, ms, threshold, requests, window } => (
            LATENCY_HIGH,
            json!({
                "model": model, "percentile": percentile, "ms": ms, "threshold_ms": threshold,
                "requests": requests, "window": window,
            }),
        ),
        Signal::TokensOutlier {
            delivery_id,
            model,
            prompt_tokens,
            completion_tokens,
            ratio,
            usual,
            deviations,
            window,
        } => (
            TOKENS_OUTLIER,
            json!({
                "delivery_id": delivery_id, "model": model, "prompt_tokens": prompt_tokens,
                "completion_tokens": completion_tokens, "ratio": ratio, "usual_ratio": usual,
                "deviations": deviations, "window": window,
            }),
        ),
        Signal::UserSoftLimit { user, what, used, limit, window } => {
            let amount = |amount: u64| match what {
                Limited::Cost => json!(Nanos(amount).dollars()),
                Limited::Requests | Limited::Tokens => json!(amount),
            };
            let data = json!({
                "user": user, "what": what, "used": amount(*used), "limit": amount(*limit), "window": window,
            });
            (USER_LIMIT_REACHED, data)
        }
        Signal::SignatureFailures { failures, minutes, window } => {
            (SIGNATURE_FAILURES, json!({"failures": failures, "minutes": minutes, "window": window}))
        }
    }
}
