//! What is signalled: when, and once per window.

use std::collections::{BTreeMap, HashSet};

use heliograph::core::insights::{
    Book, Key, Limited, Name, Nanos, Observation, Occupied, Ratios, Sample, Settings, Signal, Tally,
    counters, settle,
    tracker::{self, Candidate, Fresh},
};

use super::{HOUR, NOW, all, request, settings};

/// The object's memory, and what it does with a batch.
struct World {
    settings: Settings,
    stored: BTreeMap<Key, Tally>,
    given: HashSet<String>,
}

impl World {
    fn new(texts: &[(&str, &str)]) -> Self {
        Self { settings: settings(texts), stored: BTreeMap::new(), given: HashSet::new() }
    }

    fn take(&mut self, fill: impl FnOnce(&mut Book, &Settings)) -> Vec<Signal> {
        let mut book = Book::default();
        fill(&mut book, &self.settings);
        let refused_at = book.refused_at;
        let settled = settle(book.tallies, &self.stored, &mut Occupied::new());
        let mut candidates = tracker::judge(&settled, &self.settings);
        self.stored.extend(settled);
        if let (Some(minute), Some(alert)) = (refused_at, &self.settings.signatures) {
            candidates.extend(tracker::refused(minute, alert, |key| self.stored.get(key)));
        }
        self.tell(candidates)
    }

    fn tell(&mut self, candidates: Vec<Candidate>) -> Vec<Signal> {
        let Fresh { signals, remember } = tracker::fresh(candidates, &self.given);
        self.given.extend(remember.into_iter().map(|(id, _)| id));
        signals.into_iter().map(|(_, signal)| signal).collect()
    }

    fn request(&mut self, one: &Observation) -> Vec<Signal> {
        self.take(|book, settings| book.add(one, all(), settings, NOW))
    }
}

fn percents(signals: &[Signal]) -> Vec<u32> {
    let percent = |signal: &Signal| match signal {
        Signal::BudgetCrossed { percent, .. } => Some(*percent),
        _ => None,
    };
    signals.iter().filter_map(percent).collect()
}

