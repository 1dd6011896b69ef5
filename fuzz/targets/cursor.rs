//! Cursors, and the other small texts of calls: what is read is written so that it reads the same, and stays within its bounds.
#![no_main]

use heliograph::core::{
    auth::Scope,
    byte_range::wanted,
    event::{BodyFormat, EventTypePattern, MAX_EVENT_TYPE, is_event_type},
    history,
    ids::is_webhook_id,
    inbox, ledger,
    limits::{MAX_PAGE, page},
    metrics,
    retry::{Directive, MAX_DELAY_SECONDS, MAX_RETRIES, parse_schedule, retry_after_seconds},
    time::{Pace, Timestamp},
};
use heliograph_fuzz::now;
use libfuzzer_sys::fuzz_target;
use url::form_urlencoded;

fuzz_target!(|text: &str| {
    places(text);
    moments(text);
    if let Ok(limit) = page(text) {
        assert!((1..=MAX_PAGE).contains(&limit));
    }
    if let Ok(delays) = parse_schedule(text) {
        assert!(delays.len() <= MAX_RETRIES && delays.iter().all(|delay| *delay <= MAX_DELAY_SECONDS));
    }
    assert!(retry_after_seconds(text, now()).is_none_or(|seconds| seconds <= MAX_DELAY_SECONDS));
    if let Some(pattern) = EventTypePattern::parse(text) {
        assert!(text.len() <= MAX_EVENT_TYPE + 2);
        assert!(!is_event_type(text) || pattern.matches(text));
    }
    let _ = (
        Directive::parse(text),
        BodyFormat::from_content_type(Some(text)),
        wanted(text, 100),
        Scope::parse(text),
    );
    queries(text);
});

/// Each of a list's cursors.
fn places(text: &str) {
    if let Some(place) = ledger::Place::parse(text) {
        assert_eq!(ledger::Place::parse(&place.to_string()), Some(place));
    }
    if let Some(place) = inbox::Place::parse(text) {
        assert_eq!(inbox::Place::parse(&place.to_string()).as_ref(), Some(&place));
        assert!(is_webhook_id(&place.id) && place.at >= 0);
    }
    if let Some(place) = history::query::Place::parse(text) {
        assert_eq!(history::query::Place::parse(&place.to_string()), Some(place));
        assert!(place.day >= 0 && place.key <= history::query::RowKey::LAST);
    }
    if let Some(answered) = ledger::Answered::parse(text) {
        assert!(text.len() == 3 || matches!(answered, ledger::Answered::Failed(_)));
    }
}

fn moments(text: &str) {
    for moment in [Timestamp::parse(text), Timestamp::parse_or_date(text)].into_iter().flatten() {
        assert_eq!(Timestamp::parse(&moment.to_string()), Some(moment), "{text:?}");
    }
    if let Ok(number) = text.parse::<f64>() {
        if let Some(moment) = Timestamp::from_number(number) {
            assert_eq!(Timestamp::parse(&moment.to_string()), Some(moment), "{text:?}");
        }
    }
    if let Some(pace) = Pace::parse(text) {
        assert!(pace.real_millis(pace.paced_millis(1000)) >= 999, "{text:?}");
        let _ =
            (pace.at(i64::MAX), pace.at(i64::MIN), pace.real_millis(i64::MAX), pace.paced_millis(i64::MIN));
    }
}

/// Query strings.
fn queries(text: &str) {
    let pairs = || form_urlencoded::parse(text.as_bytes());
    for about in [metrics::About::Org, metrics::About::Webhook] {
        if let Ok(query) = metrics::Query::read(about, pairs(), now()) {
            assert!(query.since < query.until && query.limit <= MAX_PAGE, "{text:?}");
            assert!(query.until - query.since <= 367 * 24, "{text:?}: {query:?}");
            assert!(about.groups().contains(&query.group_by), "{text:?}");
        }
    }
    if let Ok(query) = inbox::Query::read(pairs()) {
        assert!((1..=MAX_PAGE).contains(&query.limit));
    }
    if let Ok(query) = history::query::read_list(pairs(), page, 50, &[]) {
        assert!((1..=MAX_PAGE).contains(&query.limit));
    }
}
