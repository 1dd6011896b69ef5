//! The pages of deliveries: what they say, and that nothing that they show can run.

use heliograph::{
    console::{
        form::Form,
        models::{
            delivery::{AttemptRequest, Delivery, DeliveryPage, SentHeader, Signing},
            job::Job,
            webhook::Webhook,
        },
        pages::deliveries::{
            filters::{Filters, moment},
            list::{List, render},
            live, one, recover, request,
        },
        viewer::Viewer,
    },
    core::{auth::Scope, envelope::ApiError, field::FieldError},
};
use serde_json::{Value, json};

use super::overview::viewer;

const EVIL: &str = "\"><script>alert(1)</script>'\u{202e}\0";

fn webhook(name: &str) -> Value {
    json!({
        "id": "sub_1", "destination": "https://example.com/hooks", "description": name, "status": "active",
        "disabledReason": null, "disabledAt": null, "eventTypes": ["*"], "sampleRate": 100.0,
        "signatures": ["helicone", "v1"], "keys": [{"fingerprint": "0badcafe"}],
    })
}

fn webhooks() -> Vec<Webhook> {
    vec![serde_json::from_value(webhook("Billing")).unwrap()]
}

fn delivery(state: &str, reason: Option<&str>, text: &str) -> Delivery {
    let attempt = json!({
        "number": 3, "at": "2026-11-21T08:59:00.000Z", "latency_ms": 1234, "lane": "slow", "status": 503, "failure": null,
        "reply": text, "signatures": {"webhook-signature": "v1,abc", "helicone-signature": "00ff"},
    });
    serde_json::from_value(json!({
        "id": "msg_1", "webhook_id": "sub_1", "event_id": text, "event_type": "request.completed", "state": state,
        "reason": reason, "accepted_at": "2026-11-21T08:00:00.000Z", "updated_at": "2026-11-21T08:59:01.000Z",
        "next_attempt_at": null, "attempt_count": 3, "last_status": 503, "last_failure": null, "attempts": [attempt],
    }))
    .unwrap()
}

fn reader() -> Viewer {
    viewer(&[Scope::WebhooksRead])
}

fn list(viewer: &Viewer, asked: &str, page: Result<DeliveryPage, ApiError>) -> String {
    let list = List { webhooks: webhooks(), filters: Filters::read(&Form::read(asked.as_bytes())), page };
    render(viewer, &list).render(viewer, None).into_string()
}

fn page(deliveries: Vec<Delivery>, next_cursor: Option<&str>) -> Result<DeliveryPage, ApiError> {
    Ok(DeliveryPage { deliveries, next_cursor: next_cursor.map(str::to_owned) })
}

#[test]
fn filters_are_kept_and_put_to_the_api() {
    let asked = "webhook=sub_1&state=dead&type=a.b&status=5xx&request=r%261&user=u&since=2026-11-21T09:00&until=x&cursor=7.1";
    let filters = Filters::read(&Form::read(asked.as_bytes()));
    assert_eq!(
        filters.for_api(),
        "?state=dead&eventType=a.b&status=5xx&requestId=r%261&userId=u&since=2026-11-21T09%3A00%3A00Z&until=x&cursor=7.1"
    );
    let next = filters.next("9.2");
    assert!(
        next.starts_with("/console/deliveries?webhook=sub_1&state=dead&type=a.b")
            && next.ends_with("&cursor=9.2")
    );
    assert_eq!(Filters::default().for_api(), "");
    let moments =
        ["2026-11-21T09:00", "2026-11-21T09:00:30", "2026-11-21T09:00:00Z", "yesterday", ""].map(moment);
    assert_eq!(
        moments,
        ["2026-11-21T09:00:00Z", "2026-11-21T09:00:30Z", "2026-11-21T09:00:00Z", "yesterday", ""]
    );
}

