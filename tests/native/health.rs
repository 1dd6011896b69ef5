//! Health: by hand where the numbers matter; `model` has the rest.

mod model;

use heliograph::core::{
    event::{is_event_type, is_operational},
    health::{DisableReason, Disabled, HOURS, Health, LATE_MS, Observed, Policy, Rate, Signal, State},
    retry::{Directive, Failure, Outcome},
    time::Timestamp,
};
use serde_json::{Value, json};

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// 2026-11-21T09:00:00Z.
const START: i64 = 1_795_251_600 * SECOND;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn attempt(millis: i64, ok: bool) -> Observed {
    Observed { at: at(millis), ok, slow: false, disable: None }
}

/// A tracker under the default policy; moments count from `START`.
struct Tracked(Health);

impl Tracked {
    fn new() -> Self {
        Self(Health::new(at(START)))
    }

    fn ok(&mut self, after: i64) -> Vec<Signal> {
        self.0.observe(attempt(START + after, true), &Policy::default())
    }

    fn fail(&mut self, after: i64) -> Vec<Signal> {
        self.0.observe(attempt(START + after, false), &Policy::default())
    }
}

#[test]
fn five_failures_over_a_minute_are_failing_and_a_success_recovers() {
    let mut endpoint = Tracked::new();
    for after in [0, 1, 2, 3, 4, 59_999] {
        assert_eq!(endpoint.fail(after), [], "{after}");
    }
    assert_eq!(endpoint.fail(MINUTE), [Signal::Failing { failures: 7, failing_for_ms: MINUTE }]);
    assert_eq!((endpoint.0.state, endpoint.0.since), (State::Failing, START + MINUTE));
    assert_eq!(endpoint.fail(2 * MINUTE), []);
    assert_eq!(endpoint.ok(3 * MINUTE), [Signal::Recovered { failing_for_ms: 3 * MINUTE }]);
    assert_eq!((endpoint.0.state, endpoint.0.since), (State::Healthy, START + 3 * MINUTE));
    assert_eq!((endpoint.0.consecutive_failures, endpoint.0.failing_since), (0, None));
    assert_eq!(endpoint.ok(4 * MINUTE), []);

    let mut endpoint = Tracked::new();
    for after in [0, HOUR, 2 * HOUR, 3 * HOUR] {
        assert_eq!(endpoint.fail(after), [], "four over hours");
    }
    assert_eq!(endpoint.fail(4 * HOUR), [Signal::Failing { failures: 5, failing_for_ms: 4 * HOUR }]);
}

#[test]
fn five_days_of_at_least_twenty_failures_disable() {
    let mut endpoint = Tracked::new();
    for _ in 0..30 {
        endpoint.fail(0);
    }
    endpoint.fail(5 * DAY - 1);
    assert_eq!(endpoint.0.state, State::Failing);
    assert_eq!(endpoint.fail(5 * DAY), [Signal::Disabled { reason: DisableReason::FailingTooLong }]);
    let why = Disabled { reason: DisableReason::FailingTooLong, at: START + 5 * DAY };
    assert_eq!((endpoint.0.state, endpoint.0.disabled), (State::Disabled, Some(why)));

    let mut endpoint = Tracked::new();
    for day in 0..19 {
        endpoint.fail(day * DAY);
        assert_ne!(endpoint.0.state, State::Disabled, "{day}");
    }
    assert_eq!(endpoint.fail(19 * DAY), [Signal::Disabled { reason: DisableReason::FailingTooLong }]);

    let mut endpoint = Tracked::new();
    for hour in 0..10 * 24 {
        if hour % 100 == 99 {
            endpoint.ok(hour * HOUR)
        } else {
            endpoint.fail(hour * HOUR)
        };
    }
    assert_ne!(endpoint.0.state, State::Disabled, "a success every 100 hours");
}

