//! What came of a subscription's deliveries, hour by hour.

use maud::{Markup, html};

use crate::{
    console::{
        models::metrics::{Bucket, Metrics, Numbers},
        parts::chart::{Line, Unit, lines},
    },
    core::time::Timestamp,
};

const HOUR: i64 = 3600;

/// The charts of so many hours.
pub fn charts(metrics: &Metrics, hours: i64) -> Markup {
    let moments = moments(metrics, hours);
    let buckets: Vec<Option<&Bucket>> = moments.iter().map(|moment| at(metrics, *moment)).collect();
    // In an hour without attempts there were none; how long none of them took is another matter.
    let counts = |figure: fn(&Numbers) -> u64| {
        buckets.iter().map(|bucket| Some(bucket.map_or(0, |bucket| figure(&bucket.numbers)) as f64)).collect()
    };
    let durations = |figure: fn(&Numbers) -> Option<u64>| {
        buckets
            .iter()
            .map(|bucket| bucket.and_then(|bucket| figure(&bucket.numbers)).map(|millis| millis as f64))
            .collect()
    };
    let attempts = [
        Line {
            name: "taken".to_owned(),
            values: counts(|numbers| numbers.attempts.saturating_sub(numbers.failed_attempts)),
        },
        Line { name: "failed".to_owned(), values: counts(|numbers| numbers.failed_attempts) },
    ];
    let callback = [
        Line { name: "p50".to_owned(), values: durations(|numbers| numbers.callback.p50_ms) },
        Line { name: "p95".to_owned(), values: durations(|numbers| numbers.callback.p95_ms) },
    ];
    html! {
        div.columns {
            (lines("Attempts by hour", Unit::Count, &moments, &attempts))
            (lines("From acceptance to acknowledgement", Unit::Millis, &moments, &callback))
        }
    }
}

/// The beginnings of the hours up to the range's end.
fn moments(metrics: &Metrics, hours: i64) -> Vec<Timestamp> {
    let Some(until) = Timestamp::parse(&metrics.until) else { return Vec::new() };
    (0..hours).rev().map(|back| until.plus_seconds(back.saturating_add(1).saturating_mul(-HOUR))).collect()
}

fn at(metrics: &Metrics, moment: Timestamp) -> Option<&Bucket> {
    let buckets = metrics.groups.first().map(|group| group.buckets.as_slice()).unwrap_or_default();
    buckets.iter().find(|bucket| Timestamp::parse(&bucket.at) == Some(moment))
}
