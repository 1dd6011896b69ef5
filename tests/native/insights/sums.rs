//! Sums: exact, apart by measure, and bounded.

use std::collections::BTreeMap;

use heliograph::core::{
    insights::{
        About, Book, Key, Kind, Latency, LatencyRow, Measure, Measures, Name, Nanos, Observation, Occupied,
        Query, Ratios, Sample, Spend, Tally, Window, counters, hour_of, settle,
    },
    time::Timestamp,
};
use proptest::prelude::*;

use super::{DAY, HOUR, MONTH, NOW, all, request, settings};

fn key(kind: Kind, hour: i64, name: &str) -> Key {
    Key { kind, hour, name: Name::of(Some(name)) }
}

fn book(requests: &[Observation], measures: Measures, texts: &[(&str, &str)]) -> Book {
    let (mut book, settings) = (Book::default(), settings(texts));
    requests.iter().for_each(|one| book.add(one, measures, &settings, NOW));
    book
}

#[test]
fn costs_are_rounded_once_and_then_exact() {
    let cents = vec![request("m", 0.1); 1000];
    let spend = book(&cents, all(), &[]).tallies[&key(Kind::Model, DAY, "m")].spend.unwrap();
    assert_eq!(spend, Spend { requests: 1000, unknown: 0, nanos: Nanos(100_000_000_000) });
    assert_ne!((0..1000).map(|_| 0.1).sum::<f64>(), 100.0, "which doubles are not");
    assert_eq!(Nanos::of_dollars(0.000_202_500_000_000_000_02), Some(Nanos(202_500)));
    for wrong in [-0.1, f64::NAN, f64::INFINITY, 100_001.0] {
        assert_eq!(Nanos::of_dollars(wrong), None, "{wrong}");
    }
}

#[test]
fn unknown_is_not_zero() {
    let unknown = Observation { cost: None, completion_tokens: None, latency_ms: None, ..request("m", 0.0) };
    let book = book(&[unknown, request("m", 0.0)], all(), &[]);
    let tally = &book.tallies[&key(Kind::Model, DAY, "m")];
    let (spend, tokens) = (tally.spend.unwrap(), tally.tokens.unwrap());
    assert_eq!((spend.requests, spend.unknown, spend.nanos), (2, 1, Nanos(0)));
    assert_eq!((tokens.requests, tokens.unknown, tokens.prompt, tokens.completion), (2, 1, 100, 50));
    let usage = book.tallies[&key(Kind::User, DAY, "u-1")].usage.unwrap();
    assert_eq!((usage.requests, usage.unknown, usage.tokens), (2, 1, 150));
    let latency = book.tallies[&key(Kind::Latency, HOUR, "m")].latency.clone().unwrap();
    assert_eq!((latency.each.count(), latency.mean()), (1, Some(1000.0)));
    assert_eq!(book.samples[&Name::of(Some("m"))].len(), 1);
}

