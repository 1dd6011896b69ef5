//! What is to be sent again.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::core::{
    event::EventTypePattern,
    field::{self, FieldError},
    time::Timestamp,
};

const FIELDS: [&str; 4] = ["since", "until", "states", "eventTypes"];

/// Which deliveries a recovery is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = Recoverable))]
pub enum What {
    /// Those that were given up.
    Failed,
    /// Those that came while the webhook was paused or disabled.
    Held,
    /// Those of events that match and were never tried: lost on the way, or archived before the webhook was there or matched
    /// them.
    Missing,
}

impl What {
    /// All of them, in the order of their names in errors.
    pub const ALL: [Self; 3] = [Self::Failed, Self::Held, Self::Missing];

    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Held => "held",
            Self::Missing => "missing",
        }
    }
}

/// What a recovery looks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spec {
    /// Events that intake accepted at this moment or later, in milliseconds since 1970.
    pub since: i64,
    /// And before this one.
    pub until: i64,
    /// Which deliveries.
    pub what: Vec<What>,
    /// Of these types alone; of all where empty.
    pub event_types: Vec<EventTypePattern>,
}

impl Spec {
    /// Reads the body of `POST /v1/webhooks/{id}/recover`.
    pub fn read(fields: &Map<String, Value>, now: Timestamp) -> Result<Self, FieldError> {
        field::only(fields, &FIELDS)?;
        let since = Timestamp::read(fields.get("since"), "since")?.ok_or_else(|| {
            FieldError::new("since", "is required: a date and time such as 2026-11-21T09:30:00Z")
        })?;
        let until = Timestamp::read(fields.get("until"), "until")?.unwrap_or(now);
        if until <= since {
            return Err(FieldError::new("until", "must be later than since, which must be past"));
        }
        Ok(Self {
            since: since.millis(),
            until: until.millis(),
            what: what(fields.get("states"))?,
            event_types: EventTypePattern::read_list(fields.get("eventTypes"))?,
        })
    }

    /// Whether it is about these.
    pub fn is_about(&self, what: What) -> bool {
        self.what.contains(&what)
    }

    /// Whether it is about events of a type that were accepted at a moment.
    pub fn covers(&self, event_type: &str, accepted_at: i64) -> bool {
        (self.since..self.until).contains(&accepted_at)
            && (self.event_types.is_empty()
                || self.event_types.iter().any(|pattern| pattern.matches(event_type)))
    }
}

fn what(value: Option<&Value>) -> Result<Vec<What>, FieldError> {
    let list = match value {
        None | Some(Value::Null) => return Ok(What::ALL.to_vec()),
        Some(Value::Array(list)) if (1..=What::ALL.len()).contains(&list.len()) => list,
        Some(_) => {
            return Err(FieldError::new("states", "must be a list of 1 to 3 of: failed, held, missing"));
        }
    };
    let mut found = Vec::new();
    for (at, value) in list.iter().enumerate() {
        let named = What::ALL.into_iter().find(|what| value.as_str() == Some(what.name()));
        let what = named.ok_or_else(|| {
            FieldError::new(format!("states[{at}]"), "must be one of: failed, held, missing")
        })?;
        if !found.contains(&what) {
            found.push(what);
        }
    }
    Ok(found)
}
