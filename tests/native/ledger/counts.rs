//! What is counted: durations and hours.

use heliograph::core::ledger::{Attempt, Histogram, Hour, HourKey, Hours, Lane, Row, State, count};
use heliograph::core::retry::{Fault, Verdict, Why};
use proptest::prelude::*;
use serde_json::json;

use super::{RETRY, answered, message};
use crate::support::now;

fn histogram(durations: &[i64]) -> Histogram {
    let mut histogram = Histogram::default();
    durations.iter().for_each(|millis| histogram.add(*millis));
    histogram
}

proptest! {
    #[test]
    fn a_quantile_is_at_most_a_bucket_above_the_exact_one(
        mut durations in prop::collection::vec(prop_oneof![1..10_i64, 1..1000_i64, 1..400_000_i64, 1..4_000_000_000_i64], 1..200),
        share in 0.0..=1.0_f64,
    ) {
        let found = histogram(&durations).quantile(share).unwrap();
        durations.sort_unstable();
        let rank = ((durations.len() as f64 * share).ceil() as usize).max(1);
        let exact = durations[rank - 1] as f64;
        let above = found / exact;
        prop_assert!((0.999_999..=2_f64.powf(0.125) * 1.000_001).contains(&above), "{found} for {exact}");
    }

    #[test]
    fn merging_is_counting_both(
        one in prop::collection::vec(-5..4_000_000_i64, 0..50),
        other in prop::collection::vec(-5..4_000_000_i64, 0..50),
    ) {
        let mut merged = histogram(&one);
        merged.merge(&histogram(&other));
        let both: Vec<i64> = one.iter().chain(&other).copied().collect();
        prop_assert_eq!(merged.count(), both.len() as u64);
        let text = serde_json::to_string(&merged).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Histogram>(&text).unwrap(), &merged);
        prop_assert_eq!(merged, histogram(&both));
    }
}

#[test]
fn edges_of_a_histogram() {
    assert_eq!(Histogram::default().quantile(0.5), None);
    for share in [-1.0, 0.0, 0.5, 1.0, 2.0] {
        assert_eq!(histogram(&[1024]).quantile(share), Some(1024.0), "a power of two is exact");
        assert_eq!(histogram(&[i64::MIN, 0, 1]).quantile(share), Some(1.0), "nothing is shorter than one");
    }
    assert!(histogram(&[i64::MAX]).quantile(1.0).unwrap().is_finite());
}

/// A row after one more attempt, counted.
fn counted(hours: &mut Hours, row: &mut Row, at: i64, ms: i64, status: u16, verdict: &Verdict) {
    let began = heliograph::core::time::Timestamp::from_millis(at);
    let attempt = Attempt::new(row.next_number(), Lane::Express, began, ms, &answered(status));
    row.note(attempt.clone(), verdict, began);
    count(hours, row, &attempt);
}

#[test]
fn attempts_are_counted_in_the_hour_in_which_they_began() {
    let mut hours = Hours::default();
    let accepted = now().millis();
    let hour = accepted / 3_600_000;
    let mut row = Row::of(&message("msg_1", None), None);
    counted(&mut hours, &mut row, accepted + 3_599_999, 300, 500, &RETRY);
    counted(&mut hours, &mut row, accepted + 3_600_000, 100, 200, &Verdict::Delivered);
    let mut other = Row::of(&message("msg_2", None), None);
    counted(&mut hours, &mut other, accepted + 20, 30, 204, &Verdict::Delivered);
    let mut dead = Row::of(&message("msg_3", None), None);
    counted(&mut hours, &mut dead, accepted, 7, 404, &Verdict::DeadLetter(Why::Exhausted(Fault::Endpoint)));
    assert_eq!(dead.state, State::Dead);
    let key = |hour: i64| HourKey(format!("{hour}|request.completed||"));
    let expected = [
        (
            key(hour),
            Hour {
                attempts: 3,
                failed: 2,
                delivered: 1,
                at_once: 1,
                dead: 1,
                latency: histogram(&[300, 30, 7]),
                latency_ms: 337,
                callback: histogram(&[50]),
                callback_ms: 50,
                ..Hour::default()
            },
        ),
        (
            key(hour + 1),
            Hour {
                attempts: 1,
                delivered: 1,
                latency: histogram(&[100]),
                latency_ms: 100,
                callback: histogram(&[3_600_100]),
                callback_ms: 3_600_100,
                ..Hour::default()
            },
        ),
    ];
    assert_eq!(hours, expected.clone().into());
    let mut sum = Hour::default();
    expected.iter().for_each(|(_, hour)| sum.merge(hour));
    assert_eq!((sum.attempts, sum.failed, sum.delivered, sum.at_once, sum.dead), (4, 2, 2, 1, 1));
    assert_eq!((sum.latency.count(), sum.callback.count()), (4, 2));
    assert_eq!(serde_json::from_str::<Hour>("{}").unwrap(), Hour::default());
}

#[test]
fn a_key_has_four_parts_whatever_the_names_hold() {
    let mut message = message("msg_1", None);
    message.provider = Some("a|b".to_owned());
    message.model = Some("|é|".to_owned());
    let key = HourKey::of(&message, 3_600_000 * 5 + 1);
    assert_eq!(key, HourKey("5|request.completed|a_b|_é_".to_owned()));
    assert_eq!(serde_json::to_value(&key).unwrap(), json!("5|request.completed|a_b|_é_"));
}
