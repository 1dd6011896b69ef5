//! From a plan to signed requests: its messages, how they share a call of the queue, and the attempt that each becomes.

use heliograph::core::{
    delivery::{CustomHeaders, INLINE_LIMIT, Message, Signer, UrlMint, attempt_request},
    event::read_record,
    hash::MacKey,
    signature::{Secrets, SignatureHeaders, SignatureSchemes, SigningKeys, Verified, verify},
    signed_url,
    time::Timestamp,
};
use serde_json::{Value, json};

use super::{BASE, SEGMENT, messages, snapshot, with_plan};
use crate::support::{now, subscription};

#[test]
fn chunks_are_what_a_queue_takes_in_one_call() {
    let snapshot = snapshot(vec![subscription("sub_1", json!({}))]);
    let small: Vec<Value> = (0..1000).map(|at| json!({"request_id": at.to_string()})).collect();
    let large: Vec<Value> =
        (0..100).map(|at| json!({"request_id": at.to_string(), "request": "x".repeat(9000), "response": "y".repeat(9000)})).collect();
    for events in [small, large] {
        with_plan(&Value::from(events.clone()).to_string(), &snapshot, |intake, plan| {
            let chunks: Vec<Vec<String>> = intake.chunks(plan).collect();
            assert_eq!(messages(intake, plan).len(), events.len());
            for chunk in &chunks {
                assert!(chunk.len() <= 100);
                assert!(chunk.iter().map(|text| text.len() + 100).sum::<usize>() <= 256_000);
            }
        });
    }
}

#[test]
fn a_body_that_is_too_large_to_travel_is_left_in_the_archive() {
    let standard = subscription("sub_1", json!({"format": "standard"}));
    let snapshot = snapshot(vec![standard]);
    let event = json!({"request_id": "a", "notes": "x".repeat(INLINE_LIMIT)});
    with_plan(&event.to_string(), &snapshot, |intake, plan| {
        let texts = messages(intake, plan);
        let (message, body) = Message::decode(&texts[0]).unwrap();
        assert_eq!(body, None);
        assert!(texts[0].len() < 1000);
        let (offset, length) = message.record;
        let segment = std::str::from_utf8(&plan.segment).unwrap();
        let event = read_record(&segment[offset as usize..(offset + length) as usize]).unwrap();
        assert_eq!(event.extra.len(), 1);
    });
    // And no message is ever larger than a queue takes.
    let worst = json!({"request_id": "\u{10ffff}".repeat(256), "id": "\u{10ffff}".repeat(256), "request": "\u{1}".repeat(10_240), "response": "\u{1}".repeat(1_000_000)});
    with_plan(&worst.to_string(), &snapshot, |intake, plan| {
        for text in messages(intake, plan) {
            assert!(text.len() < 65_536, "{}", text.len());
        }
    });
}

#[test]
fn beyond_the_budget_bodies_are_left_in_the_archive() {
    let snapshot = snapshot(vec![subscription("sub_1", json!({}))]);
    let events: Vec<Value> = (0..1000)
        .map(|at| json!({"request_id": at.to_string(), "request": "x".repeat(10_000), "response": "y".repeat(9_900)}))
        .collect();
    with_plan(&Value::from(events).to_string(), &snapshot, |intake, plan| {
        let inlined =
            messages(intake, plan).iter().filter(|text| Message::decode(text).unwrap().1.is_some()).count();
        assert!((500..1000).contains(&inlined), "{inlined}");
    });
}

