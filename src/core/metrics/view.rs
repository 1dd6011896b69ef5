//! Metrics as the API shows them. A ratio of nothing is null, and not 0.

use serde::Serialize;

use super::{GroupBy, Now, Query, Reading, Series, series::total};
use crate::core::{
    health,
    insights::Name,
    ledger::{Histogram, Hour, Sending},
    time::Timestamp,
    window::moment,
};

/// What came of deliveries over a time.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = Metrics))]
pub struct MetricsView {
    /// When the range begins: the first moment of an hour or a day, in UTC.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    pub since: String,
    /// When it ends; this moment is not in it.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    pub until: String,
    /// What numbers are added up by: `hour` or `day`.
    pub step: &'static str,
    /// What they are grouped by.
    pub group_by: &'static str,
    /// How it stands now, whatever the range is.
    pub now: NowView,
    /// Of the whole range.
    pub total: NumbersView,
    /// Those with the most attempts first; without grouping there is one at most.
    pub groups: Vec<GroupView>,
}

/// How webhooks stand now.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = MetricsNow))]
pub struct NowView {
    /// How many deliveries failed and are due again.
    pub retrying: u64,
    /// How long ago the oldest event of them was accepted, in seconds; null where there is none.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub oldest_retrying_seconds: Option<i64>,
    /// Each webhook.
    pub webhooks: Vec<WebhookNowView>,
}

/// How a webhook stands now.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = WebhookNow))]
pub struct WebhookNowView {
    /// The webhook's id.
    pub id: String,
    /// Whether its deliveries are sent.
    pub sending: Sending,
    /// How its endpoint is doing: `healthy`, `failing` or `disabled`.
    pub health: &'static str,
    /// How many deliveries failed and are due again.
    pub retrying: u64,
    /// How long ago the oldest event of them was accepted, in seconds; null where there is none.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub oldest_retrying_seconds: Option<i64>,
}

/// The numbers of a group.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = MetricsGroup))]
pub struct GroupView {
    /// The webhook, type, provider or model; null where events name none, without grouping, and for the rest.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub group: Option<String>,
    /// Whether it is the sum of all that there was no room to tell apart.
    pub is_rest: bool,
    /// Of the whole range.
    pub total: NumbersView,
    /// By time; hours or days in which nothing happened are left out.
    pub buckets: Vec<BucketView>,
}

/// The numbers of an hour or a day.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = MetricsBucket))]
pub struct BucketView {
    /// When it begins.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    pub at: String,
    /// What happened in it.
    pub numbers: NumbersView,
}

/// What came of deliveries. An attempt counts in the hour in which it began, and with it what it came to.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = MetricsNumbers))]
pub struct NumbersView {
    /// Attempts made.
    pub attempts: u64,
    /// Those of them that failed.
    pub failed_attempts: u64,
    /// Deliveries that the endpoint took (2xx).
    pub delivered: u64,
    /// Those of them at their first attempt.
    pub delivered_at_once: u64,
    /// Deliveries given up: dead letters.
    pub dead: u64,
    /// `delivered / (delivered + dead)`: the share of what came to an end that the endpoint took before the retries ended. Null
    /// where nothing came to an end.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub success_rate: Option<f64>,
    /// `attempts / (delivered + dead)`; null where nothing came to an end.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub attempts_per_delivery: Option<f64>,
    /// Messages that were not sent because their delivery had come to an end before.
    pub duplicates: u64,
    /// `duplicates / (delivered + dead + duplicates)`; null where there was none of them.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub duplicate_rate: Option<f64>,
    /// Deliveries held because the webhook was paused or disabled when their event came.
    pub held: u64,
    /// Events of a wanted type that were not in the sample.
    pub sampled_out: u64,
    /// Events of a wanted type that a filter did not let through.
    pub filtered_out: u64,
    /// From the event's acceptance to the endpoint's acknowledgement.
    pub callback: DurationsView,
    /// How long attempts took, failed ones too.
    pub latency: DurationsView,
}

