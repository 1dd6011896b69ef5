//! Retries: the verdicts against their table, and what must hold whatever the numbers.

use crate::support::vectors;
use heliograph::core::{
    retry::{
        self, DEFAULT_SCHEDULE, Directive, Failure, Fault, MAX_DELAY_SECONDS, Outcome, Plan, Verdict, Why,
        decide, jittered, retry_after_seconds, slows_down,
    },
    time::Timestamp,
};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::json;

const FAILURES: [Failure; 10] = [
    Failure::Timeout,
    Failure::Dns,
    Failure::Refused,
    Failure::Reset,
    Failure::Tls,
    Failure::Redirect,
    Failure::Oversized,
    Failure::Blocked,
    Failure::Connection,
    Failure::Internal,
];

fn answered(status: u16) -> Outcome {
    Outcome::Answered { status, retry_after: None, directive: None }
}

#[test]
fn verdicts() {
    #[derive(Deserialize)]
    struct Case {
        name: String,
        now: i64,
        attempt: u32,
        status: Option<u16>,
        failure: Option<String>,
        retry_after: Option<String>,
        directive: Option<String>,
        jitter: f64,
        schedule: Vec<u32>,
        verdict: serde_json::Value,
    }
    for case in vectors::<Vec<Case>>("retry.json") {
        let outcome = match (case.status, &case.failure) {
            (Some(status), _) => Outcome::Answered {
                status,
                retry_after: case.retry_after,
                directive: case.directive.as_deref().and_then(Directive::parse),
            },
            (None, Some(code)) => {
                Outcome::Failed(FAILURES.into_iter().find(|failure| failure.code() == code).unwrap())
            }
            (None, None) => panic!("{}: neither status nor failure", case.name),
        };
        let now = Timestamp::from_millis(case.now * 1000);
        let verdict = match decide(&outcome, case.attempt, &Plan::new(&case.schedule), case.jitter, now) {
            Verdict::Delivered => json!(["delivered"]),
            Verdict::RetryAfter { seconds, why } => json!(["retry", seconds, why.code()]),
            Verdict::DeadLetter(why) => json!(["dead", why.code()]),
            Verdict::DisableEndpoint(why) => json!(["disable", why.code()]),
        };
        assert_eq!(verdict, case.verdict, "{}", case.name);
    }
}

#[test]
fn the_default_schedule_spans_75_hours_and_35_minutes() {
    let minutes: u32 = DEFAULT_SCHEDULE.iter().sum::<u32>() / 60;
    assert_eq!((minutes / 60, minutes % 60), (75, 35));
    assert!(retry::check_schedule(&DEFAULT_SCHEDULE).is_ok());
}

#[test]
fn schedules_are_read_within_their_bounds() {
    assert_eq!(retry::parse_schedule("1, 2,3"), Ok(vec![1, 2, 3]));
    for wrong in ["", "1,,2", "-1", "1.5", "5;6", "86401"] {
        assert!(retry::parse_schedule(wrong).is_err(), "{wrong}");
    }
    assert!(retry::check_schedule(&[1; 50]).is_ok());
    assert!(retry::check_schedule(&[1; 51]).is_err());
}

