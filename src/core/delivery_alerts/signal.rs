//! What is told of an alert, and the event that tells it.

use serde_json::{Value, json};

use super::Firing;
use crate::core::{
    event::{DELIVERY_ALERT_FIRED, DELIVERY_ALERT_RESOLVED},
    time::Timestamp,
};

/// Why an alert fires no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// What it looks at is on the good side again.
    Recovered,
    /// Its window holds nothing any more that could be bad.
    NoData,
    /// It looks at something else now.
    AlertChanged,
    /// It was deleted.
    AlertDeleted,
    /// Its webhook was.
    WebhookDeleted,
}

/// What begins or ends.
#[derive(Clone, Debug, PartialEq)]
pub enum Signal {
    /// An alert fires.
    Fired(Firing),
    /// It does so no longer.
    Resolved {
        /// What it was.
        firing: Firing,
        /// Why it is over.
        why: Over,
        /// What was seen, in the metric's unit, where something was.
        value: Option<f64>,
        /// When, in milliseconds since 1970.
        at: i64,
    },
}

impl Over {
    /// A stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Recovered => "recovered",
            Self::NoData => "no_data",
            Self::AlertChanged => "alert_changed",
            Self::AlertDeleted => "alert_deleted",
            Self::WebhookDeleted => "webhook_deleted",
        }
    }
}

impl Signal {
    /// What it is of.
    pub fn firing(&self) -> &Firing {
        match self {
            Self::Fired(firing) | Self::Resolved { firing, .. } => firing,
        }
    }

    /// The event, as a gateway would send it: of one firing one of each type, however often it is raised. What does not apply is null.
    pub fn event(&self) -> Value {
        let firing = self.firing();
        let alert = &firing.alert;
        let (event_type, at, value, reason) = match *self {
            Self::Fired(_) => (DELIVERY_ALERT_FIRED, firing.since, Some(firing.value), None),
            Self::Resolved { why, value, at, .. } => (DELIVERY_ALERT_RESOLVED, at, value, Some(why.code())),
        };
        let time = |at: i64| Timestamp::from_millis(at).to_string();
        json!({
            "type": event_type,
            "request_id": format!("{}:{}:{}", alert.id, firing.webhook, firing.since),
            "created_at": time(at),
            "data": {
                "alert_id": alert.id,
                "alert": alert.name,
                "subscription_id": firing.webhook,
                "metric": alert.metric.name(),
                "value": value,
                "threshold": alert.threshold,
                "hours": alert.hours,
                "since": time(firing.since),
                "reason": reason,
                "firing_for_ms": reason.map(|_| at.saturating_sub(firing.since)),
            },
        })
    }
}
