//! Windows of time, all in UTC. A window is known by the hour that it begins with, counted from 1970.

use serde::{Deserialize, Serialize};

use super::time::Timestamp;

const HOUR_MILLIS: i64 = 3_600_000;
/// Hours of a day.
pub const DAY: i64 = 24;

/// How long a sum runs before it begins anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub enum Window {
    /// An hour.
    Hour,
    /// A day.
    Day,
    /// A calendar month.
    Month,
}

impl Window {
    /// The window that an hour is in, by its first hour.
    pub fn of(self, hour: i64) -> i64 {
        match self {
            Self::Hour => hour,
            Self::Day => hour.div_euclid(DAY).saturating_mul(DAY),
            Self::Month => {
                let (date, _) = moment(hour).date_and_hour();
                let month = date.split_at_checked(7).unwrap_or_default().0;
                let first = Timestamp::parse(&format!("{month}-01T00:00:00Z"));
                first.map_or(hour, |first| hour_of(first.millis()))
            }
        }
    }

    /// What it is called: `hour`, `day` or `month`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    /// As people write it: `2026-11-21T09`, `2026-11-21` or `2026-11`.
    pub fn label(self, hour: i64) -> String {
        let (date, of_day) = moment(hour).date_and_hour();
        match self {
            Self::Hour => format!("{date}T{of_day}"),
            Self::Day => date,
            Self::Month => date.split_at_checked(7).unwrap_or_default().0.to_owned(),
        }
    }
}

/// The hour that a moment is in; in milliseconds since 1970.
pub fn hour_of(millis: i64) -> i64 {
    millis.div_euclid(HOUR_MILLIS)
}

/// The moment that an hour begins.
pub fn moment(hour: i64) -> Timestamp {
    Timestamp::from_millis(hour.saturating_mul(HOUR_MILLIS))
}