/// How long something took. Percentiles are of the buckets in which durations are counted: at most 9 % above the true one, and
/// never below.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = MetricsDurations))]
pub struct DurationsView {
    /// How often.
    pub count: u64,
    /// The mean, in milliseconds; null where there was none.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub mean_ms: Option<u64>,
    /// Half of them took no longer, in milliseconds; null where there was none.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub p50_ms: Option<u64>,
    /// 95 % of them.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub p95_ms: Option<u64>,
    /// 99 % of them.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub p99_ms: Option<u64>,
}

/// A webhook's id, and what its ledger answered to a query.
pub type WebhookReading = (String, Reading);

impl MetricsView {
    /// What the ledgers of webhooks say together.
    pub fn new(query: &Query, readings: &[WebhookReading], now: Timestamp) -> Self {
        let mut series = Series::default();
        for (id, reading) in readings {
            for own in &reading.series {
                match query.group_by {
                    GroupBy::Webhook => series.merge_as(&Name::Known(id.clone()), own),
                    _ => series.merge(own),
                }
            }
        }
        let all = total(series.groups().flat_map(|(_, buckets)| buckets.values()));
        let weight = |buckets: &std::collections::BTreeMap<i64, Hour>| total(buckets.values()).attempts;
        let groups = series.top(query.limit, weight);
        Self {
            since: query.begins().to_string(),
            until: query.ends().to_string(),
            step: query.step.name(),
            group_by: query.group_by.name(),
            now: NowView::new(readings, now),
            total: (&all).into(),
            groups: groups
                .iter()
                .map(|(name, buckets)| GroupView {
                    group: name.known().map(str::to_owned),
                    is_rest: *name == Name::Rest,
                    total: (&total(buckets.values())).into(),
                    buckets: buckets
                        .iter()
                        .map(|(hour, numbers)| BucketView {
                            at: moment(*hour).to_string(),
                            numbers: numbers.into(),
                        })
                        .collect(),
                })
                .collect(),
        }
    }
}

impl NowView {
    fn new(readings: &[WebhookReading], now: Timestamp) -> Self {
        let webhooks: Vec<_> = readings.iter().map(|(id, reading)| webhook(id, reading.now, now)).collect();
        Self {
            retrying: webhooks.iter().fold(0, |sum, webhook| sum.saturating_add(webhook.retrying)),
            oldest_retrying_seconds: webhooks
                .iter()
                .filter_map(|webhook| webhook.oldest_retrying_seconds)
                .max(),
            webhooks,
        }
    }
}

fn webhook(id: &str, standing: Now, now: Timestamp) -> WebhookNowView {
    WebhookNowView {
        id: id.to_owned(),
        sending: standing.sending,
        health: health::State::name(standing.health),
        retrying: standing.retrying,
        oldest_retrying_seconds: standing.age_seconds(now),
    }
}

impl From<&Hour> for NumbersView {
    fn from(hour: &Hour) -> Self {
        let ended = hour.delivered.saturating_add(hour.dead);
        Self {
            attempts: hour.attempts,
            failed_attempts: hour.failed,
            delivered: hour.delivered,
            delivered_at_once: hour.at_once,
            dead: hour.dead,
            success_rate: ratio(hour.delivered, ended),
            attempts_per_delivery: ratio(hour.attempts, ended),
            duplicates: hour.duplicates,
            duplicate_rate: ratio(hour.duplicates, ended.saturating_add(hour.duplicates)),
            held: hour.held,
            sampled_out: hour.sampled_out,
            filtered_out: hour.filtered_out,
            callback: DurationsView::new(&hour.callback, hour.callback_ms),
            latency: DurationsView::new(&hour.latency, hour.latency_ms),
        }
    }
}

impl DurationsView {
    fn new(each: &Histogram, millis: u64) -> Self {
        let count = each.count();
        // Durations are whole, so rounding takes none below itself.
        let percentile = |share: f64| each.quantile(share).map(|millis| millis.round() as u64);
        Self {
            count,
            mean_ms: ratio(millis, count).map(|mean| mean.round() as u64),
            p50_ms: percentile(0.5),
            p95_ms: percentile(0.95),
            p99_ms: percentile(0.99),
        }
    }
}

fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
