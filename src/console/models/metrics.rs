//! Metrics.

use serde::Deserialize;

use super::webhook::Webhook;
use crate::{
    console::parts::chart::Bar,
    core::{time::Timestamp, window::hour_of},
};

/// How many hours are of late: the one that runs and the one before.
const LATE_HOURS: i64 = 2;

/// What came of deliveries.
#[derive(Clone, Debug, Deserialize)]
pub struct Metrics {
    /// When the range ends.
    pub until: String,
    /// How it stands now.
    pub now: Now,
    /// Of all.
    pub total: Numbers,
    /// By what was asked.
    pub groups: Vec<Group>,
}

/// How it stands now.
#[derive(Clone, Debug, Deserialize)]
pub struct Now {
    /// How many are due again.
    pub retrying: u64,
    /// How old the oldest of them is.
    pub oldest_retrying_seconds: Option<u64>,
    /// Each webhook.
    pub webhooks: Vec<WebhookNow>,
}

/// How a webhook stands.
#[derive(Clone, Debug, Deserialize)]
pub struct WebhookNow {
    /// Which.
    pub id: String,
    /// `healthy`, `failing` or `disabled`.
    pub health: String,
    /// How many are due again.
    pub retrying: u64,
}

/// The numbers of a group.
#[derive(Clone, Debug, Deserialize)]
pub struct Group {
    /// Its name.
    pub group: Option<String>,
    /// Of the whole range.
    pub total: Numbers,
    /// By time.
    pub buckets: Vec<Bucket>,
}

/// The numbers of an hour or a day.
#[derive(Clone, Debug, Deserialize)]
pub struct Bucket {
    /// When it begins.
    pub at: String,
    /// What happened.
    pub numbers: Numbers,
}

/// What happened.
#[derive(Clone, Debug, Deserialize)]
pub struct Numbers {
    /// Attempts made.
    pub attempts: u64,
    /// Those that failed.
    pub failed_attempts: u64,
    /// Deliveries taken.
    pub delivered: u64,
    /// Given up.
    pub dead: u64,
    /// The share taken of what ended.
    pub success_rate: Option<f64>,
    /// Attempts for each delivery that ended.
    pub attempts_per_delivery: Option<f64>,
    /// Not sent because they had been.
    pub duplicates: u64,
    /// Held.
    pub held: u64,
    /// Not in the sample.
    pub sampled_out: u64,
    /// Not let through by a filter.
    pub filtered_out: u64,
    /// From acceptance to acknowledgement.
    pub callback: Durations,
    /// Of attempts.
    pub latency: Durations,
}

/// How long something took.
#[derive(Clone, Debug, Deserialize)]
pub struct Durations {
    /// Half of them took no longer, in milliseconds.
    pub p50_ms: Option<u64>,
    /// 95 %.
    pub p95_ms: Option<u64>,
    /// 99 %.
    pub p99_ms: Option<u64>,
}

impl Metrics {
    /// The worst that can be said of a webhook: its status, or that its endpoint fails or has deliveries due again.
    ///
    /// With a short retry schedule everything is dead and nothing is due again before the endpoint's health turns, so an
    /// endpoint that took nothing of late fails too.
    pub fn state_of<'a>(&'a self, webhook: &'a Webhook) -> &'a str {
        let now = self.now.webhooks.iter().find(|now| now.id == webhook.id);
        match (webhook.status.as_str(), now) {
            ("active", Some(now)) if now.health == "failing" => "failing",
            ("active", Some(now)) if now.retrying > 0 => "retrying",
            ("active", _) if self.took_nothing_of_late(&webhook.id) => "failing",
            (status, _) => status,
        }
    }

    /// Whether all attempts of the newest of the last two hours that has any failed. One hour alone would forget at its
    /// turn what has just happened. Groups are taken to be webhooks.
    fn took_nothing_of_late(&self, id: &str) -> bool {
        let hour = |at: &str| Timestamp::parse(at).map(|at| hour_of(at.millis()));
        let newest = || {
            let group = self.groups.iter().find(|group| group.group.as_deref() == Some(id))?;
            let bucket = group.buckets.iter().rfind(|bucket| bucket.numbers.attempts > 0)?;
            let is_late = hour(&bucket.at)?.saturating_add(LATE_HOURS) > hour(&self.until)?;
            is_late.then_some(&bucket.numbers)
        };
        newest().is_some_and(|numbers| numbers.failed_attempts == numbers.attempts)
    }
}

impl Group {
    /// The hours before `until`, as bars: attempts that succeeded and attempts that failed.
    pub fn hours(&self, until: &str, hours: i64) -> Vec<Bar> {
        let end =
            Timestamp::parse(until).map_or(0, |until| hour_of(until.millis().saturating_add(3_599_999)));
        let hour = |bucket: &Bucket| Timestamp::parse(&bucket.at).map(|at| hour_of(at.millis()));
        (end.saturating_sub(hours)..end)
            .map(|wanted| {
                let found = self.buckets.iter().find(|bucket| hour(bucket) == Some(wanted));
                found.map_or_else(Bar::default, |bucket| Bar {
                    good: bucket.numbers.attempts.saturating_sub(bucket.numbers.failed_attempts),
                    bad: bucket.numbers.failed_attempts,
                })
            })
            .collect()
    }
}