#[test]
fn an_endpoint_that_wants_no_more_is_disabled_at_once_and_only_once() {
    for reason in [DisableReason::Gone, DisableReason::DisableAsked] {
        for ok in [true, false] {
            let mut endpoint = Tracked::new();
            let last = Observed { disable: Some(reason), ..attempt(START, ok) };
            assert_eq!(endpoint.0.observe(last, &Policy::default()), [Signal::Disabled { reason }]);
            assert_eq!(endpoint.0.observe(last, &Policy::default()), []);
            assert_eq!(endpoint.ok(SECOND), []);
            assert_eq!(endpoint.0.state, State::Disabled);
            assert_eq!(endpoint.0.disabled, Some(Disabled { reason, at: START }));
        }
    }
}

#[test]
fn enabling_forgets_everything_and_what_was_under_way() {
    let mut endpoint = Tracked::new();
    let gone = Observed { disable: Some(DisableReason::Gone), slow: true, ..attempt(START + HOUR, false) };
    endpoint.0.observe(gone, &Policy::default());
    let enabled = at(START + HOUR + SECOND);
    endpoint.0.enable(enabled);
    assert_eq!(endpoint.0, Health::new(enabled));
    assert_eq!(endpoint.0.observe(gone, &Policy::default()), [], "it ended before the endpoint was enabled");
    assert_eq!(endpoint.0, Health::new(enabled));
    let again = Observed { at: enabled, ..gone };
    assert_eq!(
        endpoint.0.observe(again, &Policy::default()),
        [Signal::Disabled { reason: DisableReason::Gone }]
    );
}

#[test]
fn a_low_rate_is_told_once_until_it_has_recovered() {
    let low = |percent, attempts| [Signal::SuccessRateLow { percent, attempts }];
    let mut endpoint = Tracked::new();
    // Alternating, so that nothing is failing: 10 of 19, then 10 of 20, which is exactly the bound.
    for after in 0..20 {
        let signals = if after % 2 == 0 { endpoint.ok(after) } else { endpoint.fail(after) };
        assert_eq!(signals, [], "{after}");
    }
    assert_eq!(endpoint.fail(20), low(47, 21));
    assert_eq!(endpoint.fail(21), []);
    // 10 of 22; from 20 of 32 on it is 60 % and more, but 50 % is passed on the way there.
    for after in 22..=27 {
        assert_eq!(endpoint.ok(after), []);
        assert!(endpoint.0.rate_is_low, "{after}");
    }
    endpoint.fail(28);
    assert!(endpoint.0.rate_is_low);
    for after in 29..=33 {
        endpoint.ok(after);
    }
    // 21 of 34 is 61 %.
    assert!(!endpoint.0.rate_is_low);
    // A day later the window is empty: 20 attempts are needed anew.
    for after in 0..19 {
        assert_eq!(endpoint.fail(2 * DAY + after), []);
    }
    assert_eq!(endpoint.fail(2 * DAY + 19), low(0, 20));
}

#[test]
fn the_window_is_a_day_to_the_hour() {
    let mut endpoint = Tracked::new();
    endpoint.ok(0);
    endpoint.fail(HOUR - 1);
    endpoint.fail(HOUR);
    assert_eq!(endpoint.0.rate(at(START + HOUR)), Rate { ok: 1, failed: 2 });
    assert_eq!(endpoint.0.rate(at(START + HOURS * HOUR - 1)), Rate { ok: 1, failed: 2 });
    assert_eq!(endpoint.0.rate(at(START + HOURS * HOUR)), Rate { ok: 0, failed: 1 });
    assert_eq!(endpoint.0.rate(at(START + 48 * HOUR)), Rate::default());
    assert_eq!(Rate::default().percent(), 100);
    assert_eq!(Rate { ok: 2, failed: 1 }.percent(), 66);
    assert_eq!(Rate { ok: u32::MAX, failed: u32::MAX }.percent(), 100);
}

