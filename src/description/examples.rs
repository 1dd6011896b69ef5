//! Examples. Those of answers are made by the code that makes the answers.

use serde_json::{Value, json};

use crate::core::{
    answer::{
        Accepted, Deleted, DeliveryPage, Health, KeyView, Logged, OrgView, Queued, Received, Secret,
        SettingsView, Tested,
    },
    api_version::ApiVersion,
    auth::Scope,
    destination::Policy,
    event::catalogue::example,
    event_types::ShownAs,
    format::ContentMode,
    history::{
        day_number,
        query::{RequestPage, RequestView, Row as RequestRow},
    },
    intake::Rejection,
    ledger::{DeliveryView, Row},
    org::Retain,
    payload::Place,
    replay::{Job, JobView, Spec},
    review::{Claim, Item, Reason, ReviewPage, ReviewView, State},
    rules::{CurrentView, Detailed, Rule, RuleView},
    shaping::{ShapeEvent, ShapeRequest, UserIdKey},
    signature::SigningKeys,
    subscription::{Preview, PreviewEvents, PreviewRequest, SealedKeys, Settings, Shown, Subscription, view},
    time::Timestamp,
};

/// 2026-11-21T09:00:00Z, when everything in the examples happens.
const NOW: i64 = 1_795_251_600_000;
const WEBHOOK: &str = "sub_4780bffc40b9943f654998c67b7fda4b";
/// Whose events they are.
const PLACE: Place<'static> = Place { org: "default", base_url: "https://hooks.example.com" };
/// The id of a delivery.
pub const DELIVERY: &str = "msg_a167065238948a7d1d65ec0eb4e51f1e";
/// The id of a request.
pub const REQUEST: &str = "0f4d7f3e-6d0c-4c53-9a53-1f6f1d2b7c11";
/// A signed URL that nobody signed.
const PAYLOAD: &str = "https://hooks.example.com/payloads/default/2026-11-21/09/0193a5c2f1a0-5f2b7c11?offset=87&length=156&expires=1795253400&signature=…";
/// The id of a recovery.
pub const JOB: &str = "job_a16706528e51f1e0eb4948a7d1d65ec3";
/// Says of itself that it is none: nobody shall take an example's key for one.
const API_KEY: &str = "hg_default_<48 hex characters and a checksum of 12>";

/// An event, as a gateway sends it.
pub fn event() -> Value {
    example("request.completed", "0f4d7f3e-6d0c-4c53-9a53-1f6f1d2b7c11")
}

/// A span of an LLM call, as an OpenTelemetry SDK exports it.
pub fn traces() -> Value {
    let text = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
    let number = |key: &str, value: &str| json!({"key": key, "value": {"intValue": value}});
    let messages =
        json!([{"role": "user", "parts": [{"type": "text", "content": "Say hello."}]}]).to_string();
    let span = json!({
        "traceId": "4bf92f3577b34da6a3ce929d0e0e4736",
        "spanId": "00f067aa0ba902b7",
        "name": "chat gpt-4o",
        "kind": 3,
        "startTimeUnixNano": "1795251599070000000",
        "endTimeUnixNano": "1795251600000000000",
        "attributes": [
            text("gen_ai.operation.name", "chat"),
            text("gen_ai.provider.name", "openai"),
            text("gen_ai.request.model", "gpt-4o"),
            text("gen_ai.response.model", "gpt-4o-2024-08-06"),
            number("gen_ai.usage.input_tokens", "13"),
            number("gen_ai.usage.output_tokens", "17"),
            text("gen_ai.input.messages", &messages),
            text("user.id", "test-user"),
        ],
    });
    json!({"resourceSpans": [{
        "resource": {"attributes": [text("service.name", "shop")]},
        "scopeSpans": [{"scope": {"name": "instrumentation"}, "spans": [span]}],
    }]})
}

/// Several of different types.
pub fn events() -> Value {
    json!([event(), example("guardrail.blocked", "5b2f7c11-9a53-4c53-6d0c-0f4d7f3e1f6f")])
}

/// The same as NDJSON.
pub fn ndjson() -> Value {
    let lines: Vec<String> =
        events().as_array().into_iter().flatten().map(|event| format!("{event}\n")).collect();
    lines.concat().into()
}

/// What became of events.
pub fn accepted() -> Value {
    let error =
        "request_id: is required: a non-empty string of at most 256 characters without control characters";
    to_value(&Accepted {
        accepted: 2,
        deliveries: 2,
        held: 0,
        rejected: vec![Rejection { index: 1, error: error.to_owned() }],
    })
}

