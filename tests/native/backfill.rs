//! What a backfill asks for, page by page, and what it makes of the answers.

use heliograph::core::{
    backfill::{BackfillView, Job, PAGE, Spec, Status, read_page},
    inbox::{Origin, Payload, request_key},
    time::Timestamp,
};
use serde_json::{Value, json};

fn now() -> Timestamp {
    Timestamp::parse("2026-11-21T12:00:00Z").unwrap()
}

fn moment(text: &str) -> i64 {
    Timestamp::parse(text).unwrap().millis()
}

fn spec(body: Value) -> Result<Spec, (String, String)> {
    let fields = body.as_object().unwrap();
    Spec::read(fields, now()).map_err(|error| (error.path, error.problem))
}

fn job() -> Job {
    let spec = spec(json!({"since": "2026-11-20T00:00:00Z", "until": "2026-11-21T00:00:00Z"})).unwrap();
    Job::new("backfill_1".into(), spec, now())
}

#[test]
fn what_is_asked_for_is_read_strictly() {
    let open = spec(json!({"since": "2026-11-20T00:00:00Z"})).unwrap();
    assert_eq!((open.until, open.filter), (now().millis(), None));
    let future = spec(json!({"since": "2026-11-20T00:00:00Z", "until": "2027-01-01T00:00:00Z"})).unwrap();
    assert_eq!(future.until, now().millis(), "what is yet to come comes by itself");
    for nothing in [json!("all"), json!({}), json!(null)] {
        assert_eq!(spec(json!({"since": "2026-11-20T00:00:00Z", "filter": nothing})).unwrap().filter, None);
    }
    for (body, field) in [
        (json!({}), "since"),
        (json!({"since": "yesterday"}), "since"),
        (json!({"since": 5}), "since"),
        (json!({"since": "2026-12-01T00:00:00Z"}), "until"),
        (json!({"since": "2026-11-20T00:00:00Z", "until": "2026-11-20T00:00:00Z"}), "until"),
        (json!({"since": "2026-11-20T00:00:00Z", "filter": []}), "filter"),
        (json!({"since": "2026-11-20T00:00:00Z", "filter": "none"}), "filter"),
        (json!({"since": "2026-11-20T00:00:00Z", "filter": {"a": "x".repeat(20_000)}}), "filter"),
        (json!({"since": "2026-11-20T00:00:00Z", "limit": 5}), "limit"),
    ] {
        assert_eq!(spec(body.clone()).unwrap_err().0, field, "{body}");
    }
}

#[test]
fn the_question_is_a_span_and_the_own_filter() {
    let made =
        |operator: &str, at: &str| json!({"request_response_rmt": {"request_created_at": {operator: at}}});
    let span = json!({
        "left": made("gte", "2026-11-20T00:00:00.000Z"),
        "operator": "and",
        "right": made("lte", "2026-11-20T23:59:59.999Z"),
    });
    let mut job = job();
    let question = job.question();
    assert_eq!(question["filter"], span);
    assert_eq!(question["sort"], json!({"created_at": "asc"}));
    assert_eq!((&question["offset"], &question["limit"]), (&json!(0), &json!(PAGE)));
    let own = json!({"request_response_rmt": {"user_id": {"equals": "u"}}});
    job.spec.filter = Some(own.clone());
    assert_eq!(job.question()["filter"], json!({"left": span, "operator": "and", "right": own}));
}

#[test]
fn it_goes_on_from_the_last_row_and_ends_with_a_page_that_is_not_full() {
    let mut job = job();
    let first = moment("2026-11-20T06:00:00Z");
    job.note(PAGE, PAGE, Some(first), now());
    assert_eq!((job.from, job.offset, job.status), (first, 0, Status::Running));
    assert_eq!(job.progress(), 0.25);
    // A whole page made in one millisecond, and another one.
    job.note(PAGE, PAGE, Some(first), now());
    job.note(PAGE, PAGE, Some(first), now());
    assert_eq!((job.from, job.offset), (first, 2 * PAGE as u64));
    let later = first + 1;
    job.note(PAGE, 0, Some(later), now());
    assert_eq!((job.from, job.offset), (later, 0));
    // No row tells when it was made.
    job.note(PAGE, 0, None, now());
    assert_eq!((job.from, job.offset), (later, PAGE as u64));
    job.note(PAGE - 1, 3, Some(later), now());
    assert_eq!((job.status, job.read, job.queued), (Status::Done, 6 * PAGE as u64 - 1, 3 * PAGE as u64 + 3));
    let view = serde_json::to_value(BackfillView::new(&job)).unwrap();
    assert_eq!((&view["status"], &view["progress"]), (&json!("done"), &json!(1.0)));
}