#[test]
fn slow_lasts_ten_minutes_or_until_a_success() {
    let slow = |after| Observed { slow: true, ..attempt(START + after, false) };
    let mut endpoint = Tracked::new();
    assert!(!endpoint.0.is_slow(at(START)));
    endpoint.0.observe(slow(MINUTE), &Policy::default());
    assert!(endpoint.0.is_slow(at(START + 11 * MINUTE - 1)));
    assert!(!endpoint.0.is_slow(at(START + 11 * MINUTE)));
    endpoint.fail(2 * MINUTE);
    assert!(endpoint.0.is_slow(at(START + 2 * MINUTE)), "another failure changes nothing");
    endpoint.ok(MINUTE - 1);
    assert!(endpoint.0.is_slow(at(START + 2 * MINUTE)), "a success from before changes nothing");
    endpoint.0.observe(Observed { ok: true, ..slow(3 * MINUTE) }, &Policy::default());
    assert_eq!(endpoint.0.slow_until, Some(START + 13 * MINUTE), "a slow success is slow");
    endpoint.0.observe(slow(2 * MINUTE), &Policy::default());
    assert_eq!(endpoint.0.slow_until, Some(START + 13 * MINUTE), "the latest counts");
    endpoint.ok(4 * MINUTE);
    assert!(!endpoint.0.is_slow(at(START + 4 * MINUTE)));
}

#[test]
fn outcomes_that_come_late_change_no_state() {
    let mut endpoint = Tracked::new();
    endpoint.ok(2 * MINUTE);
    for _ in 0..10 {
        assert_eq!(endpoint.fail(MINUTE), [], "failures from before the success");
    }
    assert_eq!(endpoint.0.consecutive_failures, 0);
    assert_eq!(endpoint.0.rate(at(START + 2 * MINUTE)), Rate { ok: 1, failed: 10 }, "but they are counted");

    for after in [3, 4, 5, 6, 7] {
        endpoint.fail(after * MINUTE);
    }
    assert_eq!(endpoint.0.state, State::Failing);
    assert_eq!(endpoint.ok(3 * MINUTE - 1), [], "a success from before the failures");
    assert_eq!((endpoint.0.state, endpoint.0.consecutive_failures), (State::Failing, 5));
    assert_eq!(endpoint.fail(3 * MINUTE - 1), []);
    assert_eq!(
        endpoint.0.failing_since,
        Some(START + 3 * MINUTE - 1),
        "the run began earlier than it seemed"
    );
    assert_eq!(endpoint.ok(5 * MINUTE), [Signal::Recovered { failing_for_ms: 2 * MINUTE + 1 }]);
}

#[test]
fn a_clock_that_was_far_ahead_is_not_believed_for_ever() {
    let mut endpoint = Tracked::new();
    for minute in 0..6 {
        endpoint.fail(1000 * DAY + minute * MINUTE);
    }
    assert_eq!(endpoint.0.state, State::Failing);
    assert_eq!(endpoint.ok(LATE_MS), [Signal::Recovered { failing_for_ms: 0 }]);
    assert_eq!(endpoint.0.rate(at(START + LATE_MS)), Rate { ok: 1, failed: 0 });
    for minute in 16..20 {
        endpoint.fail(minute * MINUTE);
    }
    assert_eq!(endpoint.fail(20 * MINUTE), [Signal::Failing { failures: 5, failing_for_ms: 4 * MINUTE }]);
}

#[test]
fn what_is_observed_follows_from_the_outcome() {
    let answered = |status, directive| Outcome::Answered { status, retry_after: None, directive };
    let seen = |ok, slow, disable| Some(Observed { at: at(START), ok, slow, disable });
    for (outcome, observed) in [
        (answered(204, None), seen(true, false, None)),
        (answered(200, Some(Directive::Disable)), seen(true, false, Some(DisableReason::DisableAsked))),
        (answered(200, Some(Directive::AbortMessage)), seen(true, false, None)),
        (answered(302, None), seen(false, false, None)),
        (answered(400, Some(Directive::AbortMessage)), seen(false, false, None)),
        (answered(410, None), seen(false, false, Some(DisableReason::Gone))),
        (answered(410, Some(Directive::Disable)), seen(false, false, Some(DisableReason::Gone))),
        (answered(429, Some(Directive::Disable)), seen(false, true, Some(DisableReason::DisableAsked))),
        (answered(503, None), seen(false, false, None)),
        (answered(504, None), seen(false, true, None)),
        (Outcome::Failed(Failure::Timeout), seen(false, true, None)),
        (Outcome::Failed(Failure::Connection), seen(false, false, None)),
        (Outcome::Failed(Failure::Blocked), seen(false, false, None)),
        (Outcome::Failed(Failure::Internal), None),
    ] {
        assert_eq!(Observed::of(&outcome, at(START)), observed, "{outcome:?}");
    }
}

