//! What ledgers have counted.

use std::collections::BTreeMap;

use super::text::Family;
use crate::core::{
    health,
    insights::Name,
    ledger::{Hour, Sending},
    metrics::{Asked, GroupBy, Reading, Series, series::total},
    time::Timestamp,
    window::{DAY, Window, hour_of},
};

/// How many event types of a webhook, and how many models of an org, are told apart; what is beyond is `other`.
const MAX_TYPES: usize = 20;
const MAX_MODELS: usize = 50;
const OTHER: &str = "other";

/// Bounds of attempts, from 8 ms to the longest deadline, and of callbacks, from 32 ms to three days, as powers of two.
const ATTEMPT_POWERS: [u16; 15] = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17];
const CALLBACK_POWERS: [u16; 16] = [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 18, 20, 22, 25, 28];

/// A webhook, and what its ledger answered.
#[derive(Clone, Debug)]
pub struct Observed {
    /// Its org.
    pub org: String,
    /// Its id.
    pub webhook: String,
    /// The answer to what is [`asked`].
    pub reading: Reading,
}

/// What ledgers are asked for it: yesterday and today by type, and by provider and model.
pub fn asked(now: Timestamp) -> Asked {
    let today = today(now);
    Asked {
        since: today.saturating_sub(DAY),
        until: today.saturating_add(DAY),
        step: Window::Day,
        groups: vec![GroupBy::Type, GroupBy::Pair],
    }
}

fn today(now: Timestamp) -> i64 {
    Window::Day.of(hour_of(now.millis()))
}

/// The families. `unread` is how many webhooks are missing from them.
pub fn webhooks(observed: &[Observed], unread: usize, now: Timestamp) -> Vec<Family> {
    let today = today(now);
    let mut families = Families::new();
    let mut orgs = BTreeMap::<&str, Series>::new();
    for one in observed {
        let mut series = one.reading.series.iter();
        if let Some(types) = series.next() {
            families.add_types(one, types, today);
        }
        if let Some(models) = series.next() {
            orgs.entry(&one.org).or_default().merge(models);
        }
        families.add_now(one, now);
    }
    for (org, models) in &orgs {
        families.add_models(org, models, today);
    }
    families.unread.add(&[], unread as f64);
    families.into_list()
}

struct Families {
    attempts: Family,
    deliveries: Family,
    at_once: Family,
    duplicates: Family,
    held: Family,
    passed_over: Family,
    latency: Family,
    callback: Family,
    models: Family,
    retrying: Family,
    oldest: Family,
    sending: Family,
    healthy: Family,
    unread: Family,
}

impl Families {
    fn new() -> Self {
        Self {
            attempts: Family::counter(
                "heliograph_attempts_total",
                "Attempts since midnight UTC, by what came of them.",
            ),
            deliveries: Family::counter(
                "heliograph_deliveries_total",
                "Deliveries that came to an end since midnight UTC: taken by the endpoint, or given up.",
            ),
            at_once: Family::counter(
                "heliograph_deliveries_at_once_total",
                "Deliveries that the endpoint took at their first attempt, since midnight UTC.",
            ),
            duplicates: Family::counter(
                "heliograph_duplicates_total",
                "Messages not sent since midnight UTC because their delivery had come to an end before.",
            ),
            held: Family::counter(
                "heliograph_held_total",
                "Deliveries held at intake since midnight UTC because the webhook was paused or disabled.",
            ),
            passed_over: Family::counter(
                "heliograph_passed_over_total",
                "Events of a wanted type that the webhook did not get, since midnight UTC.",
            ),
            latency: Family::histogram(
                "heliograph_attempt_duration_seconds",
                "How long attempts took, since midnight UTC.",
            ),
            callback: Family::histogram(
                "heliograph_callback_duration_seconds",
                "From an event's acceptance to the endpoint's acknowledgement, since midnight UTC.",
            ),
            models: Family::counter(
                "heliograph_model_deliveries_total",
                "Deliveries of an org that came to an end since midnight UTC, by the event's provider and model.",
            ),
            retrying: Family::gauge("heliograph_retrying", "Deliveries that failed and are due again."),
            oldest: Family::gauge(
                "heliograph_retrying_oldest_age_seconds",
                "How long ago the oldest event was accepted of those that failed and are due again.",
            ),
            sending: Family::gauge(
                "heliograph_webhook_sending",
                "Whether the webhook's deliveries are sent: 0 where it is paused or disabled.",
            ),
            healthy: Family::gauge(
                "heliograph_webhook_healthy",
                "Whether the webhook's endpoint takes what it is sent.",
            ),
            unread: Family::gauge(
                "heliograph_webhooks_unread",
                "Webhooks that are missing from this answer.",
            ),
        }
    }

