//! One alert, and how it is read.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::core::{
    field::{self, FieldError, choice},
    json::whole,
};

/// How many alerts an org may have.
pub const MAX_ALERTS: usize = 50;

/// How many hours a window may have beside the one that is running.
const HOURS: std::ops::RangeInclusive<u64> = 1..=24;
const DEFAULT_HOURS: u32 = 1;
/// Enough that one failure is no rate.
const DEFAULT_MIN_DELIVERIES: u64 = 20;

const FIELDS: [&str; 6] = ["name", "metric", "threshold", "webhookId", "hours", "minDeliveries"];
const METRICS: &str =
    "success_rate, attempt_failure_rate, callback_p95, dead, duplicate_rate, retrying, oldest_retrying";

/// What an alert looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = AlertMetric))]
pub enum Metric {
    /// How many of a hundred deliveries that came to an end the endpoint took. Fires below the threshold.
    SuccessRate,
    /// How many of a hundred attempts failed: tells of an outage while its deliveries are still retried.
    AttemptFailureRate,
    /// How long the slowest 5 % of deliveries took at least from acceptance to acknowledgement, in milliseconds.
    CallbackP95,
    /// How many deliveries were given up.
    Dead,
    /// How many of a hundred messages were not sent because their delivery had come to an end before.
    DuplicateRate,
    /// How many deliveries failed and are due again now.
    Retrying,
    /// How long ago the oldest event of them was accepted, in seconds; 0 where there is none.
    OldestRetrying,
}

/// An alert, as it is kept and as it is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Alert {
    /// `alert_…`.
    pub id: String,
    /// For people.
    pub name: String,
    /// What it looks at.
    pub metric: Metric,
    /// From where on it fires, in the metric's unit; for `success_rate`, below what.
    pub threshold: f64,
    /// Which webhook it is about; null for each one of the org, on its own.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub webhook_id: Option<String>,
    /// How many hours it looks back at, beside the one that is running.
    pub hours: u32,
    /// How many deliveries, attempts or messages there must be before a rate or a percentile of them says something.
    pub min_deliveries: u64,
}

impl Alert {
    /// Reads a new alert.
    pub fn read(id: String, fields: &Map<String, Value>) -> Result<Self, FieldError> {
        field::only(fields, &FIELDS)?;
        let metric = choice(fields, "metric", METRICS)?
            .ok_or_else(|| FieldError::new("metric", format!("is required: one of {METRICS}")))?;
        Ok(Self {
            id,
            name: field::name(fields)?,
            metric,
            threshold: threshold(fields.get("threshold"), metric)?,
            webhook_id: webhook_id(fields.get("webhookId"))?,
            hours: hours(fields.get("hours"))?,
            min_deliveries: min_deliveries(fields.get("minDeliveries"))?,
        })
    }

    /// This alert with a JSON merge patch (RFC 7396) applied: null restores the default.
    pub fn patched(&self, patch: &Map<String, Value>) -> Result<Self, FieldError> {
        Self::read(self.id.clone(), &field::patched(self, &["id"], patch))
    }

    /// Whether it is about this webhook.
    pub fn is_about(&self, webhook: &str) -> bool {
        self.webhook_id.as_deref().is_none_or(|only| only == webhook)
    }

    /// Whether a value is on the wrong side of the threshold.
    pub fn is_crossed_by(&self, value: f64) -> bool {
        match self.metric {
            Metric::SuccessRate => value < self.threshold,
            _ => value >= self.threshold,
        }
    }
}

impl Metric {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::SuccessRate => "success_rate",
            Self::AttemptFailureRate => "attempt_failure_rate",
            Self::CallbackP95 => "callback_p95",
            Self::Dead => "dead",
            Self::DuplicateRate => "duplicate_rate",
            Self::Retrying => "retrying",
            Self::OldestRetrying => "oldest_retrying",
        }
    }
}

fn threshold(value: Option<&Value>, metric: Metric) -> Result<f64, FieldError> {
    let (range, rule) = match metric {
        Metric::SuccessRate | Metric::AttemptFailureRate | Metric::DuplicateRate => {
            (1e-9..=100.0, "percent, more than 0 and at most 100")
        }
        Metric::CallbackP95 => (1.0..=1e9, "milliseconds, at least 1"),
        Metric::OldestRetrying => (1.0..=1e9, "seconds, at least 1"),
        Metric::Dead | Metric::Retrying => (1.0..=1e9, "deliveries, at least 1"),
    };
    value
        .and_then(Value::as_f64)
        .filter(|threshold| range.contains(threshold))
        .ok_or_else(|| FieldError::new("threshold", format!("is required: a number in {rule}")))
}

fn webhook_id(value: Option<&Value>) -> Result<Option<String>, FieldError> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(id)) => Ok(Some(id.clone())),
        Some(_) => Err(FieldError::new("webhookId", "must be the id of a webhook")),
    }
}

fn hours(value: Option<&Value>) -> Result<u32, FieldError> {
    let Some(value) = value.filter(|value| !value.is_null()) else { return Ok(DEFAULT_HOURS) };
    let hours = whole(value).filter(|hours| HOURS.contains(hours)).and_then(|hours| hours.try_into().ok());
    hours.ok_or_else(|| {
        let (least, most) = (HOURS.start(), HOURS.end());
        FieldError::new("hours", format!("must be a whole number of hours from {least} to {most}"))
    })
}

fn min_deliveries(value: Option<&Value>) -> Result<u64, FieldError> {
    match value {
        None | Some(Value::Null) => Ok(DEFAULT_MIN_DELIVERIES),
        Some(value) => whole(value).filter(|least| (1..=1_000_000).contains(least)).ok_or_else(|| {
            FieldError::new("minDeliveries", "must be a whole number of deliveries from 1 to 1000000")
        }),
    }
}