#[test]
fn signals_become_operational_events() {
    let destination = "https://user:secret@hooks.example.com:8443/token?key=secret#x";
    let mut endpoint = Tracked::new();
    endpoint.ok(0);
    for minute in 1..=5 {
        endpoint.fail(minute * MINUTE);
    }
    let signal = Signal::Failing { failures: 5, failing_for_ms: 4 * MINUTE };
    let mut expected = json!({
        "subscription_id": "sub_1",
        "destination_host": "hooks.example.com",
        "state": "failing",
        "since": "2026-11-21T09:05:00.000Z",
        "reason": null,
        "message": null,
        "consecutive_failures": 5,
        "failing_since": "2026-11-21T09:01:00.000Z",
        "failing_for_ms": 240_000,
        "last_success_at": "2026-11-21T09:00:00.000Z",
        "last_failure_at": "2026-11-21T09:05:00.000Z",
        "success_rate_percent": null,
        "attempts": null,
    });
    assert_eq!(signal.data("sub_1", destination, &endpoint.0), expected);
    let gone = Observed { disable: Some(DisableReason::Gone), ..attempt(START + 6 * MINUTE, false) };
    let [disabled] = endpoint.0.observe(gone, &Policy::default())[..] else { panic!("one signal") };
    expected["state"] = "disabled".into();
    expected["since"] = "2026-11-21T09:06:00.000Z".into();
    expected["last_failure_at"] = "2026-11-21T09:06:00.000Z".into();
    expected["reason"] = "gone".into();
    expected["message"] = "the endpoint answered 410 Gone".into();
    expected["consecutive_failures"] = 6.into();
    expected["failing_for_ms"] = Value::Null;
    assert_eq!(disabled.data("sub_1", destination, &endpoint.0), expected);
    assert_eq!(disabled.data("sub_1", "no url", &endpoint.0)["destination_host"], Value::Null);
    let low = Signal::SuccessRateLow { percent: 47, attempts: 21 };
    let data = low.data("sub_1", destination, &endpoint.0);
    assert_eq!((&data["success_rate_percent"], &data["attempts"]), (&json!(47), &json!(21)));
    let recovered = Signal::Recovered { failing_for_ms: 7 };
    assert_eq!(recovered.data("sub_1", destination, &endpoint.0)["failing_for_ms"], json!(7));
    let types = [signal, recovered, disabled, low].map(|signal| signal.event_type());
    assert_eq!(
        types,
        ["endpoint.failing", "endpoint.recovered", "endpoint.disabled", "endpoint.success_rate_low"]
    );
    assert!(types.into_iter().all(|name| is_event_type(name) && is_operational(name)));
}

#[test]
fn it_is_stored_as_a_small_value_and_read_again() {
    let mut endpoint = Tracked::new();
    for minute in 0..40 * 60 {
        let observed = Observed { slow: true, ..attempt(START + minute * MINUTE, minute == 3) };
        endpoint.0.observe(observed, &Policy::default());
    }
    endpoint.0.observe(
        Observed { disable: Some(DisableReason::DisableAsked), ..attempt(START + 40 * HOUR, false) },
        &Policy::default(),
    );
    let text = serde_json::to_string(&endpoint.0).unwrap();
    assert!(text.len() < 1024, "{} bytes: {text}", text.len());
    assert_eq!(serde_json::from_str::<Health>(&text).unwrap(), endpoint.0);
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["state"], "disabled");
    assert_eq!(value["disabled"], json!({"reason": "disable_asked", "at": START + 40 * HOUR}));
    assert_eq!(value["window"].as_array().map(Vec::len), Some(24));
    assert_eq!(serde_json::from_str::<Health>(r#"{"later": 1}"#).unwrap(), Health::default());
}
