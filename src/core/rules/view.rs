//! A rule as the API shows it, and how far its windows are.

use serde::{Deserialize, Serialize};

use super::Rule;

/// One rule in an answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = Rule))]
pub struct RuleView<'a> {
    /// The rule.
    #[serde(flatten)]
    pub rule: &'a Rule,
    /// The type of the event that it raises.
    pub event_type: &'static str,
}

impl<'a> From<&'a Rule> for RuleView<'a> {
    fn from(rule: &'a Rule) -> Self {
        Self { rule, event_type: rule.event_type() }
    }
}

/// How far the current window of a rule is.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Current {
    /// Users or models, those that have come furthest first; one entry for the org.
    pub keys: Vec<CurrentView>,
}

/// How far a window is for one key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = RuleWindow))]
pub struct CurrentView {
    /// The user or model; null for the org.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub key: Option<String>,
    /// What it has come to, in the rule's unit; null where there is too little to say something.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub value: Option<f64>,
    /// How many requests it is of.
    pub requests: u64,
    /// Of how many of them nobody knows the cost.
    pub unknown_cost_requests: u64,
    /// Whether the event of this window was raised.
    pub crossed: bool,
}

/// A rule with how far its current window is.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = RuleWithWindow))]
pub struct Detailed<'a> {
    /// The rule.
    #[serde(flatten)]
    pub rule: RuleView<'a>,
    /// When the window began.
    pub window_start: String,
    /// Those that have come furthest: at most 20.
    pub current: Vec<CurrentView>,
}
