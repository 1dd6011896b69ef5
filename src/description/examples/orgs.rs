//! Orgs with their keys, settings, rules and alerts.

use serde_json::{Value, json};

use super::shared::{NOW, to_value};
use crate::core::{
    answer::{KeyView, OrgView, SettingsView},
    auth::Scope,
    delivery_alerts::{self, Alert, Firing},
    org::Retain,
    rules::{CurrentView, Detailed, Rule, RuleView},
    time::Timestamp,
};

/// Says of itself that it is none: nobody shall take an example's key for one.
const API_KEY: &str = "hg_default_<48 hex characters and a checksum of 12>";

/// An API key, with or without its text.
pub fn key(is_new: bool) -> Value {
    to_value(&KeyView {
        id: "key_0f4d7f3e6d0c4c539a531f6f",
        org: "default",
        name: "gateway",
        scopes: &[Scope::EventsWrite],
        created_at: Timestamp::from_millis(NOW).to_string(),
        last_used_at: None,
        key: is_new.then_some(API_KEY),
    })
}

/// An org.
pub fn org() -> Value {
    to_value(&OrgView {
        id: "acme".to_owned(),
        name: "Acme".to_owned(),
        created_at: Some(Timestamp::from_millis(NOW).to_string()),
    })
}

/// The org that is always there.
pub fn default_org() -> Value {
    to_value(&OrgView { id: "default".to_owned(), name: "default".to_owned(), created_at: None })
}

/// What an org has decided.
pub fn settings() -> Value {
    to_value(&SettingsView { retain: Retain::All, retention_days: Some(90) })
}

/// A rule.
pub fn rule() -> Value {
    with_rule(|rule| to_value(&RuleView::from(rule)))
}

/// A rule with its current window.
pub fn rule_window() -> Value {
    let current = CurrentView {
        key: Some("u-1".to_owned()),
        value: Some(50.37),
        requests: 812,
        unknown_cost_requests: 0,
        crossed: true,
    };
    let window_start = "2026-11-21T00:00:00.000Z".to_owned();
    with_rule(|rule| to_value(&Detailed { rule: rule.into(), window_start, current: vec![current] }))
}

/// An alert.
pub fn alert() -> Value {
    with_alert(to_value)
}

/// An alert with a webhook that it fires for.
pub fn alert_firing() -> Value {
    with_alert(|alert| {
        let firing = Firing {
            alert: alert.clone(),
            webhook: "sub_4780bffc40b9943f654998c67b7fda4b".to_owned(),
            since: NOW,
            value: 91.5,
            seen_at: NOW.saturating_add(300_000),
        };
        to_value(&delivery_alerts::Detailed::new(alert, &[firing]))
    })
}

fn with_alert(show: impl FnOnce(&Alert) -> Value) -> Value {
    let fields = json!({"name": "deliveries fail", "metric": "success_rate", "threshold": 95});
    let fields = fields.as_object().cloned().unwrap_or_default();
    Alert::read("alert_0f4d7f3e6d0c4c53".to_owned(), &fields).map(|alert| show(&alert)).unwrap_or_default()
}

fn with_rule(show: impl FnOnce(&Rule) -> Value) -> Value {
    let fields = json!({"name": "a user's day", "metric": "cost", "per": "user", "threshold": 50});
    let fields = fields.as_object().cloned().unwrap_or_default();
    Rule::read("rule_0f4d7f3e6d0c4c53".to_owned(), &fields).map(|rule| show(&rule)).unwrap_or_default()
}