#[test]
fn failures_are_read_from_the_platforms_words() {
    for (failure, texts) in [
        // Measured with workerd: what a Worker sees.
        (
            Failure::Connection,
            &[
                "Network connection lost.",
                "internal error; reference = k3l99dep8b9dt8arjpmi6ad1",
                "",
                "ünknown",
            ] as &[&str],
        ),
        (Failure::Redirect, &["Too many redirects.http://ssl.example/x, http://dns.example/x"]),
        // Measured with workerd: what its log says.
        (
            Failure::Dns,
            &[
                "failed to lookup address information: Name or service not known",
                "DNS lookup failed.",
                "getaddrinfo ENOTFOUND tls.example",
                "getaddrinfo EAI_AGAIN hooks.example",
            ],
        ),
        (
            Failure::Tls,
            &[
                "TLS handshake failed: invalid peer certificate: UnknownIssuer",
                "TLS handshake failed: Connection reset by peer (os error 104)",
                "TLS peer's certificate is not trusted; reason = certificate has expired",
                "OpenSSL error; message = wrong version number",
            ],
        ),
        (
            Failure::Blocked,
            &["connecting to 240.0.0.1:80 is not allowed", "connect() blocked by restrictPeers()"],
        ),
        (Failure::Refused, &["connect(): Connection refused", "connect ECONNREFUSED 203.0.113.9:443"]),
        (
            Failure::Reset,
            &[
                "Connection reset by peer",
                "read ECONNRESET",
                "peer disconnected without gracefully ending TLS session",
                "premature EOF in HTTP chunk",
            ],
        ),
        (
            Failure::Timeout,
            &[
                "The operation was aborted due to timeout",
                "connect ETIMEDOUT 203.0.113.9:443",
                "TLS handshake timed out",
            ],
        ),
        (Failure::Oversized, &["HTTP headers too large."]),
        (
            Failure::Internal,
            &[
                "Too many subrequests.",
                "Response closed due to connection limit",
                "Fetch API cannot load: ftp://x",
            ],
        ),
    ] {
        for text in texts {
            assert_eq!(Failure::classify(text), failure, "{text}");
            assert_eq!(
                Failure::classify(&format!("Error: {}", text.to_ascii_uppercase())),
                failure,
                "{text}"
            );
        }
    }
}

#[test]
fn what_an_endpoint_asks_for_is_read() {
    for (value, directive) in [
        ("disable", Some(Directive::Disable)),
        ("abort-message", Some(Directive::AbortMessage)),
        (" ABORT-Message\t", Some(Directive::AbortMessage)),
        ("disable, abort-message", Some(Directive::Disable)),
        ("later,abort-message", Some(Directive::AbortMessage)),
        ("", None),
        ("abort", None),
        ("abort-message disable", None),
        ("disable=true", None),
    ] {
        assert_eq!(Directive::parse(value), directive, "{value}");
    }
}

#[test]
fn overload_is_told_from_other_failures() {
    let slow: Vec<u16> = (100..=599).filter(|status| slows_down(&answered(*status))).collect();
    assert_eq!(slow, [429, 502, 504]);
    let slow: Vec<Failure> =
        FAILURES.into_iter().filter(|failure| slows_down(&Outcome::Failed(*failure))).collect();
    assert_eq!(slow, [Failure::Timeout]);
}

#[test]
fn the_floor_of_a_slow_endpoint_is_the_plans() {
    let plan = Plan { schedule: &[1], slow_seconds: 7 };
    let verdict = decide(&answered(429), 1, &plan, 0.5, Timestamp::from_millis(0));
    assert_eq!(verdict, Verdict::RetryAfter { seconds: 7, why: Why::RateLimited });
}

#[test]
fn only_what_never_left_is_our_fault() {
    for failure in FAILURES {
        let why = Why::of(&Outcome::Failed(failure)).unwrap();
        let ours = if failure == Failure::Internal { Fault::Internal } else { Fault::Endpoint };
        assert_eq!(why.fault(), ours, "{failure:?}");
        let last = decide(&Outcome::Failed(failure), 1, &Plan::new(&[]), 0.5, Timestamp::from_millis(0));
        let Verdict::DeadLetter(why) = last else { panic!("{failure:?}: {last:?}") };
        assert_eq!(why.fault(), ours, "{failure:?}");
    }
    for status in 300..=599 {
        assert_eq!(Why::of(&answered(status)).unwrap().fault(), Fault::Endpoint, "{status}");
    }
}

