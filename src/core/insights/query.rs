//! What is asked of the sums, by the parameters of a call.

use std::{borrow::Cow, fmt};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::{Name, Window, hour_of};
use crate::core::window::{DAY, moment};
use crate::core::{
    field::{FieldError, Parameters},
    limits,
    time::Timestamp,
};

/// The longest ranges in days: of sums by day and model, and of those that are many.
const LONG: i64 = 366;
const SHORT: i64 = 31;

const CURSOR: &str = "must be the next_cursor of an answer";

/// What is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum About {
    /// Costs.
    Spend,
    /// Durations.
    Latency,
    /// Tokens.
    Tokens,
    /// Users.
    Users,
    /// Counters.
    Counters,
}

impl About {
    /// From the last part of the path.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "spend" => Self::Spend,
            "latency" => Self::Latency,
            "tokens" => Self::Tokens,
            "users" => Self::Users,
            "counters" => Self::Counters,
            _ => return None,
        })
    }

    /// What it can be grouped by, first what it is grouped by unless the call says otherwise.
    pub fn groups(self) -> &'static [GroupBy] {
        match self {
            Self::Spend => &[GroupBy::Day, GroupBy::Model, GroupBy::User, GroupBy::Property],
            Self::Latency => &[GroupBy::Model, GroupBy::Hour, GroupBy::Day],
            Self::Tokens => &[GroupBy::Day, GroupBy::Model],
            Self::Users => &[GroupBy::User],
            Self::Counters => &[GroupBy::Name, GroupBy::Hour, GroupBy::Day],
        }
    }

    fn parameters(self) -> &'static [&'static str] {
        match self {
            Self::Spend => &["since", "until", "model", "groupBy", "property", "limit"],
            Self::Latency | Self::Tokens => &["since", "until", "model", "groupBy", "limit"],
            Self::Users => &["since", "until", "limit", "cursor"],
            Self::Counters => &["since", "until", "groupBy"],
        }
    }

    /// What sums are kept by: the hour, or the day.
    fn step(self) -> i64 {
        match self {
            Self::Spend | Self::Tokens | Self::Users => DAY,
            Self::Latency | Self::Counters => 1,
        }
    }

    fn default_days(self) -> i64 {
        match self {
            Self::Spend | Self::Tokens => 30,
            Self::Users => 7,
            Self::Latency | Self::Counters => 1,
        }
    }
}

/// What sums are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GroupBy {
    /// The hour.
    Hour,
    /// The day.
    Day,
    /// The model.
    Model,
    /// The user.
    User,
    /// A property's value.
    Property,
    /// The counter.
    Name,
}

impl GroupBy {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Model => "model",
            Self::User => "user",
            Self::Property => "property",
            Self::Name => "name",
        }
    }

    /// The window, where it is one.
    pub fn window(self) -> Option<Window> {
        match self {
            Self::Hour => Some(Window::Hour),
            Self::Day => Some(Window::Day),
            Self::Model | Self::User | Self::Property | Self::Name => None,
        }
    }
}

/// Where a page of users ended: at one with so many requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The user's requests.
    pub requests: u64,
    /// The user, as stored.
    pub name: String,
}

impl Place {
    fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let (requests, name) = text.split_once(' ')?;
        let requests =
            requests.parse().ok().filter(|_| requests.bytes().all(|byte| byte.is_ascii_digit()))?;
        Some(Self { requests, name: Name::from_key(name).to_string() })
    }
}

/// As it is written in a cursor.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(format!("{} {}", self.requests, self.name)))
    }
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// About what.
    pub about: About,
    /// The first hour, counted from 1970.
    pub since: i64,
    /// The hour after the last one.
    pub until: i64,
    /// Of this model alone.
    pub model: Option<String>,
    /// How sums are grouped.
    pub group_by: GroupBy,
    /// The property whose values are told apart, where they are.
    pub property: Option<String>,
    /// How many groups at most.
    pub limit: usize,
    /// Where the page before ended.
    pub after: Option<Place>,
}

