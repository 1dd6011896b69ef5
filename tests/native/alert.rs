//! What people are told of an event, and how the receiver's own news travel.

use heliograph::core::{
    alert::{Alert, DEFAULT_EVENTS, parse_events},
    inbox::{InboxMessage, Origin, Payload},
    insights::{
        Limited, Nanos, Signal,
        news::{self, news},
    },
    time::Timestamp,
};
use serde_json::{Value, json};

#[test]
fn an_alert_says_what_it_is_about_and_nothing_of_the_conversation() {
    let body = json!({
        "type": "guardrail.blocked", "timestamp": "2026-11-21T09:00:00.000Z",
        "data": {
            "request_id": "r", "user_id": "canary-user", "guardrail": "pii", "reason": "an e-mail\naddress",
            "model": "gpt-4o", "score": 0.5, "blocked": true, "request_body": "canary-body",
            "response_body": {"canary": 1}, "request_response_url": "https://canary/", "list": ["canary"], "none": null,
        },
    });
    let alert = Alert::of("guardrail.blocked", &body.to_string());
    assert_eq!(alert.subject, "guardrail.blocked|guardrail=pii|model=gpt-4o");
    assert_eq!(
        alert.text(),
        "guardrail.blocked\nrequest_id: r\nguardrail: pii\nreason: an e-mail address\nmodel: gpt-4o\nscore: 0.5\nblocked: true"
    );
    assert!(!alert.slack().contains("canary"));
}

#[test]
fn helicones_shape_and_odd_bodies_are_told_of_too() {
    let flat = Alert::of("request.failed", r#"{"request_id":"r","model":"m"}"#);
    assert_eq!(flat.subject, "request.failed|model=m");
    for odd in ["", "[]", "7", r#"{"type":"x","data":7}"#] {
        assert_eq!(Alert::of("endpoint.disabled", odd).title, "endpoint.disabled", "{odd}");
    }
    let many: serde_json::Map<String, Value> =
        (0..50).map(|at| (format!("k{at}"), json!("x".repeat(1000)))).collect();
    let alert = Alert::of("eval.failed", &Value::Object(many).to_string());
    assert_eq!(alert.lines.len(), 12);
    assert!(alert.text().len() < 3000);
}

#[test]
fn what_means_something_to_a_chat_is_escaped() {
    let alert = Alert::of("eval.failed", r#"{"eval":"<!channel> & <https://x|y>"}"#);
    assert_eq!(alert.slack(), "*eval.failed*\neval: &lt;!channel&gt; &amp; &lt;https://x|y&gt;");
}

#[test]
fn events_to_tell_of_are_types_and_patterns() {
    let usual = parse_events(DEFAULT_EVENTS).unwrap();
    let tells = |event_type: &str| usual.iter().any(|pattern| pattern.matches(event_type));
    for told in [
        "guardrail.blocked",
        "budget.exceeded",
        "endpoint.disabled",
        "delivery.exhausted",
        "delivery.alert_fired",
        "latency.high",
    ] {
        assert!(tells(told), "{told}");
    }
    for silent in ["request.completed", "request.failed", "eval.passed"] {
        assert!(!tells(silent), "{silent}");
    }
    for wrong in ["", ",", "a b", "guardrail.*,!"] {
        assert!(parse_events(wrong).is_none(), "{wrong}");
    }
}

#[test]
fn signals_become_deliveries_of_our_own() {
    let now = Timestamp::parse("2026-11-21T09:00:00Z").unwrap();
    let window = "2026-11-21".to_owned();
    let crossed = |percent| Signal::BudgetCrossed {
        budget: "team".into(),
        percent,
        spent: Nanos::of_dollars(8.25).unwrap(),
        limit: Nanos::of_dollars(10.0).unwrap(),
        unknown: 3,
        window: window.clone(),
    };
    let limit = Signal::UserSoftLimit {
        user: "user_1".into(),
        what: Limited::Cost,
        used: 2_500_000_000,
        limit: 2_000_000_000,
        window: window.clone(),
    };
    let latency = Signal::LatencyHigh {
        model: None,
        percentile: 95,
        ms: 7000,
        threshold: 5000,
        requests: 60,
        window: window.clone(),
    };
    let refused = Signal::SignatureFailures { failures: 50, minutes: 5, window: window.clone() };
    for (signal, event_type, data) in [
        (
            crossed(80),
            news::BUDGET_THRESHOLD_CROSSED,
            json!({"budget": "team", "percent": 80, "spent": 8.25, "limit": 10.0, "unknown_cost_requests": 3, "window": "2026-11-21"}),
        ),
        (
            crossed(100),
            news::BUDGET_EXCEEDED,
            json!({"budget": "team", "percent": 100, "spent": 8.25, "limit": 10.0, "unknown_cost_requests": 3, "window": "2026-11-21"}),
        ),
        (
            limit,
            news::USER_LIMIT_REACHED,
            json!({"user": "user_1", "what": "cost", "used": 2.5, "limit": 2.0, "window": "2026-11-21"}),
        ),
        (
            latency,
            news::LATENCY_HIGH,
            json!({"model": null, "percentile": 95, "ms": 7000, "threshold_ms": 5000, "requests": 60, "window": "2026-11-21"}),
        ),
        (refused, news::SIGNATURE_FAILURES, json!({"failures": 50, "minutes": 5, "window": "2026-11-21"})),
    ] {
        let (message, body) = news("id", &signal, now);
        let told: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(told, json!({"type": event_type, "timestamp": "2026-11-21T09:00:00.000Z", "data": data}));
        assert_eq!((message.origin, message.event_type.as_deref()), (Origin::Own, Some(event_type)));
        assert_eq!(Payload::read(&body).unwrap().event_type.as_deref(), Some(event_type));
        assert!(InboxMessage::decode(&message.encode(Some(&body))).is_ok());
    }
    let id = |id: &str| news(id, &crossed(80), now).0.id;
    assert_eq!(id("a"), id("a"), "told again, it is the same");
    assert_ne!(id("a"), id("b"));
}
