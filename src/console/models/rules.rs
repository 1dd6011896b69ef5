//! Rules on requests and alerts on deliveries.

use serde::Deserialize;

use crate::core::{
    delivery_alerts::Alert,
    rules::{CurrentView, Rule},
};

/// A rule; how far its window is where it was asked for by itself.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleRow {
    /// The rule.
    #[serde(flatten)]
    pub rule: Rule,
    /// The type of the event that it raises.
    pub event_type: String,
    /// When its window began.
    #[serde(default)]
    pub window_start: Option<String>,
    /// Those that have come furthest, the first one first.
    #[serde(default)]
    pub current: Vec<CurrentView>,
}

/// An alert; what it fires for where it was asked for by itself.
#[derive(Clone, Debug, Deserialize)]
pub struct AlertRow {
    /// The alert.
    #[serde(flatten)]
    pub alert: Alert,
    /// The subscriptions that it fires for.
    #[serde(default)]
    pub firing: Option<Vec<Firing>>,
}

/// A subscription that an alert fires for.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Firing {
    /// Its id.
    pub webhook_id: String,
    /// Since when.
    pub since: String,
    /// What was seen last.
    pub value: f64,
    /// And when.
    pub seen_at: String,
}
