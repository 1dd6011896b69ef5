//! What is counted beside the usual, and what is signalled. Read strictly: a limit that is misspelt would be none.

mod fields;

use std::ops::Range;

use serde_json::Value;

use self::fields::{Fields, list};
use super::{Nanos, Observation, Pattern, Window, hour_of, name::short_hash};
use crate::core::field::FieldError;
use crate::core::window::DAY;

const DEFAULT_RETENTION_DAYS: i64 = 90;
const MAX_RETENTION_DAYS: i64 = 366;
const MAX_BUDGETS: usize = 50;
const MAX_ALERTS: usize = 20;
const MAX_PROPERTIES: usize = 10;
/// The longest name of a property, in characters.
const MAX_KEY: usize = 100;
const PERCENTILES: [u64; 4] = [50, 90, 95, 99];
const MAX_MINUTES: u64 = 60;

/// How much may be spent on what.
#[derive(Clone, Debug, PartialEq)]
pub struct Budget {
    /// What its owner calls it.
    pub name: String,
    /// What its sum is known by: the name and a hash of what counts. What has changed begins anew.
    pub key: String,
    /// The most.
    pub limit: Nanos,
    /// In a day or a month.
    pub window: Window,
    /// Of these models alone.
    model: Option<Pattern>,
    /// Of this provider alone.
    provider: Option<Pattern>,
    /// Of this user alone.
    user: Option<String>,
    /// Of requests with this property alone: key and value.
    property: Option<(String, String)>,
}

impl Budget {
    /// Whether a request counts against it.
    pub fn covers(&self, observation: &Observation) -> bool {
        let fits = |pattern: &Option<Pattern>, name: &Option<String>| {
            pattern.as_ref().is_none_or(|pattern| pattern.fits(name.as_deref()))
        };
        fits(&self.model, &observation.model)
            && fits(&self.provider, &observation.provider)
            && self.user.as_ref().is_none_or(|user| observation.user.as_ref() == Some(user))
            && self
                .property
                .as_ref()
                .is_none_or(|(key, value)| observation.properties.get(key) == Some(value))
    }
}

/// How long models may take.
#[derive(Clone, Debug, PartialEq)]
pub struct LatencyAlert {
    /// Which models, each by itself.
    pub model: Pattern,
    /// 50, 90, 95 or 99.
    pub percentile: u32,
    /// In milliseconds.
    pub ms: u64,
    /// Only once there were so many requests in the hour.
    pub minimum: u64,
}

/// What a user may use before somebody is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UserLimits {
    /// Requests.
    pub requests: Option<u64>,
    /// Tokens.
    pub tokens: Option<u64>,
    /// Cost.
    pub cost: Option<Nanos>,
    /// In a day or a month.
    pub window: Window,
}

/// When a request's ratio of tokens is out of the ordinary.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OutlierRule {
    /// More than so many standard deviations off.
    pub deviations: f64,
    /// Only once there were so many requests to the model.
    pub minimum: u64,
}

/// When refused signatures are too many.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SignatureAlert {
    /// So many.
    pub failures: u64,
    /// In so many minutes, at most 60.
    pub minutes: u32,
}

impl SignatureAlert {
    /// The minutes that are looked at, up to this one; counted from 1970.
    pub fn minutes_until(&self, minute: i64) -> Range<i64> {
        let end = minute.saturating_add(1);
        end.saturating_sub(i64::from(self.minutes))..end
    }
}

/// All settings.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// `BUDGETS`.
    pub budgets: Vec<Budget>,
    /// `LATENCY_ALERT`.
    pub latency: Vec<LatencyAlert>,
    /// `USER_LIMITS`.
    pub users: Option<UserLimits>,
    /// `TOKEN_OUTLIERS`.
    pub outliers: Option<OutlierRule>,
    /// `SPEND_PROPERTIES`: the names of the properties by whose values spend is counted.
    pub properties: Vec<String>,
    /// `INSIGHTS_RETENTION_DAYS`: for how many days sums are kept, today not counted.
    pub retention_days: i64,
    /// `SIGNATURE_ALERT`.
    pub signatures: Option<SignatureAlert>,
}

impl Settings {
    /// Reads each by its name; `None` where it is not set. An error names the setting and the place in it.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, FieldError> {
        let json = |name: &str| -> Result<Option<Value>, FieldError> {
            let parse =
                |text: String| serde_json::from_str(&text).map_err(|_| FieldError::new(name, "must be JSON"));
            get(name).map(parse).transpose()
        };
        let all = |name: &str, most: usize| match json(name)? {
            Some(value) => list(name, &value, most).map(<[Value]>::to_vec),
            None => Ok(Vec::new()),
        };
        let one = |name: &str| json(name);
        Ok(Self {
            budgets: each("BUDGETS", &all("BUDGETS", MAX_BUDGETS)?, budget)?,
            latency: each("LATENCY_ALERT", &all("LATENCY_ALERT", MAX_ALERTS)?, latency)?,
            users: one("USER_LIMITS")?.map(|value| users(&value)).transpose()?,
            outliers: one("TOKEN_OUTLIERS")?.map(|value| outliers(&value)).transpose()?,
            properties: get("SPEND_PROPERTIES").map_or(Ok(Vec::new()), |text| properties(&text))?,
            retention_days: get("INSIGHTS_RETENTION_DAYS")
                .map_or(Ok(DEFAULT_RETENTION_DAYS), |text| retention_days(&text))?,
            signatures: one("SIGNATURE_ALERT")?.map(|value| signatures(&value)).transpose()?,
        })
    }

    /// The first hour that is kept at a moment, in milliseconds since 1970: that of a day.
    pub fn oldest_hour(&self, now: i64) -> i64 {
        Window::Day.of(hour_of(now)).saturating_sub(self.retention_days.saturating_mul(DAY))
    }
}

