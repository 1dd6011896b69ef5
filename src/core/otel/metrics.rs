//! Metrics: histograms of tokens and durations, as what was added since the last time (delta).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Attributes, Call, Resource, names, nanos, scope};

/// `AGGREGATION_TEMPORALITY_DELTA`.
const DELTA: u8 = 1;

/// What tells one series of points from another.
type Labels = Vec<(&'static str, String)>;

/// The body of `POST /v1/metrics`, for calls of which the receiver heard between two moments, in milliseconds since 1970;
/// `None` where nothing is known to count.
pub fn metrics_request(resource: &Resource, calls: &[Call], from: i64, until: i64) -> Option<String> {
    let mut tokens = Histogram::new(names::TOKEN_USAGE);
    let mut durations = Histogram::new(names::DURATION);
    for call in calls {
        for (kind, count) in [("input", call.input_tokens), ("output", call.output_tokens)] {
            if let Some(count) = count {
                let mut labels = labels(call);
                labels.push((names::TOKEN_TYPE, kind.to_owned()));
                tokens.add(labels, count as f64);
            }
        }
        if let Some(millis) = call.latency_ms {
            let mut labels = labels(call);
            labels.extend(call.error.clone().map(|error| (names::ERROR_TYPE, error)));
            durations.add(labels, millis as f64 / 1000.0);
        }
    }
    let interval = (nanos(from.min(until)), nanos(until));
    let metrics: Vec<Value> =
        [tokens, durations].into_iter().filter_map(|histogram| histogram.json(&interval)).collect();
    let scoped = json!([{"scope": scope(), "metrics": metrics}]);
    let all =
        || json!({"resourceMetrics": [{"resource": resource.json(), "scopeMetrics": scoped}]}).to_string();
    (!metrics.is_empty()).then(all)
}

fn labels(call: &Call) -> Labels {
    let known = [
        (names::OPERATION, Some(call.operation.to_owned())),
        (names::PROVIDER, call.provider.clone()),
        (names::REQUEST_MODEL, call.request_model.clone()),
        (names::RESPONSE_MODEL, call.response_model.clone()),
    ];
    known.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// A metric with its series.
struct Histogram {
    name: &'static str,
    unit: &'static str,
    bounds: &'static [f64],
    series: BTreeMap<Labels, Point>,
}

/// What was added to one series.
struct Point {
    count: u64,
    sum: f64,
    min: f64,
    max: f64,
    buckets: Vec<u64>,
}

impl Histogram {
    fn new((name, unit, bounds): (&'static str, &'static str, &'static [f64])) -> Self {
        Self { name, unit, bounds, series: BTreeMap::new() }
    }

    fn add(&mut self, labels: Labels, value: f64) {
        // One more than there are bounds: what lies beyond the last.
        let buckets = || vec![0; self.bounds.len().saturating_add(1)];
        let point = self.series.entry(labels).or_insert_with(|| Point {
            count: 0,
            sum: 0.0,
            min: value,
            max: value,
            buckets: buckets(),
        });
        point.count = point.count.saturating_add(1);
        point.sum += value;
        point.min = point.min.min(value);
        point.max = point.max.max(value);
        // A bound belongs to the bucket below it.
        let at = self.bounds.partition_point(|bound| *bound < value);
        if let Some(bucket) = point.buckets.get_mut(at) {
            *bucket = bucket.saturating_add(1);
        }
    }

    fn json(&self, (from, until): &(String, String)) -> Option<Value> {
        let points: Vec<Value> =
            self.series.iter().map(|(labels, point)| self.point(labels, point, from, until)).collect();
        let histogram = json!({"aggregationTemporality": DELTA, "dataPoints": points});
        (!points.is_empty()).then(|| json!({"name": self.name, "unit": self.unit, "histogram": histogram}))
    }

    fn point(&self, labels: &Labels, point: &Point, from: &str, until: &str) -> Value {
        let mut attributes = Attributes::default();
        labels.iter().for_each(|(name, value)| attributes.text(name, Some(value)));
        let buckets: Vec<String> = point.buckets.iter().map(u64::to_string).collect();
        json!({
            "attributes": attributes.0,
            "startTimeUnixNano": from,
            "timeUnixNano": until,
            "count": point.count.to_string(),
            "sum": point.sum,
            "min": point.min,
            "max": point.max,
            "bucketCounts": buckets,
            "explicitBounds": self.bounds,
        })
    }
}