/// What became of a log.
pub fn logged() -> Value {
    to_value(&Logged { request_id: "0f4d7f3e-6d0c-4c53-9a53-1f6f1d2b7c11", deliveries: 1, held: 0 })
}

/// A full exchange.
pub fn exchange() -> Value {
    let event = event();
    json!({"request": event.get("request"), "response": event.get("response")})
}

/// A creation with what most need.
pub fn creation() -> Value {
    json!({
        "destination": "https://hooks.example.com/llm",
        "description": "Production traffic, for scoring",
        "metadata": {"team": "evals"},
        "eventTypes": ["request.completed", "guardrail.*"],
        "sampleRate": 25,
        "propertyFilters": [{"key": "environment", "value": "production"}],
        "filter": {"cost": {"$gt": 0.05}},
        "signatures": ["helicone", "v1"],
        "retrySchedule": [5, 300, 1800],
        "timeoutMs": 5000,
    })
}

/// A creation as Helicone's documentation has it.
pub fn helicone_creation() -> Value {
    json!({
        "destination": "https://hooks.example.com/llm",
        "config": {
            "sampleRate": 100,
            "propertyFilters": [{"key": "environment", "value": "production"}],
        },
        "includeData": true,
    })
}

/// A webhook with as many of its secrets as are shown.
pub fn webhook(shown: Shown) -> Value {
    let now = Timestamp::from_millis(NOW);
    let creation = creation();
    let fields = creation.as_object().cloned().unwrap_or_default();
    let Ok(settings) = Settings::read(&fields, &[], &Policy::default()) else { return Value::Null };
    let sealed = SealedKeys {
        sealed: String::new(),
        public_key: keys().public_key().map(|key| key.to_text()).unwrap_or_default(),
        created_at: NOW,
        expires_at: None,
    };
    let subscription = Subscription {
        id: WEBHOOK.to_owned(),
        revision: 1,
        created_at: NOW,
        updated_at: NOW,
        settings,
        keys: vec![sealed],
        headers: None,
        disabled: None,
    };
    to_value(&view(&subscription, &[keys()], shown, now))
}

/// The newest keys of a webhook.
pub fn secret() -> Value {
    let keys = keys();
    to_value(&Secret { id: WEBHOOK, hmac_key: &keys.hmac_key, signing_secret: &keys.signing_secret })
}

/// A webhook that is gone.
pub fn deleted() -> Value {
    to_value(&Deleted { id: WEBHOOK, deleted: true })
}

/// What came of a test delivery.
pub fn tested() -> Value {
    to_value(&Tested {
        success: true,
        message: "Test webhook sent successfully".to_owned(),
        event_type: "request.completed".to_owned(),
        delivery_id: DELIVERY.to_owned(),
        status: Some(200),
        failure: None,
        latency_ms: 84,
        reply: "ok".to_owned(),
        advice: None,
    })
}

/// What a preview of events comes to.
pub fn previewed() -> Value {
    let body = json!({
        "eventTypes": ["request.*"],
        "filter": {"cost": {"$gt": 0.05}},
        "events": [event(), example("request.failed", "5b2f7c11-9a53-4c53-6d0c-0f4d7f3e1f6f")],
    });
    let now = Timestamp::from_millis(NOW);
    let Ok(PreviewRequest { criteria, events }) = PreviewRequest::read(body.to_string().as_bytes(), now)
    else {
        return Value::Null;
    };
    let mut preview = Preview::of(&events);
    if let PreviewEvents::Given(events) = &events {
        events.iter().for_each(|event| preview.look_at(&criteria, event));
    }
    to_value(&preview)
}

/// What shaping leaves of an event.
pub fn shaped() -> Value {
    let fields = json!({"exclude": ["request_body"], "redact": {"detectors": "all"}, "hashUserId": true});
    let body = json!({"fields": fields, "event": event()});
    let now = Timestamp::from_millis(NOW);
    let key = UserIdKey::derive(b"an example");
    match ShapeRequest::read(body.to_string().as_bytes(), now) {
        Ok(asked) => match &asked.event {
            ShapeEvent::Given(event) => to_value(&asked.try_out(event, PLACE, &key)),
            ShapeEvent::Newest => Value::Null,
        },
        Err(_) => Value::Null,
    }
}

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