fn each<T>(
    name: &str,
    values: &[Value],
    read: impl Fn(&Fields<'_>) -> Result<T, FieldError>,
) -> Result<Vec<T>, FieldError> {
    let path = |at: usize| format!("{name}[{at}]");
    values.iter().enumerate().map(|(at, value)| read(&Fields::of(path(at), value)?)).collect()
}

fn budget(fields: &Fields<'_>) -> Result<Budget, FieldError> {
    fields.only(&["name", "limit", "window", "model", "provider", "user", "property"])?;
    let name = fields.required("name", fields.text("name")?)?;
    let window = fields.required("window", fields.window("window")?)?;
    let property = match fields.object("property")? {
        None => None,
        Some(property) => {
            property.only(&["key", "value"])?;
            let key = property.required("key", property.text("key")?)?;
            Some((key.to_owned(), property.required("value", property.text("value")?)?.to_owned()))
        }
    };
    let (model, provider, user) = (fields.text("model")?, fields.text("provider")?, fields.text("user")?);
    let counts = format!("{window:?} {model:?} {provider:?} {user:?} {property:?}");
    Ok(Budget {
        name: name.to_owned(),
        key: format!("{name} {}", short_hash("heliograph/insights-budget", &counts)),
        limit: fields.required("limit", fields.dollars("limit")?)?,
        window,
        model: model.map(Pattern::new),
        provider: provider.map(Pattern::new),
        user: user.map(str::to_owned),
        property,
    })
}

fn latency(fields: &Fields<'_>) -> Result<LatencyAlert, FieldError> {
    fields.only(&["model", "percentile", "ms", "minimum"])?;
    let percentile = fields.whole("percentile")?.unwrap_or(95);
    if !PERCENTILES.contains(&percentile) {
        return Err(fields.wrong("percentile", "must be one of: 50, 90, 95, 99"));
    }
    Ok(LatencyAlert {
        model: Pattern::new(fields.text("model")?.unwrap_or("*")),
        percentile: u32::try_from(percentile).unwrap_or(u32::MAX),
        ms: fields.required("ms", fields.whole("ms")?)?,
        minimum: fields.whole("minimum")?.unwrap_or(50),
    })
}

fn users(value: &Value) -> Result<UserLimits, FieldError> {
    let fields = Fields::of("USER_LIMITS".to_owned(), value)?;
    fields.only(&["requests", "tokens", "cost", "window"])?;
    let limits = UserLimits {
        requests: fields.whole("requests")?,
        tokens: fields.whole("tokens")?,
        cost: fields.dollars("cost")?,
        window: fields.window("window")?.unwrap_or(Window::Day),
    };
    match limits {
        UserLimits { requests: None, tokens: None, cost: None, .. } => {
            Err(FieldError::new("USER_LIMITS", "must set at least one of: requests, tokens, cost"))
        }
        limits => Ok(limits),
    }
}

fn outliers(value: &Value) -> Result<OutlierRule, FieldError> {
    let fields = Fields::of("TOKEN_OUTLIERS".to_owned(), value)?;
    fields.only(&["deviations", "minimum"])?;
    Ok(OutlierRule {
        deviations: fields.amount("deviations")?.unwrap_or(4.0),
        minimum: fields.whole("minimum")?.unwrap_or(100),
    })
}

fn signatures(value: &Value) -> Result<SignatureAlert, FieldError> {
    let fields = Fields::of("SIGNATURE_ALERT".to_owned(), value)?;
    fields.only(&["failures", "minutes"])?;
    let minutes = fields.whole("minutes")?.unwrap_or(5);
    if minutes > MAX_MINUTES {
        return Err(fields.wrong("minutes", "must be a whole number from 1 to 60"));
    }
    Ok(SignatureAlert {
        failures: fields.required("failures", fields.whole("failures")?)?,
        minutes: u32::try_from(minutes).unwrap_or(u32::MAX),
    })
}

/// A JSON list, or names between commas.
fn properties(text: &str) -> Result<Vec<String>, FieldError> {
    const NAME: &str = "SPEND_PROPERTIES";
    let rule =
        || FieldError::new(NAME, "must be up to 10 names of properties: a JSON list, or comma-separated");
    let names: Vec<String> = match text.trim_start().starts_with('[') {
        true => serde_json::from_str(text).map_err(|_| rule())?,
        false => text.split(',').map(|name| name.trim().to_owned()).collect(),
    };
    let is_name = |name: &String| (1..=MAX_KEY).contains(&name.chars().count());
    if names.len() > MAX_PROPERTIES || !names.iter().all(is_name) {
        return Err(rule());
    }
    Ok(names)
}

fn retention_days(text: &str) -> Result<i64, FieldError> {
    let days = text.trim().parse().ok().filter(|days| (1..=MAX_RETENTION_DAYS).contains(days));
    days.ok_or_else(|| FieldError::new("INSIGHTS_RETENTION_DAYS", "must be a whole number from 1 to 366"))
}
