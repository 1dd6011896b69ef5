//! Finding deliveries by what was answered and by what they are of, and showing what was sent.

use std::borrow::Cow;

use heliograph::core::{
    delivery::{AttemptRequest, CustomHeaders, RequestView},
    ids,
    ledger::{Answered, Attempt, Row, sought},
    org::OwnType,
    retry::{Failure, Why},
};
use serde_json::{Value, json};

use crate::support::subscription;

fn row(status: Option<u16>, failure: Option<&str>) -> Row {
    let mut attempt = json!({"number": 2, "at": 5_000, "ms": 1, "lane": "express", "signatures": []});
    attempt["status"] = json!(status);
    attempt["failure"] = json!(failure);
    let message: Value = json!({
        "v": 1, "id": "msg_1", "org": "default", "subscription": "sub_1", "event": "e", "event_type": "request.completed",
        "accepted_at": 0, "base_url": "https://a.example.com", "segment": "s", "record": [0, 1], "exchange": [0, 1],
        "api_version": "2026-11-01",
    });
    let row = json!({"message": message, "state": "dead", "made": 2, "updated_at": 1, "attempts": [attempt]});
    serde_json::from_value(row).unwrap()
}

#[test]
fn answers_are_told_apart() {
    let fits = |text: &str, status, failure| Answered::parse(text).unwrap().fits(&row(status, failure));
    assert!(fits("503", Some(503), None) && !fits("503", Some(502), None) && !fits("503", None, Some("dns")));
    assert!(
        fits("5xx", Some(599), None) && !fits("5xx", Some(499), None) && !fits("4xx", None, Some("reset"))
    );
    assert!(fits("timeout", None, Some("timeout")) && !fits("timeout", None, Some("dns")));
    let untried = Row { attempts: Vec::new(), ..row(None, None) };
    assert!(!Answered::parse("2xx").unwrap().fits(&untried));
    for wrong in
        ["", "5", "50", "5030", "+12", "0xx", "10xx", "xx", "5XX", "Timeout", "exhausted", " 503", "５０３"]
    {
        assert_eq!(Answered::parse(wrong), None, "{wrong}");
    }
    for failure in Failure::ALL {
        assert_eq!(Failure::from_code(failure.code()), Some(failure));
        let why = Why::from_code(failure.code()).unwrap();
        assert_eq!(why.code(), failure.code());
    }
    assert_eq!(Why::from_code("exhausted").map(Why::sentence), Some("retries are used up"));
    assert_eq!(Why::from_code("archive_gone"), None);
}

#[test]
fn a_requests_deliveries_are_found_by_the_types_that_are_known() {
    let webhook = subscription("sub_1", json!({"eventTypes": ["request.*", "made.up"]}));
    let own = [OwnType { name: "refund.proposed".into(), description: None, schema: None }];
    let found = sought("r-1", &own, &[], "default", &webhook);
    let of = |event: &str| ids::delivery_id("default", event, "sub_1");
    for event in ["request.completed:r-1", "request.failed:r-1", "refund.proposed:r-1", "made.up:r-1", "r-1"]
    {
        assert!(found.contains(&of(event)), "{event}");
    }
    let only = sought("r-1", &own, &["made.up".to_owned()], "default", &webhook);
    assert_eq!(only, [of("made.up:r-1"), of("r-1")]);
}

fn attempt(signature: &str) -> Attempt {
    let signatures = json!([["webhook-signature", signature], ["helicone-signature", "aa"]]);
    serde_json::from_value(json!({
        "number": 2, "at": 5_000, "ms": 1, "lane": "express", "status": 500, "signatures": signatures,
    }))
    .unwrap()
}

fn shown(attempt: &Attempt, own: &CustomHeaders) -> Value {
    let header = |name: &'static str, value: &str| (Cow::Borrowed(name), value.to_owned());
    let request = AttemptRequest {
        headers: vec![
            header("X-Api-Key", "secret"),
            header("content-type", "application/json"),
            header("x-helicone-signature", "bb"),
            header("webhook-signature", "v1,new v1,old"),
        ],
        body: b"{}".to_vec(),
    };
    serde_json::to_value(RequestView::new("msg_1", attempt, "https://a.example.com", &request, own).unwrap())
        .unwrap()
}

#[test]
fn what_was_sent_is_shown_with_its_signatures_and_without_secrets() {
    let own = CustomHeaders::read(Some(&json!({"x-api-key": "secret"}))).unwrap();
    let view = shown(&attempt("v1,older v1,old"), &own);
    assert!(!view.to_string().contains("secret"));
    assert_eq!(view["is_exact"], true, "one key in common is enough");
    assert_eq!(
        view["headers"],
        json!([
            {"name": "X-Api-Key", "value": null},
            {"name": "content-type", "value": "application/json"},
            {"name": "x-helicone-signature", "value": "aa"},
            {"name": "webhook-signature", "value": "v1,older v1,old"},
        ])
    );
    assert_eq!(shown(&attempt("v1,other"), &own)["is_exact"], false);
    assert_eq!(shown(&Attempt { signatures: Vec::new(), ..attempt("") }, &own)["is_exact"], false);
}