#[test]
fn an_attempt_verifies_and_each_one_is_fresh() {
    let snapshot = snapshot(vec![subscription("sub_1", json!({}))]);
    let event = r#"{"request_id":"a","model":"m","request":"é😀\u2028\\","traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}"#;
    let text = with_plan(event, &snapshot, |intake, plan| messages(intake, plan).remove(0));
    let (message, body) = Message::decode(&text).unwrap();
    let (newest, oldest) = (SigningKeys::derive(&[1; 32]), SigningKeys::derive(&[2; 32]));
    let signer = Signer::new(&[newest.clone(), oldest.clone()], SignatureSchemes::default()).unwrap();
    let url_key = MacKey::new(&[9; 32]);
    let mint = UrlMint { key: &url_key, ttl_seconds: 1800, presigner: None, is_shaped: false };
    let attempt = |number: u32, at: Timestamp| {
        attempt_request(&message, body.unwrap(), number, &signer, &CustomHeaders::default(), &mint, at)
    };
    let first = attempt(1, now());
    let header = |request: &heliograph::core::delivery::AttemptRequest, name: &str| {
        request.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.clone())
    };

    for keys in [&newest, &oldest] {
        let secrets = Secrets::parse(&keys.signing_secret).unwrap();
        let headers = SignatureHeaders {
            id: header(&first, "webhook-id"),
            timestamp: header(&first, "webhook-timestamp"),
            signature: header(&first, "webhook-signature"),
            any_webhook_header: true,
            helicone: None,
        };
        let verified = verify(&headers, &first.body, &secrets, now());
        assert_eq!(verified, Ok(Verified::Standard { id: message.id.clone() }));
    }
    let legacy = SignatureHeaders { helicone: header(&first, "helicone-signature"), ..Default::default() };
    assert!(verify(&legacy, &first.body, &Secrets::parse(&newest.hmac_key).unwrap(), now()).is_ok());
    assert_eq!(header(&first, "x-helicone-signature"), header(&first, "helicone-signature"));
    assert_eq!(header(&first, "content-type").as_deref(), Some("application/json"));
    assert_eq!(header(&first, "webhook-event-type").as_deref(), Some("request.completed"));
    assert_eq!(header(&first, "webhook-api-version").as_deref(), Some("2026-11-21"));
    assert!(header(&first, "traceparent").unwrap().starts_with("00-4bf9"));
    assert_eq!(header(&first, "webhook-truncated"), None);

    let sent: Value = serde_json::from_slice(&first.body).unwrap();
    let url = sent["request_response_url"].as_str().unwrap();
    let (path, query) = url.strip_prefix(BASE).unwrap().split_once('?').unwrap();
    let locator = signed_url::open(path, Some(query), now(), &url_key).unwrap();
    assert_eq!(
        (locator.key.as_str(), locator.offset, locator.length),
        (SEGMENT, message.exchange.0, message.exchange.1)
    );
    assert!(signed_url::open(path, Some(query), now().plus_seconds(1799), &url_key).is_some());
    assert!(signed_url::open(path, Some(query), now().plus_seconds(1800), &url_key).is_none());

    let second = attempt(2, now().plus_seconds(5));
    assert_eq!(header(&second, "webhook-id"), header(&first, "webhook-id"));
    assert_eq!(header(&second, "webhook-attempt").as_deref(), Some("2"));
    for fresh in ["webhook-timestamp", "webhook-signature", "helicone-signature"] {
        assert_ne!(header(&second, fresh), header(&first, fresh), "{fresh}");
    }
    assert_ne!(second.body, first.body, "the URL is minted anew");
}

#[test]
fn cut_fields_are_named_in_a_header() {
    let snapshot = snapshot(vec![subscription("sub_1", json!({}))]);
    let event = json!({"request_id": "a", "request": "x".repeat(20_000), "response": "y".repeat(20_000)});
    let text = with_plan(&event.to_string(), &snapshot, |intake, plan| messages(intake, plan).remove(0));
    let (message, body) = Message::decode(&text).unwrap();
    let signer = Signer::new(&[SigningKeys::derive(&[1; 32])], SignatureSchemes::default()).unwrap();
    let key = MacKey::new(&[9; 32]);
    let request = attempt_request(
        &message,
        body.unwrap(),
        1,
        &signer,
        &CustomHeaders::default(),
        &UrlMint { key: &key, ttl_seconds: 60, presigner: None, is_shaped: false },
        now(),
    );
    let truncated = request.headers.iter().find(|(name, _)| name == "webhook-truncated");
    assert_eq!(truncated.map(|(_, value)| value.as_str()), Some("request_body,response_body"));
}

