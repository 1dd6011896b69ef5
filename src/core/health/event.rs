//! What the operational event that tells a signal says.

use serde_json::{Value, json};
use url::Url;

use super::{DisableReason, Health, Signal};
use crate::core::time::Timestamp;

impl Signal {
    /// The `data` of the operational event: a flat object with every field in every signal, null where it does not apply. Of the
    /// destination only the host is told, since its path and query may hold a secret. `health` is as it was after the attempt
    /// that raised the signal.
    pub fn data(&self, subscription_id: &str, destination: &str, health: &Health) -> Value {
        let host = Url::parse(destination).ok().and_then(|url| url.host_str().map(str::to_owned));
        let (mut failing_for_ms, mut reason, mut percent, mut attempts) = (None, None, None, None);
        match *self {
            Self::Failing { failing_for_ms: ms, .. } | Self::Recovered { failing_for_ms: ms } => {
                failing_for_ms = Some(ms);
            }
            Self::Disabled { reason: why } => reason = Some(why),
            Self::SuccessRateLow { percent: share, attempts: count } => {
                (percent, attempts) = (Some(share), Some(count));
            }
        }
        let failures = match self {
            Self::Failing { failures, .. } => *failures,
            _ => health.consecutive_failures,
        };
        let time = |at: Option<i64>| at.map(|at| Timestamp::from_millis(at).to_string());
        json!({
            "subscription_id": subscription_id,
            "destination_host": host,
            "state": health.state.name(),
            "since": time(Some(health.since)),
            "reason": reason.map(DisableReason::code),
            "message": reason.map(DisableReason::sentence),
            "consecutive_failures": failures,
            "failing_since": time(health.failing_since),
            "failing_for_ms": failing_for_ms,
            "last_success_at": time(health.last_success_at),
            "last_failure_at": time(health.last_failure_at),
            "success_rate_percent": percent,
            "attempts": attempts,
        })
    }
}