#[test]
fn a_measure_counts_in_its_own_rows_alone() {
    let texts = [
        ("SPEND_PROPERTIES", "team"),
        ("USER_LIMITS", r#"{"requests":1,"window":"month"}"#),
        ("BUDGETS", r#"[{"name":"b","limit":1,"window":"month"}]"#),
    ];
    let properties = [("team".to_owned(), "red".to_owned()), ("other".to_owned(), "x".to_owned())].into();
    let one = Observation { properties, ..request("m", 1.0) };
    let kinds = |measure: Measure| -> Vec<String> {
        let book = book(std::slice::from_ref(&one), Measures::of(&[measure]), &texts);
        book.tallies.keys().map(|key| format!("{} {}", key.kind, key.hour)).collect()
    };
    let (day, month) = (format!(" {DAY}"), format!(" {MONTH}"));
    assert_eq!(
        kinds(Measure::Spend),
        [
            format!("model{day}"),
            format!("user{day}"),
            format!("property:team{day}"),
            format!("budget{month}")
        ]
    );
    assert_eq!(kinds(Measure::Latency), [format!("latency {HOUR}")]);
    assert_eq!(kinds(Measure::Tokens), [format!("model{day}")]);
    assert_eq!(kinds(Measure::Usage), [format!("user{day}"), format!("user_month{month}")]);
    let none = book(&[one], Measures::default(), &texts);
    assert_eq!(none, Book::default());
}

#[test]
fn a_request_counts_when_it_was_made() {
    let days = |days: i64| Observation { at: NOW - days * 86_400_000, ..request("m", 1.0) };
    let retention = [("INSIGHTS_RETENTION_DAYS", "7")];
    let spend = Measures::of(&[Measure::Spend]);
    let hours = |one: Observation| -> Vec<i64> {
        book(&[one], spend, &retention).tallies.keys().map(|key| key.hour).collect()
    };
    assert_eq!(hours(days(7)), [DAY - 168, DAY - 168]);
    assert_eq!(hours(days(8)), [0_i64; 0], "no longer kept");
    assert_eq!(hours(days(-400)), [DAY, DAY], "from the future: now");
}

#[test]
fn names_are_bounded_and_stay_apart() {
    let long = |end: &str| Name::of(Some(&format!("{}{end}", "é".repeat(200))));
    assert_ne!(long("a"), long("b"));
    assert!(long("a").known().unwrap().len() <= 200);
    assert_eq!(Name::of(Some("")), Name::Unknown);
    assert_eq!(Name::of(Some("a\0b\n")).known(), Some("a\u{fffd}b\u{fffd}"));
    for name in [Name::of(Some("+")), Name::of(Some("-")), Name::Unknown, Name::Rest] {
        assert_eq!(Name::from_key(&name.to_string()), name);
    }
    for kind in [Kind::Model, Kind::UserMonth, Kind::Property("a:b".to_owned()), Kind::Refused] {
        assert_eq!(Kind::from_key(&kind.to_string()), Some(kind));
    }
    assert_eq!(Kind::from_key("later"), None);
}

#[test]
fn beyond_the_bound_new_names_share_a_row() {
    let requests: Vec<Observation> = ["a", "b", "c"].map(|model| request(model, 1.0)).to_vec();
    let more = book(&requests, Measures::of(&[Measure::Tokens]), &[]).tallies;
    let [old, rest] = [key(Kind::Model, DAY, "b"), key(Kind::Model, DAY, "x").rest()];
    let stored = BTreeMap::from([(old.clone(), more[&old].clone()), (rest.clone(), more[&old].clone())]);
    let mut occupied = Occupied::from([((Kind::Model, DAY), 999)]);
    let settled = settle(more, &stored, &mut occupied);
    let requests = |key: &Key| settled.get(key).map(|tally| tally.tokens.unwrap().requests);
    assert_eq!(requests(&key(Kind::Model, DAY, "a")), Some(1), "the last that has room");
    assert_eq!(requests(&old), Some(2), "known before");
    assert_eq!(requests(&key(Kind::Model, DAY, "c")), None);
    assert_eq!(requests(&rest), Some(2));
    assert_eq!(occupied[&(Kind::Model, DAY)], 1000);
}

#[test]
fn windows_are_calendar_ones_in_utc() {
    assert_eq!((Window::Hour.of(HOUR), Window::Day.of(HOUR), Window::Month.of(HOUR)), (HOUR, DAY, MONTH));
    assert_eq!(Window::Hour.label(HOUR), "2026-11-21T09");
    assert_eq!(Window::Day.label(DAY), "2026-11-21");
    assert_eq!(Window::Month.label(MONTH), "2026-11");
    assert_eq!(Window::Month.of(MONTH - 1), hour_of(1_790_812_800_000), "2026-10-01");
}

#[test]
fn counters_are_by_hour_and_refused_signatures_by_minute_too() {
    let (mut book, texts) = (Book::default(), [("SIGNATURE_ALERT", r#"{"failures":1,"minutes":3}"#)]);
    book.count(counters::ACCEPTED, 5, NOW);
    book.count(&counters::signature("expired"), 2, NOW);
    let count = |key: &Key| book.tallies.get(key).and_then(|tally| tally.count);
    assert_eq!(count(&key(Kind::Counter, HOUR, "accepted")), Some(5));
    assert_eq!(count(&key(Kind::Counter, HOUR, "signature.expired")), Some(2));
    assert_eq!(count(&key(Kind::Refused, HOUR, "00")), Some(2));
    let keys = book.keys(&settings(&texts));
    for minute in [
        key(Kind::Refused, HOUR, "00"),
        key(Kind::Refused, HOUR - 1, "59"),
        key(Kind::Refused, HOUR - 1, "58"),
    ] {
        assert!(keys.contains(&minute), "{minute:?}");
    }
    assert!(!keys.contains(&key(Kind::Refused, HOUR - 1, "57")));
    assert_eq!(counters::handler("spend", counters::Outcome::Dead), "handler.spend.dead");
}

#[test]
fn what_is_usual_is_a_mean_of_logarithms_that_can_change() {
    let sample = |prompt, completion| Sample { delivery_id: String::new(), hour: HOUR, prompt, completion };
    let mut ratios = Ratios::default();
    assert_eq!(ratios.usual(), None);
    ratios.add(&sample(99, 399));
    ratios.add(&sample(399, 99));
    assert!((ratios.usual().unwrap() - 1.0).abs() < 1e-12, "four times and a quarter are equally far");
    let deviation = (ratios.squares / (ratios.count - 1.0)).sqrt();
    assert!((deviation - 4.0_f64.ln() * 2.0_f64.sqrt()).abs() < 1e-12, "{deviation}");
    for _ in 0..100_000 {
        ratios.add(&sample(99, 199));
    }
    assert!((ratios.usual().unwrap() - 2.0).abs() < 1e-3 && ratios.count <= 10_000.0);
}

fn latency(millis: &[u64]) -> Latency {
    let mut sum = Latency::default();
    for one in millis {
        let request = Observation { latency_ms: Some(*one), ..Observation::default() };
        sum.merge(&Latency::of(&request).unwrap());
    }
    sum
}

#[test]
fn a_percentile_that_is_shown_is_never_below_the_true_one() {
    let query = Query::read(About::Latency, std::iter::empty(), Timestamp::from_millis(NOW)).unwrap();
    for millis in (1..5000).chain([60_000, 600_000]) {
        let row = LatencyRow::new(&query, HOUR, &Name::Unknown, &latency(&[millis]));
        assert!((millis..=millis + millis / 11 + 1).contains(&row.p50_ms), "{millis} {}", row.p50_ms);
        assert_eq!((row.mean_ms, row.p50_ms), (millis, row.p99_ms));
    }
}

proptest! {
    #[test]
    fn a_percentile_is_at_most_9_percent_off(mut millis in proptest::collection::vec(1_u64..600_000, 1..300)) {
        let sum = latency(&millis);
        millis.sort_unstable();
        for share in [0.5, 0.9, 0.95, 0.99] {
            let exact = millis[((millis.len() as f64 * share).ceil() as usize).max(1) - 1] as f64;
            let (above, below) = (sum.each.quantile(share).unwrap(), sum.each.at_least(share).unwrap());
            prop_assert!(exact <= above * (1.0 + 1e-12) && above <= exact * 1.0906, "{exact} {above}");
            prop_assert!(below <= exact && exact <= below * 1.0906, "{below} {exact}");
        }
    }

    #[test]
    fn batches_come_to_the_same_however_they_are_cut(costs in proptest::collection::vec(0.0..10.0_f64, 1..50), cut in 0_usize..50) {
        let requests: Vec<Observation> = costs.iter().map(|cost| request("m", *cost)).collect();
        let whole = book(&requests, all(), &[]).tallies;
        let (one, other) = requests.split_at(cut.min(requests.len()));
        let mut occupied = Occupied::new();
        let mut stored = settle(book(one, all(), &[]).tallies, &BTreeMap::new(), &mut occupied);
        stored.extend(settle(book(other, all(), &[]).tallies, &stored, &mut occupied));
        prop_assert_eq!(&stored, &whole);
        let text = serde_json::to_string(&whole.values().collect::<Vec<_>>()).unwrap();
        let read: Vec<Tally> = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(read, whole.into_values().collect::<Vec<_>>());
    }
}
