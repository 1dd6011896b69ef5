//! What an org decides for all of its subscriptions.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::OwnType;
use crate::core::{delivery_alerts::Alert, field::FieldError, json::whole, rules::Rule};

/// The fields that `PATCH /v1/settings` takes.
const FIELDS: [&str; 2] = ["retain", "retentionDays"];

/// For how many days an org's history may be kept.
pub const RETENTION_DAYS: std::ops::RangeInclusive<u64> = 1..=366;

/// The settings of one org, as its `Registry` stores them and the snapshot carries them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct OrgSettings {
    /// Counts the changes, from 0; their `ETag`.
    pub revision: u64,
    /// Which requests the history keeps.
    pub retain: Retain,
    /// For how many days; the deployment's where absent.
    pub retention_days: Option<u32>,
    /// The event types that it describes itself.
    pub event_types: Vec<OwnType>,
    /// What of many requests, or of a score, is worth an event.
    pub rules: Vec<Rule>,
    /// When what its deliveries come to is worth an event.
    pub alerts: Vec<Alert>,
    /// This deployment's address, as it was asked for when an alert was last changed: for their events, which no call causes.
    pub base_url: String,
}

/// Which requests the history keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub enum Retain {
    /// None: what is archived for deliveries can't be asked for.
    None,
    /// Those that some subscription matched.
    #[default]
    Matched,
    /// All that were accepted.
    All,
}

impl OrgSettings {
    /// These settings with a JSON merge patch (RFC 7396) applied: null restores the default.
    pub fn patched(&self, patch: &Map<String, Value>) -> Result<Self, FieldError> {
        let mut settings = self.clone();
        for (name, value) in patch {
            match name.as_str() {
                "retain" => settings.retain = retain(value)?,
                "retentionDays" => settings.retention_days = retention_days(value)?,
                unknown => {
                    let problem = format!("is not a field; allowed: {}", FIELDS.join(", "));
                    return Err(FieldError::new(unknown, problem));
                }
            }
        }
        Ok(settings)
    }
}

fn retain(value: &Value) -> Result<Retain, FieldError> {
    match value {
        Value::Null => Ok(Retain::default()),
        value => serde_json::from_value(value.clone())
            .map_err(|_| FieldError::new("retain", "must be one of: none, matched, all")),
    }
}

fn retention_days(value: &Value) -> Result<Option<u32>, FieldError> {
    if value.is_null() {
        return Ok(None);
    }
    let days =
        whole(value).filter(|days| RETENTION_DAYS.contains(days)).and_then(|days| days.try_into().ok());
    days.map(Some).ok_or_else(|| {
        let (least, most) = (RETENTION_DAYS.start(), RETENTION_DAYS.end());
        FieldError::new("retentionDays", format!("must be a whole number of days from {least} to {most}"))
    })
}
