//! Moments. The core never reads a clock: whoever calls it says what time it is.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::field::FieldError;

/// The last moment of the year 9999, the end of what RFC 3339 can write.
const LAST: i64 = 253_402_300_799_999;

/// A moment in milliseconds since 1970-01-01T00:00:00Z, between there and the end of the year 9999.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// What a text has to be for [`Self::parse`].
    pub const RULE: &str = "must be a date and time (RFC 3339) such as 2026-11-21T09:30:00Z";

    /// What a text has to be for [`Self::parse_or_date`].
    pub const OR_DATE_RULE: &str =
        "must be a date such as 2026-11-21, or a date and time (RFC 3339) such as 2026-11-21T09:30:00Z";

    /// From milliseconds since the epoch; what lies outside the range is moved to its edge.
    pub fn from_millis(millis: i64) -> Self {
        Self(millis.clamp(0, LAST))
    }

    /// From an RFC 3339 date-time with any offset, such as `2026-11-21T09:30:00Z`.
    pub fn parse(text: &str) -> Option<Self> {
        let millis = DateTime::parse_from_rfc3339(text).ok()?.timestamp_millis();
        (0..=LAST).contains(&millis).then_some(Self(millis))
    }

    /// The same, or a date alone: the beginning of that day in UTC.
    pub fn parse_or_date(text: &str) -> Option<Self> {
        let is_date = text.len() == "2026-11-21".len();
        if is_date { Self::parse(&format!("{text}T00:00:00Z")) } else { Self::parse(text) }
    }

    /// From a field of a request, which need not be there.
    pub fn read(value: Option<&Value>, name: &str) -> Result<Option<Self>, FieldError> {
        match value {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match value.as_str().and_then(Self::parse) {
                Some(moment) => Ok(Some(moment)),
                None => Err(FieldError::new(name, Self::RULE)),
            },
        }
    }

    /// From a number as gateways send it: seconds since the epoch, or milliseconds where that would be past the year 5138.
    pub fn from_number(number: f64) -> Option<Self> {
        let millis = if number < 1e11 { number * 1000.0 } else { number };
        (millis >= 0.0 && millis <= LAST as f64).then_some(Self(millis as i64))
    }

    /// Milliseconds since the epoch.
    pub fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This moment moved by a number of seconds.
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_millis(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// `YYYY-MM-DD` and `HH` in UTC.
    pub fn date_and_hour(self) -> (String, String) {
        let utc = self.utc();
        (utc.format("%Y-%m-%d").to_string(), utc.format("%H").to_string())
    }

    fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or_default()
    }
}

/// As JavaScript's `toISOString`: `2026-11-21T09:30:00.000Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.utc().to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

/// How fast time runs. In a rehearsal a schedule of days passes in seconds; everywhere else time is real.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    factor: f64,
    since: i64,
}

impl Pace {
    /// A second takes a second.
    pub const REAL: Self = Self { factor: 1.0, since: 0 };

    /// Reads `{factor}@{since}`: from the moment `since` on, in milliseconds since 1970, time runs so many times faster.
    pub fn parse(text: &str) -> Option<Self> {
        let (factor, since) = text.split_once('@')?;
        let pace = Self { factor: factor.parse().ok()?, since: since.parse().ok()? };
        (pace.factor >= 1.0 && pace.factor <= 1e6).then_some(pace)
    }

    /// The moment that it is at a real one, in milliseconds since 1970.
    pub fn at(self, real: i64) -> Timestamp {
        let passed = real.saturating_sub(self.since) as f64 * self.factor;
        Timestamp::from_millis(self.since.saturating_add(passed as i64))
    }

    /// How many milliseconds pass in a span of real ones.
    pub fn paced_millis(self, real: i64) -> i64 {
        (real as f64 * self.factor) as i64
    }

    /// How many real milliseconds a span takes, rounded up: never sooner.
    pub fn real_millis(self, millis: i64) -> i64 {
        (millis as f64 / self.factor).ceil() as i64
    }
}