    fn add_types(&mut self, one: &Observed, types: &Series, today: i64) {
        let (org, webhook) = (one.org.as_str(), one.webhook.as_str());
        let mut all = Hour::default();
        for (event_type, hour) in ranked(types, MAX_TYPES, today) {
            let of = |more: &[(&'static str, &'static str)]| {
                let mut labels = vec![("org", org), ("webhook", webhook), ("type", event_type.as_str())];
                labels.extend_from_slice(more);
                labels
            };
            self.attempts.add(&of(&[("outcome", "delivered")]), hour.delivered as f64);
            self.attempts.add(&of(&[("outcome", "failed")]), hour.failed as f64);
            self.deliveries.add(&of(&[("outcome", "delivered")]), hour.delivered as f64);
            self.deliveries.add(&of(&[("outcome", "dead")]), hour.dead as f64);
            self.at_once.add(&of(&[]), hour.at_once as f64);
            self.duplicates.add(&of(&[]), hour.duplicates as f64);
            self.held.add(&of(&[]), hour.held as f64);
            self.passed_over.add(&of(&[("reason", "sample")]), hour.sampled_out as f64);
            self.passed_over.add(&of(&[("reason", "filter")]), hour.filtered_out as f64);
            all.merge(&hour);
        }
        let labels = [("org", org), ("webhook", webhook)];
        self.latency.add_durations(&labels, &all.latency, &ATTEMPT_POWERS, all.latency_ms);
        self.callback.add_durations(&labels, &all.callback, &CALLBACK_POWERS, all.callback_ms);
    }

    fn add_models(&mut self, org: &str, models: &Series, today: i64) {
        for (pair, hour) in ranked(models, MAX_MODELS, today) {
            let (provider, model) = pair.split_once('|').unwrap_or((OTHER, OTHER));
            for (outcome, count) in [("delivered", hour.delivered), ("dead", hour.dead)] {
                let labels = [("org", org), ("provider", provider), ("model", model), ("outcome", outcome)];
                self.models.add(&labels, count as f64);
            }
        }
    }

    fn add_now(&mut self, one: &Observed, now: Timestamp) {
        let standing = one.reading.now;
        let labels = [("org", one.org.as_str()), ("webhook", one.webhook.as_str())];
        self.retrying.add(&labels, standing.retrying as f64);
        if let Some(age) = standing.age_seconds(now) {
            self.oldest.add(&labels, age as f64);
        }
        self.sending.add(&labels, f64::from(u8::from(standing.sending == Sending::Active)));
        self.healthy.add(&labels, f64::from(u8::from(standing.health == health::State::Healthy)));
    }

    fn into_list(self) -> Vec<Family> {
        vec![
            self.attempts,
            self.deliveries,
            self.at_once,
            self.duplicates,
            self.held,
            self.passed_over,
            self.latency,
            self.callback,
            self.models,
            self.retrying,
            self.oldest,
            self.sending,
            self.healthy,
            self.unread,
        ]
    }
}

/// Today's numbers of the groups by label. Those that had most attempts yesterday are told apart, so that nothing moves to
/// `other` or from there within a day while there is room.
fn ranked(series: &Series, most: usize, today: i64) -> BTreeMap<String, Hour> {
    let yesterday =
        |buckets: &BTreeMap<i64, Hour>| total(buckets.range(..today).map(|(_, hour)| hour)).attempts;
    let mut ranked = BTreeMap::<String, Hour>::new();
    for (name, buckets) in series.top(most, yesterday) {
        let label = match name {
            Name::Known(name) => name,
            Name::Unknown => String::new(),
            Name::Rest => OTHER.to_owned(),
        };
        let sum = ranked.entry(label).or_default();
        sum.merge(&buckets.get(&today).cloned().unwrap_or_default());
    }
    ranked
}