const TEN_A_DAY: (&str, &str) = ("BUDGETS", r#"[{"name":"team","limit":10,"window":"day"}]"#);

#[test]
fn a_budget_is_told_at_80_and_at_100_percent_once() {
    let mut world = World::new(&[TEN_A_DAY]);
    assert_eq!(world.request(&request("m", 7.999_999_999)), []);
    let expected = Signal::BudgetCrossed {
        budget: "team".to_owned(),
        percent: 80,
        spent: Nanos(8_000_000_000),
        limit: Nanos(10_000_000_000),
        unknown: 0,
        window: "2026-11-21".to_owned(),
    };
    assert_eq!(world.request(&request("m", 0.000_000_001)), [expected]);
    assert_eq!(world.request(&request("m", 1.0)), []);
    assert_eq!(percents(&world.request(&request("m", 1.0))), [100]);
    assert_eq!(world.request(&request("m", 50.0)), []);
    let yesterday = Observation { at: NOW - 86_400_000, ..request("m", 9.0) };
    assert_eq!(percents(&world.request(&yesterday)), [80], "another window");
}

#[test]
fn a_budget_that_is_overrun_at_once_is_told_once() {
    let mut world = World::new(&[TEN_A_DAY]);
    assert_eq!(percents(&world.request(&request("m", 30.0))), [100]);
    assert_eq!(world.request(&request("m", 1.0)), []);
    world.settings = settings(&[("BUDGETS", r#"[{"name":"team","limit":35,"window":"day"}]"#)]);
    assert_eq!(percents(&world.request(&request("m", 1.0))), [80], "another limit, the same sum");
}

#[test]
fn a_budget_tells_of_costs_that_nobody_knows() {
    let mut world = World::new(&[TEN_A_DAY]);
    let unknown = Observation { cost: None, ..request("m", 0.0) };
    assert_eq!(world.request(&unknown), []);
    let [Signal::BudgetCrossed { unknown, .. }] = &world.request(&request("m", 9.0))[..] else {
        panic!("one signal")
    };
    assert_eq!(*unknown, 1);
}

#[test]
fn latency_is_told_by_model_once_there_were_enough() {
    let mut world =
        World::new(&[("LATENCY_ALERT", r#"[{"model":"gpt-*","percentile":90,"ms":5000,"minimum":10}]"#)]);
    let took = |model: &str, millis| Observation { latency_ms: Some(millis), ..request(model, 0.0) };
    for _ in 0..8 {
        assert_eq!(world.request(&took("gpt-4o", 100)), []);
    }
    assert_eq!(world.request(&took("gpt-4o", 9000)), [], "nine are not enough");
    assert_eq!(world.request(&took("gpt-4o", 100)), [], "nine tenths took 100 ms");
    let told = world.request(&took("gpt-4o", 9000));
    let [Signal::LatencyHigh { model, percentile: 90, ms, threshold: 5000, requests: 11, window }] =
        &told[..]
    else {
        panic!("{told:?}")
    };
    assert_eq!((model.as_deref(), window.as_str()), (Some("gpt-4o"), "2026-11-21T09"));
    assert!((8200..=9000).contains(ms), "{ms}");
    assert_eq!(world.request(&took("gpt-4o", 9000)), [], "once an hour");
    for _ in 0..20 {
        assert_eq!(world.request(&took("claude", 9000)), [], "another model");
        assert_eq!(world.request(&took("gpt-5", 5050)), [], "not surely over the limit");
    }
    let earlier = Observation { at: NOW - 3_600_000, ..took("gpt-4o", 9000) };
    let told: Vec<Signal> = (0..10).flat_map(|_| world.request(&earlier)).collect();
    assert_eq!(told.len(), 1, "another hour");
}

#[test]
fn users_are_told_of_by_hash_when_they_come_to_a_limit() {
    let mut world = World::new(&[("USER_LIMITS", r#"{"requests":3,"tokens":400,"cost":2.5}"#)]);
    assert_eq!(world.request(&request("m", 1.0)), []);
    assert_eq!(world.request(&request("m", 1.0)), []);
    let told = world.request(&request("m", 0.5));
    let what: Vec<(Limited, u64, u64)> = told
        .iter()
        .map(|signal| match signal {
            Signal::UserSoftLimit { user, what, used, limit, window } => {
                assert!(user.starts_with("user_") && !user.contains("u-1"), "{user}");
                assert_eq!(window, "2026-11-21");
                (*what, *used, *limit)
            }
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        what,
        [
            (Limited::Requests, 3, 3),
            (Limited::Tokens, 450, 400),
            (Limited::Cost, 2_500_000_000, 2_500_000_000)
        ]
    );
    assert_eq!(world.request(&request("m", 5.0)), []);
    let nobody = Observation { user: None, ..request("m", 5.0) };
    assert!((0..5).all(|_| world.request(&nobody).is_empty()), "nobody has no limit");
}

#[test]
fn a_month_has_a_limit_of_its_own() {
    let mut world = World::new(&[("USER_LIMITS", r#"{"requests":2,"window":"month"}"#)]);
    let earlier = Observation { at: NOW - 10 * 86_400_000, ..request("m", 0.0) };
    assert_eq!(world.request(&earlier), []);
    let told = world.request(&request("m", 0.0));
    assert!(
        matches!(&told[..], [Signal::UserSoftLimit { used: 2, window, .. }] if window == "2026-11"),
        "{told:?}"
    );
}

#[test]
fn tokens_are_told_of_where_their_ratio_is_far_off() {
    let mut world = World::new(&[("TOKEN_OUTLIERS", r#"{"deviations":4,"minimum":20}"#)]);
    let name = Name::of(Some("m"));
    let mut ratios = Ratios::default();
    let sample =
        |hour, prompt, completion| Sample { delivery_id: "msg_9".to_owned(), hour, prompt, completion };
    let usual: Vec<Sample> =
        (0..20).map(|at| sample(HOUR, 1000, if at % 2 == 0 { 450 } else { 550 })).collect();
    let odd = sample(HOUR, 1000, 5000);
    assert_eq!(
        tracker::outliers(&name, &mut Ratios::default(), std::slice::from_ref(&odd), &world.settings),
        []
    );
    assert_eq!(tracker::outliers(&name, &mut ratios, &usual, &world.settings), [], "none is far off");
    let candidates = tracker::outliers(&name, &mut ratios, &[odd.clone(), odd.clone()], &world.settings);
    assert_eq!(candidates.len(), 2);
    let told = world.tell(candidates);
    let [Signal::TokensOutlier { delivery_id, model, ratio, usual, deviations, window, .. }] = &told[..]
    else {
        panic!("{told:?}")
    };
    assert_eq!(
        (delivery_id.as_str(), model.as_deref(), window.as_str()),
        ("msg_9", Some("m"), "2026-11-21T09")
    );
    assert!((ratio - 4.997).abs() < 0.01 && (usual - 0.4985).abs() < 0.01 && *deviations > 4.0);
    let later = tracker::outliers(&name, &mut ratios, &[sample(HOUR + 1, 1000, 1)], &world.settings);
    let told = world.tell(later);
    assert!(
        matches!(&told[..], [Signal::TokensOutlier { deviations, .. }] if *deviations < -4.0),
        "{told:?}"
    );
}

#[test]
fn equal_answers_make_no_outlier_of_a_small_difference() {
    let settings = settings(&[("TOKEN_OUTLIERS", r#"{"deviations":4,"minimum":2}"#)]);
    let mut ratios = Ratios::default();
    let sample = |completion| Sample { delivery_id: String::new(), hour: HOUR, prompt: 1000, completion };
    let same = vec![sample(500); 50];
    assert_eq!(tracker::outliers(&Name::Unknown, &mut ratios, &same, &settings), []);
    assert_eq!(tracker::outliers(&Name::Unknown, &mut ratios, &[sample(520)], &settings), []);
    assert_eq!(tracker::outliers(&Name::Unknown, &mut ratios, &[sample(700)], &settings).len(), 1);
}

#[test]
fn refused_signatures_are_told_when_many_come_within_the_minutes() {
    let mut world = World::new(&[("SIGNATURE_ALERT", r#"{"failures":5,"minutes":3}"#)]);
    let mut count = |minute: i64, name: &str, more| {
        let now = NOW + minute * 60_000;
        world.take(|book, _| book.count(name, more, now))
    };
    let expired = counters::signature("expired");
    assert_eq!(count(0, &expired, 2), []);
    assert_eq!(count(1, counters::ACCEPTED, 500), []);
    assert_eq!(count(3, &expired, 2), []);
    assert_eq!(count(4, &counters::signature("no_match"), 2), [], "the first two are too long ago");
    let expected = Signal::SignatureFailures { failures: 5, minutes: 3, window: "2026-11-21T09".to_owned() };
    assert_eq!(count(5, &expired, 1), [expected]);
    assert_eq!(count(6, &expired, 100), []);
    assert_eq!(count(61, &expired, 100).len(), 1, "another hour");
}
