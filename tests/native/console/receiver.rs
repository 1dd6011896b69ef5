//! The receiver's page: figures as they were counted, what is unknown as unknown, and others' texts as text.

use heliograph::{
    console::{
        models::inbox::{InboxPage, Review, ReviewPage},
        pages::receiver::{self, DayLine, Insights, Judged, Range, Receiver},
    },
    core::{auth::Scope, envelope::ApiError},
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::events::{EVIL, viewer};
use crate::support::now;

fn of<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn spend(group: Value, requests: u64, unknown: u64, cost: f64) -> Value {
    json!({ "group": group, "is_rest": false, "requests": requests, "unknown": unknown, "cost": cost })
}

fn insights() -> Insights {
    let days = json!([spend("2026-11-20".into(), 3, 3, 0.0), spend("2026-11-21".into(), 5, 1, 2.5)]);
    let models = json!([spend(EVIL.into(), 5, 1, 2.5), spend(Value::Null, 3, 3, 0.0)]);
    let total = spend(Value::Null, 8, 4, 2.5);
    let latency = |group: &str| json!({ "groups": [{ "group": group, "is_rest": false, "requests": 7, "p50_ms": 111, "p90_ms": 222, "p95_ms": 333, "p99_ms": 4444 }] });
    let counter = |name: &str, count: u64| json!({ "group": null, "name": name, "count": count });
    Insights {
        now: now(),
        days: of(json!({ "since": "2026-11-15T00:00:00Z", "total": total, "groups": days })),
        models: of(json!({ "since": "2026-11-15T00:00:00Z", "total": total, "groups": models })),
        lines: vec![DayLine { model: EVIL.into(), days: of(days) }],
        hours: of(latency("2026-11-21T08")),
        latency: of(latency(EVIL)),
        tokens: of(json!({ "groups": [{
            "group": EVIL, "is_rest": false, "requests": 8, "unknown": 1, "prompt_tokens": 1000, "completion_tokens": 333, "cached_tokens": 10,
            "usual_ratio": 0.25,
        }, {
            "group": "untold", "is_rest": false, "requests": 2, "unknown": 2, "prompt_tokens": 0, "completion_tokens": 0, "cached_tokens": 0,
            "usual_ratio": null,
        }] })),
        users: of(json!({ "users": [{
            "user": EVIL, "alias": "user_1", "is_rest": false, "requests": 8, "failed": 2, "tokens": 99, "unknown": 8, "cost": 0.0,
        }], "next_cursor": "more" })),
        is_later: false,
        counters: of(json!({ "counters": [
            counter("accepted", 40), counter("duplicates", 3), counter("signature.no_match", 6), counter("signature.too_old", 2),
            counter("fetch.expired", 5), counter("handler.my.own.ok", 4), counter("handler.my.own.failed", 3),
            counter("handler.my.own.dead", 1), counter("handler.my.own.ms", 80), json!({ "group": null, "name": null, "count": 9 }),
        ] })),
    }
}

fn inbox() -> InboxPage {
    of(json!({ "deliveries": [{
        "id": "msg_1", "event_type": EVIL, "origin": "standard", "received_at": "2026-11-21T08:59:00Z", "state": "dead", "reason": null,
        "handlers": { "forward": { "state": "dead", "attempts": 16, "next_attempt_at": null, "reason": EVIL } },
    }], "next_cursor": null }))
}

fn review(more: Value) -> Review {
    let mut review = json!({
        "id": "msg_1", "state": "open", "created_at": "2026-11-21T08:59:00Z", "reason": "event", "event_type": EVIL, "request_id": EVIL,
        "user_id": "\u{202e}u", "model": EVIL, "claimed_by": null, "claimed_until": null, "label": null,
        "exchange": { "event": { "why": EVIL }, "request": { "messages": [{ "role": "user", "content": EVIL }] }, "response": null },
    });
    review.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    of(review)
}

fn page(scopes: &[Scope], insights: Option<Result<Insights, ApiError>>) -> String {
    let reviews =
        insights.is_some().then(|| Ok(ReviewPage { reviews: vec![review(json!({}))], next_cursor: None }));
    let receiver = Receiver { range: Range::parse("7d"), insights, dead: Ok(inbox()), reviews };
    receiver::render(&viewer(scopes), &receiver).content.into_string()
}

#[test]
fn figures_are_as_they_were_counted() {
    let page = page(&[Scope::WebhooksRead, Scope::RequestsRead], Some(Ok(insights())));
    assert!(!page.contains("<script"), "{page}");
    for text in [
        "$2.50",
        "4 of unknown cost",
        "111 ms",
        "4.4 s",
        "100 %",
        "0.33",
        "0.25",
        "user_1",
        "no_match",
        "the URL was good no more",
        "10 ms",
        "users=more#users",
        "Given up by a handler",
        "To be reviewed",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    // Nobody knows what the second model's requests have cost, nor the user's.
    assert!(
        page.contains(r#"<td class="number">–</td><td class="number">–</td><td class="number">3</td>"#),
        "{page}"
    );
    let stat =
        |name: &str, value: &str| page.contains(&format!("<dt>{name}</dt><dd><strong>{value}</strong>"));
    assert!(
        stat("Signatures refused", "8")
            && stat("Deliveries taken", "40")
            && stat("Given up by handlers", "1"),
        "{page}"
    );
    // A day without requests has cost nothing; one whose costs are unknown is a gap.
    assert!(page.contains("[0.0,0.0,0.0,0.0,0.0,null,2.5]"), "{page}");
}

#[test]
fn only_what_the_key_may_see_and_do_is_there() {
    let reads = page(&[Scope::WebhooksRead], None);
    assert!(
        reads.contains("requests:read") && !reads.contains("Top users") && !reads.contains("<form"),
        "{reads}"
    );
    assert!(
        page(&[Scope::WebhooksRead, Scope::WebhooksWrite], None)
            .contains("/console/receiver/inbox/msg_1/retry")
    );
    let failed = page(&[Scope::WebhooksRead], Some(Err(ApiError::unavailable("come back"))));
    assert!(
        failed.contains("come back") && failed.contains("Given up by a handler"),
        "the rest is there: {failed}"
    );
}

#[test]
fn a_range_is_of_whole_days() {
    let since = |name: &str| Range::parse(name).since(now());
    assert_eq!(
        [since("today"), since("7d"), since("30d"), since(EVIL)],
        ["2026-11-21", "2026-11-15", "2026-10-23", "2026-11-15"]
    );
    assert_eq!(["today", "7d", "30d"].map(|name| Range::parse(name).latency_by()), ["hour", "hour", "day"]);
}

#[test]
fn a_review_is_shown_and_judged() {
    let show = |scopes: &[Scope], one: Review, judged: &Judged| {
        receiver::review(&viewer(scopes), &one, judged).content.into_string()
    };
    let reads = show(&[Scope::WebhooksRead, Scope::RequestsRead], review(json!({})), &Judged::default());
    assert!(!reads.contains("<script") && !reads.contains("<form") && reads.contains("⟨U+202E⟩u"), "{reads}");
    let both = [Scope::WebhooksRead, Scope::RequestsRead, Scope::ScoresWrite];
    let wrong = Some(("label".to_owned(), "must be a word".to_owned()));
    let judged = Judged { label: EVIL.into(), comment: EVIL.into(), wrong, ..Judged::default() };
    let writes = show(&both, review(json!({ "claimed_by": EVIL, "state": "claimed" })), &judged);
    assert!(
        writes.contains(r#"id="label-error">must be a word<"#)
            && writes.contains("Give back")
            && !writes.contains("<script")
    );
    let label =
        json!({ "label": "unsafe", "comment": EVIL, "reviewer": "ann", "at": "2026-11-21T08:59:30Z" });
    let labelled = show(&both, review(json!({ "label": label, "exchange": null })), &Judged::default());
    assert!(
        labelled.contains("unsafe")
            && labelled.contains("not kept any more")
            && !labelled.contains("Claim for"),
        "{labelled}"
    );
}
