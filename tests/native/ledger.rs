//! The ledger's rules: rows, claims and their limits here; the rest in files of their own.

mod counts;
mod finding;
mod kept;
mod sharing;
mod untried;
mod volumes;

use heliograph::core::{
    delivery::Message,
    ids,
    lease::Leases,
    ledger::{
        Attempt, Brief, Bucket, Grant, Heard, Lane, Row, Sending, Standing, State, begins_round, judge,
    },
    retry::{Failure, Fault, Outcome, Verdict, Why},
    time::{Pace, Timestamp},
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{now, subscription};

/// A message without anything optional.
fn message(id: &str, resend: Option<&str>) -> Message {
    let mut message: Message = serde_json::from_value(json!({
        "v": 1, "id": id, "org": "default", "subscription": "sub_1", "event": "evt_1", "event_type": "request.completed",
        "accepted_at": now().millis(), "base_url": "https://hooks.example.com", "segment": "archive/x", "record": [0, 9],
        "exchange": [1, 8], "api_version": "2026-11-01",
    }))
    .unwrap();
    message.resend = resend.map(str::to_owned);
    message
}

fn answered(status: u16) -> Outcome {
    Outcome::Answered { status, retry_after: None, directive: None }
}

/// The next attempt of a row, with this status, 100 ms long.
fn attempt(row: &Row, status: u16) -> Attempt {
    Attempt::new(row.next_number(), Lane::Express, now(), 100, &answered(status))
}

const RETRY: Verdict = Verdict::RetryAfter { seconds: 5, why: Why::ServerError };

fn fail(row: &mut Row) {
    row.note(attempt(row, 500), &RETRY, now());
}

#[test]
fn a_new_row_keeps_the_message_without_its_body() {
    let mut queued = message("msg_1", None);
    queued.url_at = Some(3);
    queued.truncated = vec!["request_body".to_owned()];
    queued.unrecorded = Some(json!({}));
    let row = Row::of(&queued, None);
    assert_eq!(row.message, message("msg_1", None));
    assert_eq!((row.state, row.made, row.next_number(), row.next_in_round()), (State::Retrying, 0, 1, 1));
    assert_eq!((row.due, row.why, row.resend, row.attempts.len()), (None, None, None, 0));
}

#[test]
fn what_was_decided_is_noted() {
    let end = now().plus_seconds(1);
    for (verdict, state, due, why) in [
        (Verdict::Delivered, State::Delivered, None, None),
        (RETRY, State::Retrying, Some(end.plus_seconds(5).millis()), Some("server_error")),
        (Verdict::DeadLetter(Why::Exhausted(Fault::Endpoint)), State::Dead, None, Some("exhausted")),
        (Verdict::DisableEndpoint(Why::Gone), State::Dead, None, Some("gone")),
    ] {
        // From each state, so that nothing of the one before is left.
        for before in [Verdict::Delivered, RETRY, Verdict::DeadLetter(Why::AbortAsked)] {
            let mut row = Row::of(&message("msg_1", None), None);
            row.note(attempt(&row, 500), &before, now());
            row.note(attempt(&row, 500), &verdict, end);
            assert_eq!((row.state, row.due, row.why.as_deref()), (state, due, why), "{verdict:?}");
            assert_eq!((row.made, row.updated_at, row.attempts.len()), (2, end.millis(), 2));
            row.give_up("archive_gone", end.plus_seconds(1));
            assert_eq!((row.state, row.due, row.why.as_deref()), (State::Dead, None, Some("archive_gone")));
            assert_eq!((row.made, row.updated_at), (2, end.plus_seconds(1).millis()), "no attempt was made");
        }
    }
}

#[test]
fn a_resend_begins_a_new_round_once() {
    let mut row = Row::of(&message("msg_1", None), None);
    fail(&mut row);
    fail(&mut row);
    assert_eq!((row.next_number(), row.next_in_round()), (3, 3));
    row = Row::of(&message("msg_1", Some("1-a")), Some(row));
    assert_eq!((row.next_number(), row.next_in_round(), row.resend.as_deref()), (3, 1, Some("1-a")));
    fail(&mut row);
    row = Row::of(&message("msg_1", Some("1-a")), Some(row));
    assert_eq!((row.next_number(), row.next_in_round()), (4, 2), "the same resend goes on");
    row = Row::of(&message("msg_1", None), Some(row));
    assert_eq!((row.next_number(), row.next_in_round(), row.resend.as_deref()), (4, 2, Some("1-a")));
    row = Row::of(&message("msg_1", Some("2-b")), Some(row));
    assert_eq!((row.next_number(), row.next_in_round(), row.resend.as_deref()), (4, 1, Some("2-b")));
    fail(&mut row);
    row = Row::of(&message("msg_1", Some("1-a")), Some(row));
    assert_eq!((row.next_in_round(), row.resend.as_deref()), (2, Some("2-b")), "an older one begins none");
}

#[test]
fn of_two_resends_the_later_one_counts() {
    let (early, late) = (ids::resend(999, "z"), ids::resend(1_795_251_600_000, "a"));
    assert!(begins_round(Some(&late), Some(&early)) && begins_round(Some(&early), None));
    assert!(!begins_round(Some(&early), Some(&late)) && !begins_round(Some(&late), Some(&late)));
    assert!(!begins_round(None, None) && !begins_round(None, Some(&early)));
}

#[test]
fn the_newest_attempts_are_kept_and_all_are_counted() {
    let mut row = Row::of(&message("msg_1", None), None);
    for _ in 0..200 {
        fail(&mut row);
    }
    assert_eq!((row.made, row.next_number()), (200, 201));
    let numbers: Vec<u32> = row.attempts.iter().map(|attempt| attempt.number).collect();
    assert_eq!(numbers, (141..=200).collect::<Vec<u32>>());
    let text = serde_json::to_string(&row).unwrap();
    assert_eq!(serde_json::from_str::<Row>(&text).unwrap(), row);
}

#[test]
fn an_attempt_tells_how_it_ended() {
    for status in [100, 199, 200, 204, 299, 300, 410, 500] {
        let attempt = Attempt::new(1, Lane::Slow, now(), 7, &answered(status));
        assert_eq!((attempt.status, attempt.failure.as_deref()), (Some(status), None));
        assert_eq!(attempt.is_success(), (200..300).contains(&status), "{status}");
    }
    let attempt = Attempt::new(1, Lane::Slow, now(), 7, &Outcome::Failed(Failure::Timeout));
    assert_eq!((attempt.status, attempt.failure.as_deref()), (None, Some("timeout")));
    assert!(!attempt.is_success());
}

proptest! {
    #[test]
    fn of_a_reply_at_most_4_kb_are_kept(
        reply in prop_oneof![prop::collection::vec(any::<u8>(), 0..6000), "[a-zé😀\\x00]{0,3000}".prop_map(String::into_bytes)],
    ) {
        let kept = Attempt::new(1, Lane::Express, now(), 1, &answered(500)).with_reply(&reply).reply;
        prop_assert!(kept.len() <= 4096, "{}", kept.len());
        let whole = String::from_utf8_lossy(&reply).into_owned();
        prop_assert!(whole.starts_with(&kept));
        prop_assert!(kept.len() == whole.len() || kept.len() > 4092, "no more is cut off than must be");
    }
}

#[test]
fn a_claim_is_judged_by_the_row_the_lease_and_the_resend() {
    let now = now().millis();
    let states = [None, Some(State::Retrying), Some(State::Delivered), Some(State::Dead)];
    for state in states {
        for due in [None, Some(now - 1), Some(now), Some(now + 1), Some(now + 1000), Some(now + 1001)] {
            for busy in [0, 1, 1000, 1001] {
                for known in [None, Some("1-a"), Some("2-b")] {
                    for resend in [None, Some("1-a"), Some("2-b")] {
                        let brief = state.map(|state| Brief { state, due, resend: known.map(str::to_owned) });
                        let is_news = resend > known;
                        let wait = |ms: i64| format!("wait {}", (ms as f64 / 1000.0).ceil());
                        let expected = if busy > 0 {
                            wait(busy)
                        } else if is_news || state.is_none() {
                            "send".to_owned()
                        } else if state != Some(State::Retrying) {
                            "settled".to_owned()
                        } else {
                            due.filter(|due| *due > now).map_or("send".to_owned(), |due| wait(due - now))
                        };
                        let said = match judge(brief.as_ref(), busy, resend, now) {
                            Ok(()) => "send".to_owned(),
                            Err(Grant::Settled) => "settled".to_owned(),
                            Err(Grant::Wait(seconds)) => format!("wait {seconds}"),
                            Err(other) => panic!("{other:?}"),
                        };
                        assert_eq!(said, expected, "{brief:?} {busy} {resend:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_lease_holds_until_its_end_or_its_release() {
    let mut leases = Leases::default();
    let left = |leases: &Leases, id: &str, now| leases.remaining(id, "other", now);
    assert_eq!(left(&leases, "a", 0), 0);
    leases.take("a", "holder", 100);
    leases.take("b", "holder", 200);
    assert_eq!([0, 99, 100, 101].map(|now| left(&leases, "a", now)), [100, 1, 0, 0]);
    assert_eq!(leases.remaining("a", "holder", 0), 0, "its own is free to whoever holds it");
    leases.prune(100);
    assert_eq!((left(&leases, "a", 0), left(&leases, "b", 100)), (0, 100), "ended ones are forgotten");
    leases.take("b", "holder", 300);
    leases.release("b");
    leases.release("never");
    assert_eq!(left(&leases, "b", 0), 0);
}

#[test]
fn a_record_that_comes_again_gets_the_same_answer() {
    let mut heard = Heard::default();
    assert_eq!(heard.answer("a"), None);
    heard.remember("a", 1);
    heard.remember("", 2);
    assert_eq!(
        (heard.answer("a"), heard.answer("")),
        (Some(1), None),
        "what has no mark is a new one each time"
    );
    for at in 0..64 {
        heard.remember(&format!("b{at}"), at);
    }
    assert_eq!((heard.answer("a"), heard.answer("b0"), heard.answer("b63")), (None, Some(0), Some(63)));
}

proptest! {
    #[test]
    fn a_rate_is_kept_in_every_window(rate in 1..50_u32, pauses in prop::collection::vec(0..400_i64, 1..400)) {
        let mut bucket = Bucket::new(rate, 0);
        let mut clock = 0;
        let mut taken: Vec<i64> = Vec::new();
        for pause in pauses {
            clock += pause;
            match bucket.take(0, clock) {
                Ok(()) => taken.push(clock),
                Err(seconds) => {
                    prop_assert!(seconds >= 1);
                    let mut later = bucket;
                    prop_assert_eq!(later.take(0, clock + i64::from(seconds) * 1000), Ok(()), "too short a wait");
                }
            }
        }
        for (first, from) in taken.iter().enumerate() {
            for (last, until) in taken.iter().enumerate().skip(first) {
                let most = f64::from(rate) * (1.0 + (until - from) as f64 / 1000.0);
                prop_assert!((last - first + 1) as f64 <= most + 1e-6, "{from}..{until}");
            }
        }
    }

    #[test]
    fn those_who_wait_come_back_when_there_is_something(rate in 1..20_u32, wanted in 1..200_u32, start in 0..5000_i64) {
        let mut bucket = Bucket::new(rate, 0);
        let (mut ahead, mut waits) = (0, Vec::new());
        for _ in 0..wanted {
            if let Err(seconds) = bucket.take(ahead, start) {
                ahead += 1;
                waits.push(seconds);
            }
        }
        prop_assert_eq!(waits.len(), wanted.saturating_sub(rate) as usize, "it was full");
        for (place, seconds) in waits.into_iter().enumerate() {
            prop_assert_eq!(seconds, (place as u32 + 1).div_ceil(rate), "neither too soon nor too late");
            prop_assert_eq!(bucket.take(0, start + i64::from(seconds) * 1000), Ok(()));
        }
    }

    #[test]
    fn a_clock_that_is_set_back_stops_nobody_for_long(rate in 1..50_u32, back in 0..10_000_000_i64) {
        let start = 20_000_000;
        let mut bucket = Bucket::new(rate, start);
        while bucket.take(0, start).is_ok() {}
        let seconds = bucket.take(0, start - back).unwrap_err();
        prop_assert!(seconds <= 2, "{seconds}");
        prop_assert_eq!(bucket.take(0, start - back + 2000), Ok(()), "two seconds are enough");
    }
}

#[test]
fn another_rate_holds_at_once() {
    let takes = |mut bucket: Bucket| (0..100).take_while(|_| bucket.take(0, 0).is_ok()).count();
    assert_eq!(takes(Bucket::new(5, 0).with_rate(2)), 2);
    assert_eq!(takes(Bucket::new(2, 0).with_rate(5)), 2, "what is there grows with time alone");
    let mut bucket = Bucket::new(2, 0).with_rate(5);
    assert_eq!((0..100).take_while(|_| bucket.take(0, 1000).is_ok()).count(), 5);
}

#[test]
fn a_standing_is_the_owners_will_and_the_endpoints_health() {
    let disabled = serde_json::from_value(json!({"reason": "gone", "at": 1})).unwrap();
    for (status, disabled, sending) in [
        ("active", None, Sending::Active),
        ("paused", None, Sending::Paused),
        ("active", Some(disabled), Sending::Disabled),
        ("paused", Some(disabled), Sending::Disabled),
    ] {
        let mut subscription = subscription("sub_1", json!({"status": status}));
        subscription.revision = 7;
        subscription.disabled = disabled;
        assert_eq!(Standing::of(&subscription), Standing { revision: 7, sending }, "{status}");
        assert_eq!(sending == Sending::Active, subscription.is_sending());
    }
    let unknown = Standing { revision: 0, sending: Sending::Active };
    assert_eq!(Standing::default(), unknown, "any revision is newer");
}

#[test]
fn a_pace_is_read_within_its_bounds() {
    for text in ["1@0", "1000@1795000000000", "1.5@0", "1e6@0", "2@-5"] {
        assert!(Pace::parse(text).is_some(), "{text}");
    }
    for text in [
        "",
        "1",
        "@",
        "1@",
        "@1",
        "0@0",
        "0.99@0",
        "-2@0",
        "1000001@0",
        "inf@0",
        "NaN@0",
        "2@1.5",
        "2@x",
        " 2@1",
    ] {
        assert!(Pace::parse(text).is_none(), "{text}");
    }
}

proptest! {
    #[test]
    fn time_runs_ahead_and_never_back(factor in 1.0..1e6_f64, since in 0..2_000_000_000_000_i64, real in 0..86_400_000_i64, more in 0..86_400_000_i64) {
        let pace = Pace::parse(&format!("{factor}@{since}")).unwrap();
        let (before, after) = (pace.at(since + real), pace.at(since + real + more));
        prop_assert!(before <= after && before.millis() >= since + real);
        prop_assert_eq!(pace.at(since).millis(), since);
        prop_assert!(Pace::REAL.at(since + real) == Timestamp::from_millis(since + real));
    }

    #[test]
    fn a_span_never_ends_sooner(factor in 1..1000_u32, since in 0..2_000_000_000_000_i64, real in 0..86_400_000_i64, span in 0..400_000_000_i64) {
        let pace = Pace::parse(&format!("{factor}@{since}")).unwrap();
        let took = pace.real_millis(span);
        let passed = pace.at(since + real + took).millis() - pace.at(since + real).millis();
        prop_assert!(passed >= span, "{passed} of {span}");
        prop_assert!(passed < span + i64::from(factor), "{passed} of {span}");
        prop_assert_eq!(Pace::REAL.real_millis(span), span);
        let back = pace.real_millis(pace.paced_millis(real));
        prop_assert!((real - 1..=real + 1).contains(&back), "{back} of {real}");
    }
}

#[test]
fn what_a_claim_answers_is_read_again() {
    let row = serde_json::value::RawValue::from_string("{\"a\":1}".to_owned()).unwrap();
    for (grant, text) in [
        (Grant::Send(None), json!({"send": null})),
        (Grant::Send(Some(row)), json!({"send": {"a": 1}})),
        (Grant::Settled, json!("settled")),
        (Grant::Wait(2), json!({"wait": 2})),
        (Grant::Limited(3), json!({"limited": 3})),
    ] {
        let written = serde_json::to_string(&grant).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), text);
        let read: Grant = serde_json::from_str(&written).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), written);
    }
}
