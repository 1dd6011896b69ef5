//! Deliveries and recoveries.

use serde_json::{Value, json};

use super::shared::{DELIVERY, NOW, WEBHOOK, to_value};
use crate::core::{
    answer::{DeliveryPage, Queued},
    api_version::ApiVersion,
    delivery::{AttemptRequest, CustomHeaders, RequestView},
    ledger::{DeliveryView, Row},
    replay::{Job, JobView, Spec},
    time::Timestamp,
};

/// The id of a recovery.
pub const JOB: &str = "job_a16706528e51f1e0eb4948a7d1d65ec3";

/// A delivery that took two attempts, as the ledger keeps it.
fn row() -> Option<Row> {
    let attempt = |number: u32, at: i64, status: u16| {
        json!({
            "number": number, "at": at, "ms": 84, "lane": "express", "status": status, "reply": "ok",
            "signatures": [["webhook-signature", "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4="]],
        })
    };
    let message = json!({
        "v": 1, "id": DELIVERY, "org": "default", "subscription": WEBHOOK,
        "event": "request.completed:0f4d7f3e", "event_type": "request.completed", "accepted_at": NOW,
        "base_url": "https://hooks.example.com", "segment": "archive/default/2026-11-21/09/1", "record": [0, 1],
        "exchange": [0, 1], "api_version": ApiVersion::NEWEST,
    });
    let second = NOW.saturating_add(5000);
    serde_json::from_value(json!({
        "message": message, "state": "delivered", "made": 2, "updated_at": second,
        "attempts": [attempt(1, NOW, 503), attempt(2, second, 200)],
    }))
    .ok()
}

/// A delivery with its attempts.
pub fn delivery() -> Value {
    row().map(|row| to_value(&DeliveryView::full(&row))).unwrap_or_default()
}

/// A page of deliveries.
pub fn delivery_page() -> Value {
    let rows: Vec<Row> = row().into_iter().collect();
    let deliveries = rows.iter().map(DeliveryView::short).collect();
    to_value(&DeliveryPage { deliveries, next_cursor: None })
}

/// What an attempt sent.
pub fn attempt_request() -> Value {
    let request = AttemptRequest {
        headers: vec![
            ("content-type".into(), "application/json".to_owned()),
            ("webhook-id".into(), DELIVERY.to_owned()),
            ("webhook-signature".into(), String::new()),
        ],
        body: br#"{"request_id":"0f4d7f3e","request_response_url":"https://hooks.example.com/payloads/default/1"}"#.to_vec(),
    };
    let row = row();
    let attempt = row.as_ref().and_then(|row| row.attempts.last());
    let url = "https://example.com/hooks";
    let view = attempt
        .and_then(|attempt| RequestView::new(DELIVERY, attempt, url, &request, &CustomHeaders::default()));
    view.map(|view| to_value(&view)).unwrap_or_default()
}

/// A delivery that is queued again.
pub fn queued() -> Value {
    to_value(&Queued { id: DELIVERY, queued: true })
}

/// A recovery that has just begun.
pub fn job() -> Value {
    let now = Timestamp::from_millis(NOW);
    let fields = json!({"since": "2026-11-20T00:00:00Z"});
    let spec = fields.as_object().and_then(|fields| Spec::read(fields, now).ok());
    let job = spec.map(|spec| Job::new(JOB.to_owned(), spec, now));
    job.map(|job| to_value(&JobView::new(&job, WEBHOOK))).unwrap_or_default()
}
