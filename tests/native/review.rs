//! What people are to look at, who has it, and what they say of it.

use heliograph::core::{
    field::FieldError,
    inbox::{Payload, Place},
    review::{
        ClaimRequest, FIRST, Item, LabelRequest, Policy, Query, Reason, Refused, ReviewPage, ReviewView,
        State, exchange, exchange_key, reviewer,
    },
};
use serde_json::{Map, Value, json};

const NOW: i64 = 1_795_000_000_000;

fn item() -> Item {
    Item {
        id: "msg_1".into(),
        at: NOW,
        event_type: "guardrail.blocked".into(),
        reason: Reason::Event,
        data: "inline".into(),
        request_id: Some("r-1".into()),
        user_id: None,
        model: None,
        provider: None,
        claim: None,
        label: None,
    }
}

fn pick(policy: &Policy, event_type: &str, data: Value) -> Option<Reason> {
    let body = json!({"type": event_type, "timestamp": "2026-11-21T09:00:00Z", "data": data}).to_string();
    policy.pick("msg_1", event_type, &body, &Payload::read(&body).unwrap())
}

fn policy(events: Option<&str>, sample: Option<&str>) -> Policy {
    Policy::read(events, sample).unwrap()
}

#[test]
fn what_was_blocked_or_failed_is_picked_and_nothing_else_unless_asked_for() {
    let usual = policy(None, None);
    let plain = || json!({"request_id": "r"});
    assert_eq!(pick(&usual, "guardrail.blocked", plain()), Some(Reason::Event));
    assert_eq!(pick(&usual, "eval.failed", plain()), Some(Reason::Event));
    for other in
        ["request.completed", "request.failed", "guardrail.passed", "budget.exceeded", "endpoint.failing"]
    {
        assert_eq!(pick(&usual, other, plain()), None, "{other}");
    }
    let own = policy(Some(" guardrail.* , request.failed,"), None);
    assert_eq!(pick(&own, "guardrail.passed", plain()), Some(Reason::Event));
    assert_eq!(pick(&own, "request.failed", plain()), Some(Reason::Event));
    assert_eq!(pick(&own, "eval.failed", plain()), None);
    assert_eq!(pick(&policy(Some("none"), None), "eval.failed", plain()), None);
}

#[test]
fn a_property_asks_for_a_look_before_all_else() {
    let none = policy(Some("none"), None);
    let with = |properties: Value| json!({"request_id": "r", "properties": properties});
    for properties in
        [json!({"flagged": true}), json!({"flagged": "True"}), json!({"a": 1, "review": "true"})]
    {
        assert_eq!(
            pick(&none, "request.completed", with(properties.clone())),
            Some(Reason::Flagged),
            "{properties}"
        );
    }
    for properties in
        [json!({"flagged": false}), json!({"review": "no"}), json!({"Flagged": true}), json!({"review": 1})]
    {
        assert_eq!(pick(&none, "request.completed", with(properties.clone())), None, "{properties}");
    }
    let both = pick(&policy(None, Some("100")), "eval.failed", with(json!({"review": true})));
    assert_eq!(both, Some(Reason::Flagged));
}

#[test]
fn feedback_is_picked_where_it_says_no() {
    let none = policy(Some("none"), None);
    assert_eq!(pick(&none, "feedback.negative", json!({})), Some(Reason::Feedback));
    for rating in [json!(false), json!(0), json!(-1)] {
        assert_eq!(pick(&none, "feedback", json!({"rating": rating})), Some(Reason::Feedback), "{rating}");
        assert_eq!(
            pick(&none, "feedback.given", json!({"rating": rating})),
            Some(Reason::Feedback),
            "{rating}"
        );
        assert_eq!(pick(&none, "feedbacks.given", json!({"rating": rating})), None);
        assert_eq!(pick(&none, "request.completed", json!({"rating": rating})), None);
    }
    for rating in [json!(true), json!(1), json!("false"), json!(null)] {
        assert_eq!(pick(&none, "feedback.given", json!({"rating": rating})), None, "{rating}");
    }
    assert_eq!(pick(&none, "feedback.positive", json!({})), None);
}

#[test]
fn the_sample_is_of_requests_and_the_same_each_time() {
    let drawn = |rate: &str| -> Vec<usize> {
        let policy = policy(Some("none"), Some(rate));
        let is_in = |at: &usize| pick(&policy, "request.completed", json!({"request_id": at.to_string()}));
        (0..1000).filter(|at| is_in(at).is_some()).collect()
    };
    assert_eq!(drawn("0").len(), 0);
    assert_eq!(drawn("100").len(), 1000);
    let (few, more) = (drawn("5"), drawn("20.5"));
    assert!(
        (20..100).contains(&few.len()) && (150..260).contains(&more.len()),
        "{} {}",
        few.len(),
        more.len()
    );
    assert_eq!(few, drawn("5"));
    assert!(few.iter().all(|at| more.contains(at)), "a greater share keeps the smaller one");
    let all = policy(Some("none"), Some("100"));
    assert_eq!(pick(&all, "request.failed", json!({})), Some(Reason::Sample));
    assert_eq!(pick(&all, "budget.exceeded", json!({"request_id": "1"})), None);
}