/// A blocked request that somebody is looking at.
fn item() -> Item {
    Item {
        id: DELIVERY.to_owned(),
        at: NOW,
        event_type: "guardrail.blocked".to_owned(),
        reason: Reason::Event,
        data: "inline".to_owned(),
        request_id: Some("5b2f7c11-9a53-4c53-6d0c-0f4d7f3e1f6f".to_owned()),
        user_id: None,
        model: None,
        provider: None,
        claim: Some(Claim { reviewer: "ada".to_owned(), until: NOW.saturating_add(900_000) }),
        label: None,
    }
}

/// A review, with or without its exchange.
pub fn review(with_exchange: bool) -> Value {
    let exchange = json!({
        "event": {"guardrail": "pii", "action": "blocked", "reason": "an e-mail address was found"},
        "request": null,
        "response": null,
    })
    .to_string();
    let item = item();
    let view = ReviewView::new(&item, NOW);
    to_value(&if with_exchange { view.with_exchange(Some(&exchange)) } else { view })
}

/// A page of reviews.
pub fn review_page() -> Value {
    to_value(&ReviewPage::new(&[item()], 50, State::Claimed, NOW))
}

/// An API key, with or without its text.
pub fn key(is_new: bool) -> Value {
    to_value(&KeyView {
        id: "key_0f4d7f3e6d0c4c539a531f6f",
        org: "default",
        name: "gateway",
        scopes: &[Scope::EventsWrite],
        created_at: Timestamp::from_millis(NOW).to_string(),
        last_used_at: None,
        key: is_new.then_some(API_KEY),
    })
}

/// An org.
pub fn org() -> Value {
    to_value(&OrgView {
        id: "acme".to_owned(),
        name: "Acme".to_owned(),
        created_at: Some(Timestamp::from_millis(NOW).to_string()),
    })
}

/// The org that is always there.
pub fn default_org() -> Value {
    to_value(&OrgView { id: "default".to_owned(), name: "default".to_owned(), created_at: None })
}

/// An event type as the catalogue shows it.
pub fn event_type() -> Value {
    let shown = ShownAs { version: ApiVersion::NEWEST, format: None, content_mode: ContentMode::default() };
    to_value(&shown.one("eval.failed", &[], PLACE))
}

/// A rule.
pub fn rule() -> Value {
    with_rule(|rule| to_value(&RuleView::from(rule)))
}

/// A rule with its current window.
pub fn rule_window() -> Value {
    let current = CurrentView {
        key: Some("u-1".to_owned()),
        value: Some(50.37),
        requests: 812,
        unknown_cost_requests: 0,
        crossed: true,
    };
    let window_start = "2026-11-21T00:00:00.000Z".to_owned();
    with_rule(|rule| to_value(&Detailed { rule: rule.into(), window_start, current: vec![current] }))
}

fn with_rule(show: impl FnOnce(&Rule) -> Value) -> Value {
    let fields = json!({"name": "a user's day", "metric": "cost", "per": "user", "threshold": 50});
    let fields = fields.as_object().cloned().unwrap_or_default();
    Rule::read("rule_0f4d7f3e6d0c4c53".to_owned(), &fields).map(|rule| show(&rule)).unwrap_or_default()
}

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

fn request_row() -> RequestRow {
    let row = json!({
        "key": 2_174_327_193_600_001_f64, "request_id": REQUEST, "created_at": NOW as f64, "event_type": "request.completed",
        "user_id": "u-1", "model": "gpt-4o", "provider": "OPENAI", "status": 200.0, "cost": 0.000_202_5, "latency_ms": 930.0,
        "prompt_tokens": 13.0, "completion_tokens": 17.0, "total_tokens": 30.0,
        "properties": "{\"environment\":\"production\"}", "is_cut": 0.0, "segment": "", "place": "", "scores": "{\"accuracy\":95}",
    });
    serde_json::from_value(row).unwrap_or_default()
}

/// What an org has decided.
pub fn settings() -> Value {
    to_value(&SettingsView { retain: Retain::All, retention_days: Some(90) })
}

/// A delivery that the receiver has taken.
pub fn received() -> Value {
    to_value(&Received { status: "accepted", id: DELIVERY })
}

/// What a deployment says of itself.
pub fn health() -> Value {
    let version = env!("CARGO_PKG_VERSION");
    to_value(&Health { status: "ok", roles: vec!["dispatcher", "receiver"], version })
}

/// The same keys for every example, of a number that nobody draws.
fn keys() -> SigningKeys {
    SigningKeys::derive(&[0; 32])
}

fn to_value(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
