//! What the request API answers, and the deliveries that its rows stand for.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::core::{
    event::{REQUEST_COMPLETED, REQUEST_FAILED},
    hash,
    inbox::{InboxMessage, Origin},
    json::{Canonical, Fields, write_key, write_string},
    time::Timestamp,
};

/// How many rows are asked for at once.
pub const PAGE: usize = 100;

/// A page of requests.
#[derive(Debug, Default)]
pub struct Page {
    /// How many rows the answer had.
    pub rows: usize,
    /// When the last of them was made, in milliseconds since 1970.
    pub last: Option<i64>,
    /// The deliveries: a message and its body each. Rows without an id make none.
    pub deliveries: Vec<(InboxMessage, String)>,
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    data: Option<Vec<&'a RawValue>>,
}

/// Reads an answer, `{"data":[…],"error":null}`; an error says what it is instead, and holds nothing of it.
pub fn read_page(answer: &str, now: Timestamp) -> Result<Page, &'static str> {
    let answer: Answer =
        serde_json::from_str(answer).map_err(|_| "the request API's answer can't be read")?;
    let rows = answer.data.ok_or("the request API answered an error")?;
    let mut page = Page { rows: rows.len(), ..Page::default() };
    for raw in rows {
        let Ok(row) = serde_json::from_str::<Fields>(raw.get()) else { continue };
        if let Some(made) = text(&row, "request_created_at").and_then(|made| moment(&made)) {
            page.last = Some(page.last.map_or(made.millis(), |last| last.max(made.millis())));
        }
        if let Some(request_id) = text(&row, "request_id") {
            page.deliveries.push(delivery(&row, &request_id, now));
        }
    }
    Ok(page)
}

/// A row as the delivery that Helicone would have sent, with what a delivery of its own does not tell: status and properties.
fn delivery(row: &Fields, request_id: &str, now: Timestamp) -> (InboxMessage, String) {
    let status: Option<u16> = number(row, "response_status").map(|status| status as u16);
    let event_type = match status {
        Some(400..) => REQUEST_FAILED,
        _ => REQUEST_COMPLETED,
    };
    let id = format!("backfill_{}", hash::name("heliograph/backfill", &[request_id], 16));
    let message = InboxMessage::new(id, Some(event_type.to_owned()), Some(request_id), Origin::Backfill, now);

    let mut body = vec![b'{'];
    write_key("request_id", &mut body);
    write_string(request_id, &mut body);
    for (name, from) in [("request_body", "request_body"), ("response_body", "response_body")] {
        if let Some(value) = row.get(from).filter(|value| value.get() != "null") {
            raw(name, value.get(), &mut body);
        }
    }
    let first = |names: &[&str]| names.iter().find_map(|name| text(row, name));
    let texts = [
        ("user_id", first(&["request_user_id"])),
        ("request_response_url", first(&["signed_body_url"])),
        ("model", first(&["response_model", "model", "request_model"])),
        ("provider", first(&["provider"])),
    ];
    for (name, value) in texts {
        if let Some(value) = value {
            write_key(name, &mut body);
            write_string(&value, &mut body);
        }
    }
    if let Some(status) = row.get("response_status") {
        raw("status", status.get(), &mut body);
    }
    if let Some(properties) = row.get("request_properties").or_else(|| row.get("properties")) {
        raw("properties", properties.get(), &mut body);
    }
    write_key("metadata", &mut body);
    body.push(b'{');
    let numbers = [
        ("cost", &["cost", "costUSD"][..]),
        ("promptTokens", &["prompt_tokens"]),
        ("completionTokens", &["completion_tokens"]),
        ("totalTokens", &["total_tokens"]),
        ("latencyMs", &["delay_ms"]),
    ];
    for (name, from) in numbers {
        let value = from.iter().find_map(|from| row.get(from).filter(|_| number(row, from).is_some()));
        if let Some(value) = value {
            raw(name, value.get(), &mut body);
        }
    }
    body.extend_from_slice(b"}}");
    let body = String::from_utf8(body).unwrap_or_default();
    // As every body that comes through the door.
    let body = Canonical::from_text(&body).map_or(body, |canonical| canonical.as_str().to_owned());
    (message, body)
}

fn raw(name: &str, value: &str, out: &mut Vec<u8>) {
    write_key(name, out);
    out.extend_from_slice(value.as_bytes());
}

fn text(row: &Fields, name: &str) -> Option<String> {
    row.get(name).and_then(|raw| serde_json::from_str(raw.get()).ok())
}

fn number(row: &Fields, name: &str) -> Option<f64> {
    row.get(name).and_then(|raw| serde_json::from_str(raw.get()).ok())
}

/// A moment as ClickHouse or Postgres writes it: RFC 3339, or with a space and without a zone, which is UTC.
fn moment(text: &str) -> Option<Timestamp> {
    Timestamp::parse(text).or_else(|| Timestamp::parse(&format!("{}Z", text.replacen(' ', "T", 1))))
}