#[test]
fn settings_that_are_wrong_are_named() {
    for (events, sample, setting) in [
        (Some("guardrail"), Some("x"), "REVIEW_SAMPLE"),
        (None, Some("-1"), "REVIEW_SAMPLE"),
        (None, Some("100.5"), "REVIEW_SAMPLE"),
        (None, Some("NaN"), "REVIEW_SAMPLE"),
        (Some("guardrail.*,eval failed"), None, "REVIEW_EVENTS"),
        (Some("*.failed"), None, "REVIEW_EVENTS"),
    ] {
        assert!(Policy::read(events, sample).unwrap_err().starts_with(setting), "{events:?} {sample:?}");
    }
}

#[test]
fn the_exchange_is_one_line_with_what_the_event_said() {
    let kept = |body: &str| String::from_utf8(exchange(body, &Payload::read(body).unwrap())).unwrap();
    let standard = r#"{
        "type": "guardrail.blocked", "timestamp": "2026-11-21T09:00:00Z",
        "data": {"request_id": "r", "guardrail": "pii",
                 "request_body": {"a": [1, 2]}, "request_response_url": "https://x/?signature=y"}
    }"#;
    assert_eq!(
        kept(standard),
        r#"{"event":{"request_id":"r","guardrail":"pii"},"request":{"a":[1,2]},"response":null}"#
    );
    let flat = "{\"request_id\":\"r\",\n\"response_body\":\"text\"}";
    assert_eq!(kept(flat), r#"{"event":{"request_id":"r"},"request":null,"response":"text"}"#);
    assert_eq!(exchange_key("msg_1"), "reviews/msg_1");
}

fn claim(reviewer: &str, seconds: i64) -> ClaimRequest {
    ClaimRequest { reviewer: reviewer.into(), seconds }
}

fn label(label: &str, reviewer: Option<&str>) -> LabelRequest {
    LabelRequest { label: label.into(), comment: None, reviewer: reviewer.map(str::to_owned) }
}

#[test]
fn a_claim_keeps_others_away_and_ends_by_itself() {
    let mut item = item();
    assert_eq!(item.state(NOW), State::Open);
    item.claim(claim("ada", 10), NOW).unwrap();
    assert_eq!(item.state(NOW + 9999), State::Claimed);
    assert_eq!(item.claim(claim("bob", 10), NOW + 9999), Err(Refused::Held));
    assert_eq!(item.release(Some("bob"), NOW + 9999), Err(Refused::Held));
    assert_eq!(item.label(label("ok", Some("bob")), NOW + 9999, NOW), Err(Refused::Held));
    // Her own claim begins anew.
    item.claim(claim("ada", 10), NOW + 5000).unwrap();
    assert_eq!(item.state(NOW + 14_999), State::Claimed);
    assert_eq!(item.state(NOW + 15_000), State::Open);
    item.claim(claim("bob", 10), NOW + 15_000).unwrap();
    assert_eq!(item.holder(NOW + 15_000).map(|claim| claim.reviewer.as_str()), Some("bob"));
}

#[test]
fn a_release_is_by_who_has_it_or_by_nobody_in_particular() {
    let mut item = item();
    assert_eq!(item.release(Some("ada"), NOW), Ok(()));
    item.claim(claim("ada", 10), NOW).unwrap();
    item.release(Some("ada"), NOW).unwrap();
    assert_eq!(item.state(NOW), State::Open);
    item.claim(claim("ada", 10), NOW).unwrap();
    item.release(None, NOW).unwrap();
    assert_eq!(item.claim, None);
}

#[test]
fn a_label_is_by_who_has_the_item_and_may_be_replaced() {
    let mut item = item();
    item.claim(claim("ada", 10), NOW).unwrap();
    item.label(label("false_positive", None), NOW + 1, NOW + 2).unwrap();
    assert_eq!(item.state(NOW + 2), State::Labelled);
    let said = item.label.clone().unwrap();
    assert_eq!((said.reviewer.as_deref(), said.at), (Some("ada"), NOW + 2));
    assert_eq!(item.claim(claim("bob", 10), NOW + 3), Err(Refused::Labelled));
    item.label(label("pii", Some("bob")), NOW + 3, NOW + 4).unwrap();
    let said = item.label.clone().unwrap();
    assert_eq!((said.label.as_str(), said.reviewer.as_deref()), ("pii", Some("bob")));
    item.label(label("pii", None), NOW + 5, NOW + 6).unwrap();
    assert_eq!(item.label.unwrap().reviewer, None);
}