#[test]
fn a_wrong_filter_is_told_where_it_stands() {
    let error = ApiError::from(FieldError::new("status", "must be a status such as 503"));
    let text = list(&reader(), "status=teapot", Err(error));
    assert!(text.contains(r#"value="teapot""#), "what was typed is gone");
    assert!(text.contains(r#"id="status-error">must be a status such as 503</p>"#));
    let other = list(&reader(), "", Err(ApiError::bad_request("the URL can't be read")));
    assert!(other.contains("notice bad"));
}

#[test]
fn an_empty_list_says_what_to_do() {
    assert!(list(&reader(), "", page(vec![], None)).contains("Nothing was delivered yet"));
    assert!(list(&reader(), "state=dead", page(vec![], None)).contains("No delivery fits"));
    let further = list(&reader(), "webhook=sub_1&state=dead", page(vec![], Some("3.0")));
    assert!(further.contains("not looked at yet") && further.contains("cursor=3.0"));
}

#[test]
fn what_was_never_tried_leads_nowhere() {
    let mut held = delivery("held", None, "e");
    (held.attempt_count, held.last_status) = (0, None);
    let text = list(&reader(), "webhook=sub_1&state=held", page(vec![held], None));
    assert!(!text.contains("/console/deliveries/msg_1"));
    assert!(
        list(&reader(), "", page(vec![delivery("dead", None, "e")], None))
            .contains("/console/deliveries/msg_1")
    );
}

#[test]
fn a_delivery_says_why_it_stands_so_and_what_to_do() {
    let signing: Signing = serde_json::from_value(webhook("Billing")).unwrap();
    let all = viewer(&[Scope::WebhooksRead, Scope::WebhooksWrite, Scope::RequestsRead]);
    let text = one::render(&all, &delivery("dead", Some("exhausted"), "oops"), Some(&signing))
        .render(&all, None)
        .into_string();
    for part in [
        "retries are used up",
        "its own log will say why",
        "1.2 s",
        "in the slow queue",
        "The first 2 are not kept",
        "0badcafe",
        "msg_1.1795251540.&lt;body&gt;",
        "v1,abc",
        "00ff",
        "Send again",
        "/console/deliveries/msg_1/request?attempt=3",
    ] {
        assert!(text.contains(part), "{part}");
    }
    let gone = one::render(&reader(), &delivery("dead", Some("archive_gone"), "x"), None)
        .render(&reader(), None)
        .into_string();
    assert!(gone.contains("no longer in the archive"));
    assert!(!gone.contains("Send again") && !gone.contains("/request?attempt"), "the key may do neither");
    let taken =
        one::render(&reader(), &delivery("delivered", None, "x"), None).render(&reader(), None).into_string();
    assert!(!taken.contains("What to do"));
}

fn sent(text: &str) -> AttemptRequest {
    let header = |name: &str, value: Option<&str>| SentHeader {
        name: name.to_owned(),
        value: value.map(str::to_owned),
    };
    AttemptRequest {
        attempt: 3,
        method: "POST".to_owned(),
        url: "https://example.com/hooks".to_owned(),
        headers: vec![header("webhook-id", Some("msg_1")), header("x-api-key", None)],
        body: text.to_owned(),
        is_exact: true,
    }
}

#[test]
fn a_call_of_curl_is_taken_by_a_shell_as_it_is_meant() {
    assert_eq!(
        request::curl(&sent("{\"a\":\"it's $HOME `x` \\n\"}")),
        "curl -X POST 'https://example.com/hooks' \\\n  -H 'webhook-id: msg_1' \\\n  -H 'x-api-key: '\"$X_API_KEY\" \\\n  --data-raw '{\"a\":\"it'\\''s $HOME `x` \\n\"}'"
    );
}

#[test]
fn bytes_that_may_be_others_are_told() {
    let told = |is_exact| request::part(&AttemptRequest { is_exact, ..sent("{}") }).into_string();
    assert!(told(true).contains("these are the bytes that were sent"));
    assert!(told(false).contains("may have been others"));
}

fn job(status: &str) -> Job {
    serde_json::from_value(json!({
        "id": "job_1", "webhook_id": "sub_1", "status": status, "since": "2026-11-20T09:00:00.000Z",
        "until": "2026-11-21T09:00:00.000Z", "states": ["failed", "held"], "looked_at": 12_000, "queued": 34, "progress": 0.25,
    }))
    .unwrap()
}

#[test]
fn a_recovery_asks_for_itself_until_it_is_done() {
    let writer = viewer(&[Scope::WebhooksRead, Scope::WebhooksWrite]);
    let running = recover::job(&writer, &webhooks(), &job("running")).render(&writer, None).into_string();
    for part in [
        r#"hx-trigger="every 1s""#,
        "12,000",
        r#"value="0.25""#,
        "/console/deliveries/jobs/job_1/cancel",
        "Billing",
    ] {
        assert!(running.contains(part), "{part}");
    }
    let done = recover::progress(&writer, &job("done")).into_string();
    assert!(!done.contains("hx-") && !done.contains("cancel"));
    assert!(!recover::progress(&reader(), &job("running")).into_string().contains("/cancel"));
}

#[test]
fn a_refused_form_keeps_what_was_typed() {
    let writer = viewer(&[Scope::WebhooksRead, Scope::WebhooksWrite]);
    let typed = Form::read(b"webhook=sub_1&since=2026-11-22T09%3A00&held=on&types=a+b");
    let error = ApiError::from(FieldError::new("eventTypes[0]", "must be an event type"));
    let text = recover::form(&writer, &webhooks(), &typed, Some(&error)).render(&writer, None).into_string();
    for part in [r#"value="2026-11-22T09:00""#, r#"value="a b""#, r#"id="types-error""#] {
        assert!(text.contains(part), "{part}");
    }
    assert_eq!(text.matches(" checked").count(), 1);
    let fresh =
        recover::form(&writer, &webhooks(), &Form::default(), None).render(&writer, None).into_string();
    assert_eq!(fresh.matches(" checked").count(), 3);
    assert!(fresh.contains(r#"value="2026-11-20T09:00""#), "a day back");
}

#[test]
fn whatever_is_shown_is_text() {
    let all = viewer(&[Scope::WebhooksRead, Scope::WebhooksWrite, Scope::RequestsRead]);
    let hooks: Vec<Webhook> = vec![serde_json::from_value(webhook(EVIL)).unwrap()];
    let signing: Signing = serde_json::from_value(webhook(EVIL)).unwrap();
    let filters =
        || Filters::read(&Form::read(format!("webhook={EVIL}&type={EVIL}&request={EVIL}").as_bytes()));
    let list = |page| List { webhooks: hooks.clone(), filters: filters(), page };
    let job = Job { webhook_id: EVIL.to_owned(), states: vec![EVIL.to_owned()], ..job("running") };
    let error = ApiError::bad_request(EVIL);
    let pages = [
        render(&all, &list(page(vec![delivery(EVIL, Some(EVIL), EVIL)], Some(EVIL)))),
        render(&all, &list(Err(ApiError::bad_request(EVIL)))),
        one::render(&all, &delivery(EVIL, Some(EVIL), EVIL), Some(&signing)),
        request::page(EVIL, &AttemptRequest { url: EVIL.to_owned(), ..sent(EVIL) }),
        live::render(&hooks, Some(EVIL)),
        recover::form(&all, &hooks, &Form::read(format!("types={EVIL}").as_bytes()), Some(&error)),
        recover::job(&all, &hooks, &job),
    ];
    for page in pages {
        let text = page.render(&all, None).into_string();
        assert!(!text.contains("<script>") && !text.contains(EVIL), "{text}");
    }
}