#[test]
fn every_reason_has_a_name_and_a_sentence_of_its_own() {
    let mut reasons: Vec<Why> = FAILURES.into_iter().map(Why::Failed).collect();
    reasons.extend([
        Why::Gone,
        Why::DisableAsked,
        Why::AbortAsked,
        Why::RateLimited,
        Why::AskedAgain,
        Why::Rejected,
        Why::Overloaded,
        Why::ServerError,
        Why::UnknownStatus,
        Why::Exhausted(Fault::Endpoint),
    ]);
    let unique = |texts: Vec<&str>| texts.into_iter().collect::<std::collections::BTreeSet<_>>().len();
    assert_eq!(unique(reasons.iter().map(|why| why.code()).collect()), reasons.len());
    assert_eq!(unique(reasons.iter().map(|why| why.sentence()).collect()), reasons.len());
    for why in reasons {
        let code = why.code();
        assert!(code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{code}");
        assert!(!why.sentence().ends_with('.') && why.sentence().contains(' '), "{}", why.sentence());
    }
    // A redirect is one thing to people and to logs, whether it came as a status or as an error.
    assert_eq!(Why::Redirect.code(), Why::Failed(Failure::Redirect).code());
}

/// Any outcome that is tried again, with a header that may be anything.
fn outcomes() -> impl Strategy<Value = Outcome> {
    let header = prop_oneof![
        Just(None),
        (0..200_000_u32).prop_map(|seconds| Some(seconds.to_string())),
        (0.0..100_000.0_f64).prop_map(|seconds| Some(seconds.to_string())),
        "[ -~]{0,30}".prop_map(Some),
    ];
    prop_oneof![
        (100..=599_u16, header).prop_map(|(status, retry_after)| Outcome::Answered {
            status,
            retry_after,
            directive: None
        }),
        prop::sample::select(FAILURES.to_vec()).prop_map(Outcome::Failed),
    ]
}

proptest! {
    #[test]
    fn a_retry_comes_neither_too_soon_nor_too_late(
        outcome in outcomes(),
        attempt in 0..12_u32,
        schedule in prop::collection::vec(0..=MAX_DELAY_SECONDS, 0..12),
        jitter in -1.0..2.0_f64,
        now in 0..4_000_000_000_000_i64,
    ) {
        let now = Timestamp::from_millis(now);
        let verdict = decide(&outcome, attempt, &Plan::new(&schedule), jitter, now);
        if let Verdict::RetryAfter { seconds, .. } = verdict {
            let step = f64::from(schedule[attempt.max(1) as usize - 1]);
            let asked = match &outcome {
                Outcome::Answered { retry_after: Some(header), .. } => {
                    let header = header.trim();
                    let is_number = header.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
                    header.parse::<f64>().ok().filter(|_| is_number).unwrap_or(0.0)
                }
                _ => 0.0,
            };
            let floor = if slows_down(&outcome) { 60.0 } else { 0.0_f64 };
            let least = (step * 0.8 - 0.5).max(asked.min(86_400.0)).max(floor);
            let most = (step * 1.2 + 0.5).max(asked + 1.0).max(floor).min(86_400.0);
            let seconds = f64::from(seconds);
            prop_assert!(least <= seconds && seconds <= most, "{least} <= {seconds} <= {most}");
        }
    }

    #[test]
    fn a_date_is_never_undercut(now in 1_700_000_000_000..1_800_000_000_000_i64, ahead in 0..86_000_u64, form in 0..3_u8) {
        let at = now as u64 / 1000 + 1 + ahead;
        let time = chrono::DateTime::from_timestamp(at as i64, 0).unwrap();
        let header = match form {
            0 => time.format("%a, %d %b %Y %H:%M:%S GMT"),
            1 => time.format("%A, %d-%b-%y %H:%M:%S GMT"),
            _ => time.format("%a %b %e %H:%M:%S %Y"),
        };
        let seconds = retry_after_seconds(&header.to_string(), Timestamp::from_millis(now)).unwrap();
        let comes = now as u64 + u64::from(seconds) * 1000;
        prop_assert!(comes >= at * 1000 && comes < (at + 1) * 1000, "{header}: {seconds}");
    }

    #[test]
    fn jitter_stays_within_a_fifth_and_grows(delay in 0..=MAX_DELAY_SECONDS, low in 0.0..=1.0_f64, high in 0.0..=1.0_f64) {
        let (low, high) = (low.min(high), low.max(high));
        let exact = f64::from(delay);
        prop_assert!(jittered(delay, low) <= jittered(delay, high));
        prop_assert!(f64::from(jittered(delay, low)) >= (exact * 0.8).floor());
        prop_assert!(f64::from(jittered(delay, high)) <= (exact * 1.2).ceil().min(86_400.0));
        prop_assert_eq!(jittered(delay, f64::NAN), delay);
    }

    #[test]
    fn any_text_is_classified(text in ".{0,80}") {
        prop_assert!(FAILURES.contains(&Failure::classify(&text)));
    }
}
