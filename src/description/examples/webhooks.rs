//! Webhooks, and what tries their settings out.

use serde_json::{Value, json};

use super::{
    events::event,
    shared::{DELIVERY, NOW, PLACE, WEBHOOK, to_value},
};
use crate::core::{
    answer::{Deleted, Secret, Tested},
    destination::Policy,
    event::catalogue::example,
    shaping::{ShapeEvent, ShapeRequest, UserIdKey},
    signature::SigningKeys,
    subscription::{Preview, PreviewEvents, PreviewRequest, SealedKeys, Settings, Shown, Subscription, view},
    time::Timestamp,
};

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
        permission: None,
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

/// The same keys for every example, of a number that nobody draws.
fn keys() -> SigningKeys {
    SigningKeys::derive(&[0; 32])
}
