//! Requests of the history.

use serde_json::{Value, json};

use super::shared::{NOW, REQUEST, WEBHOOK, to_value};
use crate::core::{
    filter::{Mismatch, Reason},
    history::{
        day_number,
        query::{RequestPage, RequestView, Row},
    },
    subscription::{Verdict, Verdicts},
    time::Timestamp,
};

/// A signed URL that nobody signed.
const PAYLOAD: &str = "https://hooks.example.com/payloads/default/2026-11-21/09/0193a5c2f1a0-5f2b7c11?offset=87&length=156&expires=1795253400&signature=…";

/// A request of the history.
pub fn request() -> Value {
    let row = request_row();
    to_value(&RequestView::new(day_number(Timestamp::from_millis(NOW)), &row, PAYLOAD.to_owned()))
}

/// A page of requests.
pub fn request_page() -> Value {
    let row = request_row();
    let view = RequestView::new(day_number(Timestamp::from_millis(NOW)), &row, PAYLOAD.to_owned());
    to_value(&RequestPage { requests: vec![view], next_cursor: None })
}

/// What webhooks make of it.
pub fn verdicts() -> Value {
    let why = Mismatch { path: "filter.cost.$gt".to_owned(), reason: Reason::WrongValue };
    let event_id = format!("request.completed:{REQUEST}");
    to_value(&Verdicts {
        event_id: &event_id,
        event_type: "request.completed",
        trace_id: None,
        webhooks: vec![Verdict { webhook_id: WEBHOOK, why: Some(why), delivery: None }],
    })
}

fn request_row() -> Row {
    let row = json!({
        "key": 2_174_327_193_600_001_f64, "request_id": REQUEST, "created_at": NOW as f64, "event_type": "request.completed",
        "user_id": "u-1", "model": "gpt-4o", "provider": "OPENAI", "status": 200.0, "cost": 0.000_202_5, "latency_ms": 930.0,
        "prompt_tokens": 13.0, "completion_tokens": 17.0, "total_tokens": 30.0,
        "properties": "{\"environment\":\"production\"}", "is_cut": 0.0, "segment": "", "place": "", "scores": "{\"accuracy\":95}",
    });
    serde_json::from_value(row).unwrap_or_default()
}
