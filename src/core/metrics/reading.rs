//! What a ledger is asked, and what it answers.

use serde::{Deserialize, Serialize};

use super::{GroupBy, Query, Series};
use crate::core::{
    health,
    ledger::{Hour, HourKey, Sending},
    time::Timestamp,
    window::Window,
};

/// Which hours, and how they are added up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The first hour, counted from 1970.
    pub since: i64,
    /// The hour after the last one.
    pub until: i64,
    /// What hours are added up by.
    pub step: Window,
    /// How they are grouped: one series for each.
    pub groups: Vec<GroupBy>,
}

impl From<&Query> for Asked {
    fn from(query: &Query) -> Self {
        Self { since: query.since, until: query.until, step: query.step, groups: vec![query.group_by] }
    }
}

impl Asked {
    /// The keys of the range: from the first to before the second.
    pub fn keys(&self) -> (String, String) {
        (HourKey::bound(self.since), HourKey::bound(self.until))
    }
}

/// How a webhook stands now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Now {
    /// Whether its deliveries are sent.
    pub sending: Sending,
    /// How its endpoint is doing.
    pub health: health::State,
    /// How many deliveries failed and are due again.
    pub retrying: u64,
    /// When the oldest event of them was accepted, in milliseconds since 1970.
    pub oldest_retrying: Option<i64>,
}

impl Now {
    /// How long ago the oldest event was accepted of what is due again, in seconds.
    pub fn age_seconds(&self, now: Timestamp) -> Option<i64> {
        self.oldest_retrying.map(|at| now.millis().saturating_sub(at).max(0).div_euclid(1000))
    }
}

/// What a ledger answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// How its webhook stands.
    pub now: Now,
    /// One for each way of grouping.
    pub series: Vec<Series>,
}

impl Reading {
    /// Nothing counted yet, in as many ways of grouping as were asked for.
    pub fn new(now: Now, asked: &Asked) -> Self {
        Self { now, series: vec![Series::default(); asked.groups.len()] }
    }

    /// Adds an hour of the ledger, where it is in the range.
    pub fn add(&mut self, asked: &Asked, key: &HourKey, hour: &Hour) {
        let Some(parts) = key.parts() else { return };
        if !(asked.since..asked.until).contains(&parts.hour) {
            return;
        }
        for (group_by, series) in asked.groups.iter().zip(&mut self.series) {
            series.add(&group_by.of(&parts), asked.step.of(parts.hour), hour);
        }
    }
}