impl Query {
    /// Reads a call's parameters; the range is widened to whole days, or hours where sums are kept by them. An error names
    /// the parameter.
    pub fn read<'a>(
        about: About,
        parameters: impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)>,
        now: Timestamp,
    ) -> Result<Self, FieldError> {
        let default = about.groups().first().copied().unwrap_or(GroupBy::Day);
        let (mut since, mut until) = (None, None);
        let mut query = Self {
            about,
            since: 0,
            until: 0,
            model: None,
            group_by: default,
            property: None,
            limit: limits::PAGE,
            after: None,
        };
        let mut names = Parameters::new(about.parameters());
        for (name, value) in parameters {
            let wrong = |rule: &str| FieldError::new(name.as_ref(), rule);
            let moment =
                |text: &str| Timestamp::parse_or_date(text).ok_or_else(|| wrong(Timestamp::OR_DATE_RULE));
            names.check(&name)?;
            match name.as_ref() {
                "since" => since = Some(moment(&value)?),
                "until" => until = Some(moment(&value)?),
                "model" => query.model = Some(value.into_owned()),
                "property" => query.property = Some(value.into_owned()),
                "groupBy" => {
                    let found = about.groups().iter().find(|group| group.name() == value);
                    let names: Vec<&str> = about.groups().iter().map(|group| group.name()).collect();
                    let rule = format!("must be one of: {}", names.join(", "));
                    query.group_by = *found.ok_or_else(|| wrong(&rule))?;
                }
                "limit" => query.limit = limits::page(&value)?,
                _ => query.after = Some(Place::parse(&value).ok_or_else(|| wrong(CURSOR))?),
            }
        }
        query.check_property()?;
        query.set_range(since, until, now)?;
        Ok(query)
    }

    /// When the range begins.
    pub fn begins(&self) -> Timestamp {
        moment(self.since)
    }

    /// When it ends; this moment is not in it.
    pub fn ends(&self) -> Timestamp {
        moment(self.until)
    }

    fn check_property(&self) -> Result<(), FieldError> {
        let by_property = self.group_by == GroupBy::Property;
        if by_property != self.property.is_some() {
            return Err(FieldError::new(
                "property",
                "is required with groupBy=property, and goes with it alone",
            ));
        }
        if self.model.is_some() && matches!(self.group_by, GroupBy::Property | GroupBy::User) {
            return Err(FieldError::new("model", "can't be combined with groupBy=user or groupBy=property"));
        }
        Ok(())
    }

    fn set_range(
        &mut self,
        since: Option<Timestamp>,
        until: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), FieldError> {
        let step = self.about.step();
        let until = until.unwrap_or(Timestamp::from_millis(now.millis().saturating_add(1)));
        let back = self.about.default_days().saturating_sub(1).saturating_mul(86_400);
        let since = match (since, self.about.step()) {
            (Some(since), _) => since,
            (None, 1) => until.plus_seconds(-86_400),
            (None, _) => {
                Timestamp::from_millis(until.millis().saturating_sub(1)).plus_seconds(back.saturating_neg())
            }
        };
        if since >= until {
            return Err(FieldError::new("until", "must be later than since"));
        }
        let floor = |hour: i64| hour.div_euclid(step).saturating_mul(step);
        self.since = floor(hour_of(since.millis()));
        self.until = floor(hour_of(until.millis().saturating_sub(1))).saturating_add(step);
        let is_long = matches!(self.group_by, GroupBy::Day | GroupBy::Model) && step == DAY;
        let days = if is_long { LONG } else { SHORT };
        if self.until.saturating_sub(self.since) > days.saturating_add(1).saturating_mul(DAY) {
            return Err(FieldError::new("since", format!("must be at most {days} days before until")));
        }
        Ok(())
    }
}
