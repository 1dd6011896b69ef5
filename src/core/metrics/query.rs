//! What is asked of the metrics, by the parameters of a call.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::core::{
    field::{FieldError, Parameters},
    insights::Name,
    ledger::Parts,
    limits,
    time::Timestamp,
    window::{DAY, Window, hour_of, moment},
};

const PARAMETERS: [&str; 5] = ["since", "until", "step", "groupBy", "limit"];

/// How many days back a call goes that does not say so, and how many it may at most.
const HOURLY: (i64, i64) = (1, 31);
const DAILY: (i64, i64) = (30, 366);

/// What is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// All webhooks of an org.
    Org,
    /// One of them.
    Webhook,
}

impl About {
    /// What its numbers can be grouped by.
    pub fn groups(self) -> &'static [GroupBy] {
        match self {
            Self::Org => &[GroupBy::None, GroupBy::Webhook, GroupBy::Type, GroupBy::Provider, GroupBy::Model],
            Self::Webhook => &[GroupBy::None, GroupBy::Type, GroupBy::Provider, GroupBy::Model],
        }
    }
}

/// What numbers are grouped by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum GroupBy {
    /// All are one.
    #[default]
    None,
    /// The webhook.
    Webhook,
    /// The event's type.
    Type,
    /// The event's provider.
    Provider,
    /// The event's model.
    Model,
    /// Provider and model, as `{provider}|{model}`: for Prometheus alone.
    Pair,
}

impl GroupBy {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Webhook => "webhook",
            Self::Type => "type",
            Self::Provider => "provider",
            Self::Model => "model",
            Self::Pair => "pair",
        }
    }

    /// The group that a row of a ledger is in. Which webhook it is of a row does not say.
    pub fn of(self, parts: &Parts<'_>) -> Name {
        let name = |text: &str| match text {
            "" => Name::Unknown,
            text => Name::Known(text.to_owned()),
        };
        match self {
            Self::None | Self::Webhook => Name::Unknown,
            Self::Type => name(parts.event_type),
            Self::Provider => name(parts.provider),
            Self::Model => name(parts.model),
            Self::Pair => Name::Known(format!("{}|{}", parts.provider, parts.model)),
        }
    }
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The first hour, counted from 1970.
    pub since: i64,
    /// The hour after the last one.
    pub until: i64,
    /// What numbers are added up by: hours or days.
    pub step: Window,
    /// How they are grouped.
    pub group_by: GroupBy,
    /// How many groups are told apart at most.
    pub limit: usize,
}

impl Query {
    /// Reads a call's parameters; the range is widened to whole hours or days. An error names the parameter.
    pub fn read<'a>(
        about: About,
        parameters: impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)>,
        now: Timestamp,
    ) -> Result<Self, FieldError> {
        let (mut since, mut until) = (None, None);
        let mut query =
            Self { since: 0, until: 0, step: Window::Hour, group_by: GroupBy::None, limit: limits::PAGE };
        let mut names = Parameters::new(&PARAMETERS);
        for (name, value) in parameters {
            let wrong = |rule: &str| FieldError::new(name.as_ref(), rule);
            let moment = || Timestamp::parse_or_date(&value).ok_or_else(|| wrong(Timestamp::OR_DATE_RULE));
            names.check(&name)?;
            match name.as_ref() {
                "since" => since = Some(moment()?),
                "until" => until = Some(moment()?),
                "step" => {
                    query.step = match value.as_ref() {
                        "hour" => Window::Hour,
                        "day" => Window::Day,
                        _ => return Err(wrong("must be one of: hour, day")),
                    };
                }
                "groupBy" => {
                    let names: Vec<&str> = about.groups().iter().map(|group| group.name()).collect();
                    let rule = format!("must be one of: {}", names.join(", "));
                    let found = about.groups().iter().find(|group| group.name() == value);
                    query.group_by = *found.ok_or_else(|| wrong(&rule))?;
                }
                _ => query.limit = limits::page(&value)?,
            }
        }
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

    fn set_range(
        &mut self,
        since: Option<Timestamp>,
        until: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), FieldError> {
        let (usual, most) = if self.step == Window::Hour { HOURLY } else { DAILY };
        let until = until.unwrap_or(Timestamp::from_millis(now.millis().saturating_add(1)));
        let since = since.unwrap_or_else(|| until.plus_seconds(usual.saturating_mul(-86_400)));
        if since >= until {
            return Err(FieldError::new("until", "must be later than since"));
        }
        let last = hour_of(until.millis().saturating_sub(1));
        self.since = self.step.of(hour_of(since.millis()));
        self.until = match self.step {
            Window::Hour => last.saturating_add(1),
            Window::Day | Window::Month => Window::Day.of(last).saturating_add(DAY),
        };
        if self.until.saturating_sub(self.since) > most.saturating_add(1).saturating_mul(DAY) {
            let rule =
                format!("must be at most {most} days before until where the step is {}", self.step.name());
            return Err(FieldError::new("since", rule));
        }
        Ok(())
    }
}