#[test]
fn an_api_that_fails_is_asked_again_later_and_later_and_not_forever() {
    let mut failing = job();
    let waits: Vec<u32> = std::iter::from_fn(|| failing.fail("503".into(), false, now())).collect();
    assert_eq!(waits[..4], [5, 10, 20, 40]);
    assert_eq!((waits.len(), waits.last()), (19, Some(&3600)));
    assert_eq!((failing.status, failing.reason.as_deref()), (Status::Failed, Some("503")));
    let mut refused = job();
    assert_eq!(refused.fail("400".into(), true, now()), None);
    assert_eq!(refused.status, Status::Failed);
    let mut recovered = job();
    recovered.fail("503".into(), false, now());
    recovered.note(0, 0, None, now());
    assert_eq!((recovered.failures, recovered.reason, recovered.status), (0, None, Status::Done));
}

#[test]
fn a_row_becomes_the_delivery_that_was_missed() {
    let row = json!({
        "request_id": "r-1", "request_created_at": "2026-11-20 06:00:00.250", "request_user_id": "u",
        "request_body": {"a": 1.0}, "response_body": null, "response_status": 200, "model": "m",
        "provider": "OPENAI", "delay_ms": 12, "prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7,
        "cost": 0.5, "signed_body_url": "https://files.example.com/r-1", "request_properties": {"team": "a"},
    });
    let failed =
        json!({"request_id": "r-2", "request_created_at": "2026-11-20T06:00:01Z", "response_status": 429});
    let answer = json!({"data": [row, failed, {"request_id": null}, 7], "error": null}).to_string();
    let page = read_page(&answer, now()).unwrap();
    assert_eq!((page.rows, page.last), (4, Some(moment("2026-11-20T06:00:01Z"))));
    let [(message, body), (other, _)] = &page.deliveries[..] else {
        panic!("{} deliveries", page.deliveries.len())
    };
    assert_eq!(
        (message.origin, message.event_type.as_deref()),
        (Origin::Backfill, Some("request.completed"))
    );
    assert_eq!(message.request, Some(request_key("r-1")));
    assert_eq!(other.event_type.as_deref(), Some("request.failed"));
    assert_ne!(message.id, other.id);
    let payload = Payload::read(body).unwrap();
    assert_eq!(payload.request.unwrap().as_str(), r#"{"a":1}"#);
    assert_eq!((payload.response, payload.cost, payload.user_id.as_deref()), (None, Some(0.5), Some("u")));
    assert_eq!(payload.request_response_url.as_deref(), Some("https://files.example.com/r-1"));
    assert_eq!(payload.metadata.status, Some(200));
    assert_eq!((payload.metadata.total_tokens, payload.metadata.latency_ms), (Some(7), Some(12)));
    assert_eq!(payload.metadata.properties["team"], "a");
    let again = read_page(&answer, Timestamp::from_millis(0)).unwrap();
    assert_eq!(again.deliveries[0].0.id, message.id, "the same whenever it is read");
}

#[test]
fn an_answer_that_is_none_is_an_error_without_its_content() {
    for answer in
        ["", "[]", r#"{"data":null,"error":"canary"}"#, r#"{"error":"canary"}"#, r#"{"data":{"a":1}}"#]
    {
        assert!(!read_page(answer, now()).unwrap_err().contains("canary"), "{answer}");
    }
    assert_eq!(read_page(r#"{"data":[]}"#, now()).unwrap().rows, 0);
}