#[test]
fn an_item_is_shown_as_it_stands() {
    let mut item = item();
    item.claim(claim("ada", 10), NOW).unwrap();
    let shown = |item: &Item, now: i64| serde_json::to_value(ReviewView::new(item, now)).unwrap();
    assert_eq!(
        shown(&item, NOW),
        json!({
            "id": "msg_1", "state": "claimed", "created_at": "2026-11-18T11:06:40.000Z", "reason": "event",
            "event_type": "guardrail.blocked", "request_id": "r-1", "user_id": null, "model": null, "provider": null,
            "data": "inline", "claimed_by": "ada", "claimed_until": "2026-11-18T11:06:50.000Z", "label": null,
        })
    );
    let later = shown(&item, NOW + 10_000);
    assert_eq!(
        (&later["state"], &later["claimed_by"], &later["claimed_until"]),
        (&json!("open"), &json!(null), &json!(null))
    );
    item.label(label("ok", None), NOW, NOW).unwrap();
    assert_eq!(
        shown(&item, NOW)["label"],
        json!({"label": "ok", "comment": null, "reviewer": "ada", "at": "2026-11-18T11:06:40.000Z"})
    );
    let with = |text: Option<&str>| {
        let view = ReviewView::new(&item, NOW).with_exchange(text);
        serde_json::to_value(view).unwrap()["exchange"].clone()
    };
    assert_eq!(with(Some(r#"{"request":1}"#)), json!({"request": 1}));
    assert_eq!((with(None), with(Some("{"))), (Value::Null, Value::Null));
    assert!(shown(&item, NOW).get("exchange").is_none());
}

#[test]
fn lists_go_on_where_they_ended() {
    let mut labelled = item();
    labelled.label(label("ok", None), NOW, NOW + 7).unwrap();
    assert_eq!(labelled.place(State::Labelled), Place { at: NOW + 7, id: "msg_1".into() });
    assert_eq!(labelled.place(State::Open).at, NOW);
    let items = [item(), labelled];
    let next = |limit: usize, state: State| ReviewPage::new(&items, limit, state, NOW).next_cursor;
    assert_eq!(next(3, State::Open), None);
    assert_eq!(next(2, State::Labelled), Some(format!("{}.msg_1", NOW + 7)));
    assert_eq!(ReviewPage::new(&[], 1, State::Open, NOW).next_cursor, None);

    let usual = Query::list(std::iter::empty::<(&str, &str)>()).unwrap();
    assert_eq!(usual, Query { state: State::Open, after: None, limit: 50 });
    let query =
        Query::list([("state", "claimed"), ("limit", "2"), ("cursor", "5.msg_1")].into_iter()).unwrap();
    assert_eq!(
        query,
        Query { state: State::Claimed, after: Some(Place { at: 5, id: "msg_1".into() }), limit: 2 }
    );
    let export = Query::export([("cursor", FIRST)].into_iter()).unwrap();
    assert_eq!(export, Query { state: State::Labelled, after: Place::parse(FIRST), limit: 50 });
    assert!(export.after.is_some());
    for (name, value) in [
        ("state", "done"),
        ("limit", "0"),
        ("limit", "201"),
        ("limit", ""),
        ("cursor", "1"),
        ("cursor", "x.y"),
        ("order", "id"),
    ] {
        assert_eq!(Query::list([(name, value)].into_iter()).unwrap_err().path, name, "{value}");
        assert_eq!(Query::export([(name, value)].into_iter()).unwrap_err().path, name, "{value}");
    }
    assert_eq!(Query::export([("state", "open")].into_iter()).unwrap_err().path, "state");
}

fn fields(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

#[test]
fn what_is_said_is_read_or_its_field_named() {
    let read = |value: Value| ClaimRequest::read(&fields(value));
    assert_eq!(read(json!({"reviewer": "ada"})), Ok(claim("ada", 900)));
    assert_eq!(read(json!({"reviewer": "ada", "seconds": 86400.0})), Ok(claim("ada", 86_400)));
    let path = |result: Result<ClaimRequest, FieldError>| result.unwrap_err().path;
    for wrong in [json!({}), json!({"reviewer": ""}), json!({"reviewer": null}), json!({"reviewer": "a\nb"})]
    {
        assert_eq!(path(read(wrong)), "reviewer");
    }
    for wrong in [json!(0), json!(86401), json!(1.5), json!("60"), json!(-1)] {
        assert_eq!(path(read(json!({"reviewer": "ada", "seconds": wrong}))), "seconds");
    }
    assert_eq!(reviewer(&fields(json!({}))), Ok(None));
    assert_eq!(reviewer(&fields(json!({"reviewer": "é".repeat(101)}))).unwrap_err().path, "reviewer");

    let read = |value: Value| LabelRequest::read(&fields(value));
    let said = read(json!({"label": "false_positive-2", "comment": "a\nb\tc", "reviewer": "ada"})).unwrap();
    assert_eq!(said.comment.as_deref(), Some("a\nb\tc"));
    for wrong in
        [json!(null), json!(""), json!("Bad"), json!("a b"), json!("é"), json!("x".repeat(65)), json!(1)]
    {
        assert_eq!(read(json!({"label": wrong})).unwrap_err().path, "label");
    }
    for wrong in [json!(""), json!("a\u{0}"), json!("x".repeat(4001)), json!(1)] {
        assert_eq!(read(json!({"label": "ok", "comment": wrong})).unwrap_err().path, "comment");
    }
    assert_eq!(read(json!({"label": "ok", "reviewer": 1})).unwrap_err().path, "reviewer");
}