#[test]
fn foreign_messages_are_told_apart() {
    for foreign in ["", "{}", "x\ny", "{\"v\":1}", "null\n{}"] {
        assert!(Message::decode(foreign).is_err(), "{foreign}");
    }
    let snapshot = snapshot(vec![subscription("sub_1", json!({}))]);
    let text = with_plan(r#"{"request_id":"a"}"#, &snapshot, |intake, plan| messages(intake, plan).remove(0));
    let newer = text.replacen("\"v\":1", "\"v\":2", 1);
    assert!(Message::decode(&newer).is_err());
}

#[test]
fn messages_come_one_subscription_after_another_and_each_in_the_events_order() {
    let only = |event_type: &str| json!({"eventTypes": [event_type]});
    let snapshot = snapshot(vec![
        subscription("sub_b", only("b.*")),
        subscription("sub_all", json!({"eventTypes": ["*"]})),
        subscription("sub_a", only("a.*")),
    ]);
    let events = ["a.1", "b.1", "a.2", "b.2"].map(|name| json!({"request_id": name, "type": name}));
    with_plan(&Value::from(events.to_vec()).to_string(), &snapshot, |intake, plan| {
        let messages = messages(intake, plan);
        let read = |text: &String| Message::decode(text).map(|(message, _)| message).unwrap();
        let order: Vec<(String, String)> =
            messages.iter().map(read).map(|message| (message.subscription, message.event_type)).collect();
        let order: Vec<(&str, &str)> =
            order.iter().map(|(whose, what)| (whose.as_str(), what.as_str())).collect();
        let all = ["a.1", "b.1", "a.2", "b.2"].map(|name| ("sub_all", name));
        let expected = [&all[..], &[("sub_a", "a.1"), ("sub_a", "a.2"), ("sub_b", "b.1"), ("sub_b", "b.2")]];
        assert_eq!(order, expected.concat());
    });
}

#[test]
fn a_shaped_subscription_is_queued_a_body_of_its_own() {
    let redacted = json!({"redact": {"detectors": ["email"]}});
    let hashed = json!({"hashUserId": true, "exclude": ["trace_id"]});
    let snapshot = snapshot(vec![
        subscription("sub_plain", json!({})),
        subscription("sub_one", json!({"fields": redacted})),
        subscription("sub_same", json!({"fields": redacted})),
        subscription("sub_hash", json!({"fields": hashed})),
        subscription("sub_other", json!({"fields": hashed})),
    ]);
    let event = json!({
        "request_id": "a", "user_id": "u-1", "request": "jane@example.com", "trace_id": "jane@example.com", "route_id": "r-1",
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    });
    let large = json!({"request_id": "b", "request": "x".repeat(1_100_000)});
    let body = json!([event, large]).to_string();
    with_plan(&body, &snapshot, |intake, plan| {
        let texts = messages(intake, plan);
        let of = |id: &str| {
            let all = texts.iter().map(|text| Message::decode(text).unwrap());
            let mut its = all.filter(|(message, _)| message.subscription == id);
            (its.next().unwrap(), its.next().unwrap())
        };
        let body_of = |id: &str| of(id).0.1.unwrap().to_owned();
        assert!(body_of("sub_plain").contains("jane@example.com"));
        assert_eq!(body_of("sub_one"), body_of("sub_same"));
        assert!(body_of("sub_one").contains("[email]") && !body_of("sub_one").contains("jane"));
        assert!(body_of("sub_hash").contains("usr_") && body_of("sub_hash") != body_of("sub_other"));
        assert_eq!(of("sub_plain").0.0.fields, None);
        let rules = snapshot.subscriptions[1].settings.fields.as_ref();
        assert!(of("sub_one").0.0.is_shaped_by(rules) && !of("sub_one").0.0.is_shaped_by(None));
        assert!(of("sub_one").0.0.traceparent.is_some());
        assert_eq!(of("sub_hash").0.0.traceparent, None, "what it is made of is left out");
        let told = |id: &str| (of(id).0.0.trace_id, of(id).0.0.route_id);
        assert_eq!(told("sub_plain"), (Some("jane@example.com".to_owned()), Some("r-1".to_owned())));
        assert_eq!(told("sub_one"), (Some("[email]".to_owned()), Some("r-1".to_owned())));
        assert_eq!(told("sub_hash"), (None, Some("r-1".to_owned())));
        assert!(of("sub_plain").1.1.is_some(), "cut to 10 KB");
        assert!(of("sub_one").1.1.is_none(), "looked through when it is sent");
    });
}
