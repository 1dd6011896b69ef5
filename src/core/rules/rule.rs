//! One rule, and how it is read.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::core::{
    field::{self, FieldError, MAX_NAME, choice},
    json::whole,
    window::Window,
};

/// How many rules an org may have.
pub const MAX_RULES: usize = 50;

/// Enough that one failure is no rate.
const DEFAULT_MIN_REQUESTS: u64 = 20;

const FIELDS: [&str; 9] =
    ["name", "metric", "per", "window", "threshold", "minRequests", "budget", "score", "direction"];

/// What a rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub enum Metric {
    /// What requests cost, in US dollars.
    Cost,
    /// How many of a hundred requests failed.
    ErrorRate,
    /// How long the slowest 5 % of requests took at least, in milliseconds.
    LatencyP95,
    /// How many requests a guardrail blocked.
    GuardrailCount,
    /// A score that is written to a request.
    Score,
}

/// What is told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub enum Per {
    /// Nothing: all requests of the org together.
    #[default]
    Org,
    /// The end user. Requests without one are not counted.
    User,
    /// The model that answered, else the one that was asked. Likewise.
    Model,
}

/// On which side of the threshold a score fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub enum Direction {
    /// Below it.
    #[default]
    Below,
    /// Above it.
    Above,
}

/// A rule, as it is kept and as it is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = RuleSettings))]
pub struct Rule {
    /// `rule_…`.
    pub id: String,
    /// For people.
    pub name: String,
    /// What it looks at.
    pub metric: Metric,
    /// What it tells apart.
    pub per: Per,
    /// How long a window is. A score has none.
    pub window: Window,
    /// From where on it is crossed, in the metric's unit.
    pub threshold: f64,
    /// How many requests a window must have before a rate or a percentile says something.
    pub min_requests: u64,
    /// Whether what it raises is `budget.exceeded`: of rules on cost alone.
    pub budget: bool,
    /// Of rules on scores: which; null for other rules.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub score: Option<String>,
    /// And on which side of the threshold it fails.
    pub direction: Direction,
}

impl Rule {
    /// Reads a new rule.
    pub fn read(id: String, fields: &Map<String, Value>) -> Result<Self, FieldError> {
        field::only(fields, &FIELDS)?;
        let metric = choice(fields, "metric", "cost, error_rate, latency_p95, guardrail_count, score")?
            .ok_or_else(|| {
                let rule = "is required: one of cost, error_rate, latency_p95, guardrail_count, score";
                FieldError::new("metric", rule)
            })?;
        let rule = Self {
            id,
            name: field::name(fields)?,
            metric,
            per: choice(fields, "per", "org, user, model")?.unwrap_or_default(),
            window: choice(fields, "window", "hour, day, month")?.unwrap_or(Window::Day),
            threshold: threshold(fields.get("threshold"), metric)?,
            min_requests: min_requests(fields.get("minRequests"))?,
            budget: flag(fields.get("budget"), metric)?,
            score: score(fields.get("score"), metric)?,
            direction: choice(fields, "direction", "below, above")?.unwrap_or_default(),
        };
        if metric == Metric::Score && fields.get("per").is_some_and(|per| !per.is_null()) {
            return Err(FieldError::new("per", "must be absent: a score is of one request"));
        }
        Ok(rule)
    }

    /// This rule with a JSON merge patch (RFC 7396) applied: null restores the default.
    pub fn patched(&self, patch: &Map<String, Value>) -> Result<Self, FieldError> {
        let unsaid: &[&str] = if self.metric == Metric::Score { &["id", "per"] } else { &["id"] };
        let fields = field::patched(self, unsaid, patch);
        Self::read(self.id.clone(), &fields)
    }

    /// The type of the event that it raises.
    pub fn event_type(&self) -> &'static str {
        match self.metric {
            Metric::Cost if self.budget => "budget.exceeded",
            Metric::Cost => "cost.threshold_crossed",
            Metric::ErrorRate => "error_rate.threshold_crossed",
            Metric::LatencyP95 => "latency.threshold_crossed",
            Metric::GuardrailCount => "guardrail.threshold_crossed",
            Metric::Score => "eval.failed",
        }
    }
}

impl Metric {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::ErrorRate => "error_rate",
            Self::LatencyP95 => "latency_p95",
            Self::GuardrailCount => "guardrail_count",
            Self::Score => "score",
        }
    }
}

impl Per {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Org => "org",
            Self::User => "user",
            Self::Model => "model",
        }
    }
}

fn threshold(value: Option<&Value>, metric: Metric) -> Result<f64, FieldError> {
    let (range, rule) = match metric {
        Metric::Cost => (1e-9..=1e9, "US dollars, more than 0"),
        Metric::ErrorRate => (1e-9..=100.0, "percent, more than 0 and at most 100"),
        Metric::LatencyP95 => (1.0..=1e9, "milliseconds, at least 1"),
        Metric::GuardrailCount => (1.0..=1e9, "events, at least 1"),
        Metric::Score => (-1e15..=1e15, "the score's unit"),
    };
    value
        .and_then(Value::as_f64)
        .filter(|threshold| range.contains(threshold))
        .ok_or_else(|| FieldError::new("threshold", format!("is required: a number in {rule}")))
}

fn min_requests(value: Option<&Value>) -> Result<u64, FieldError> {
    match value {
        None | Some(Value::Null) => Ok(DEFAULT_MIN_REQUESTS),
        Some(value) => whole(value).filter(|least| (1..=1_000_000).contains(least)).ok_or_else(|| {
            FieldError::new("minRequests", "must be a whole number of requests from 1 to 1000000")
        }),
    }
}

fn flag(value: Option<&Value>, metric: Metric) -> Result<bool, FieldError> {
    match value {
        None | Some(Value::Null | Value::Bool(false)) => Ok(false),
        Some(Value::Bool(true)) if metric == Metric::Cost => Ok(true),
        Some(Value::Bool(true)) => {
            Err(FieldError::new("budget", "must be false: only a rule on cost is a budget"))
        }
        Some(_) => Err(FieldError::new("budget", "must be true or false")),
    }
}

fn score(value: Option<&Value>, metric: Metric) -> Result<Option<String>, FieldError> {
    let text = match value {
        None | Some(Value::Null) => None,
        Some(value) => Some(
            value
                .as_str()
                .filter(|text| (1..=MAX_NAME).contains(&text.chars().count()))
                .ok_or_else(|| FieldError::new("score", "must be the name of a score"))?,
        ),
    };
    match (metric, text) {
        (Metric::Score, Some(text)) => Ok(Some(text.to_owned())),
        (Metric::Score, None) => Err(FieldError::new("score", "is required: the name of a score")),
        (_, Some(_)) => Err(FieldError::new("score", "must be absent: the rule is not on a score")),
        (_, None) => Ok(None),
    }
}
