//! What the receiver reads out of a verified delivery.

use heliograph::core::{
    ids::is_webhook_id,
    inbox::{INLINE_LIMIT, InboxMessage, Payload, legacy_id, retry_delay, stored_key},
    time::Timestamp,
};

#[test]
fn both_shapes_are_read() {
    let flat = Payload::read(
        r#"{"request_id":"r","request_body":{"a":1},"response_body":"{\"b\":2}","user_id":"u","request_response_url":"https://x/","model":"m","provider":"OPENAI","metadata":{"cost":0.5}}"#,
    )
    .unwrap();
    let standard = Payload::read(
        r#"{"type":"request.completed","timestamp":"2026-11-21T09:00:00.000Z","data":{"request_id":"r","user_id":"u","model":"m","provider":"OPENAI","cost":0.5,"request_body":{"a":1},"response_body":"{\"b\":2}","request_response_url":"https://x/"}}"#,
    )
    .unwrap();
    assert_eq!(flat.event_type, None);
    assert_eq!(standard.event_type.as_deref(), Some("request.completed"));
    assert_eq!(Payload { event_type: None, ..standard }, flat);
    assert_eq!(flat.cost, Some(0.5));
    assert_eq!(flat.request.unwrap().as_str(), r#"{"a":1}"#);
}

#[test]
fn unexpected_types_read_as_absent_and_only_a_non_object_is_refused() {
    let odd =
        Payload::read(r#"{"request_id":7,"model":null,"metadata":[],"request_response_url":{},"extra":1}"#)
            .unwrap();
    assert_eq!(odd, Payload::default());
    for refused in ["", "[]", "null", "\"x\"", "{"] {
        assert!(Payload::read(refused).is_err(), "{refused}");
    }
}

#[test]
fn the_mock_url_of_helicones_test_button_is_not_fetched() {
    let mock = r#"{"request_response_url":"https://s3.us-west-2.amazonaws.com/x?X-Amz-Expires=86400&X-Amz-Signature=mocksignature123456789"}"#;
    assert_eq!(Payload::read(mock).unwrap().fetchable_url(), None);
    assert_eq!(
        Payload::read(r#"{"request_response_url":"https://x/"}"#).unwrap().fetchable_url(),
        Some("https://x/")
    );
    assert_eq!(Payload::read("{}").unwrap().fetchable_url(), None);
}

#[test]
fn the_full_exchange_replaces_what_was_cut() {
    let mut payload = Payload::read(r#"{"request_body":"{\"cut","response_body":{"b":1}}"#).unwrap();
    payload.adopt_exchange(r#"{"request":{"whole":true}}"#).unwrap();
    assert_eq!(payload.request.as_ref().unwrap().as_str(), r#"{"whole":true}"#);
    assert_eq!(payload.response.as_ref().unwrap().as_str(), r#"{"b":1}"#, "kept where the exchange has none");
    let before = payload.clone();
    assert_eq!(payload.adopt_exchange("{}"), Ok(()));
    for useless in ["", "[]", "<Error/>", r#"{"data":1}"#] {
        assert!(payload.adopt_exchange(useless).is_err(), "{useless}");
        assert_eq!(payload, before);
    }
}

#[test]
fn messages_come_back_as_they_were() {
    let message =
        InboxMessage::new("msg_1".into(), Some("request.completed".into()), Timestamp::from_millis(5));
    let text = message.encode(Some("{\n\"a\": 1}"));
    assert_eq!(InboxMessage::decode(&text), Ok((message.clone(), Some("{\n\"a\": 1}"))));
    assert_eq!(InboxMessage::decode(&message.encode(None)), Ok((message, None)));
    for foreign in ["", "{}", "{\"v\":2}\n{}", "x"] {
        assert!(InboxMessage::decode(foreign).is_err(), "{foreign}");
    }
    assert!(
        InboxMessage::new("a".repeat(64), None, Timestamp::default()).encode(None).len() + INLINE_LIMIT
            < 128_000
    );
}

#[test]
fn ids_of_deliveries_that_carry_none_follow_from_what_they_are() {
    let id = legacy_id(Some("r"), "body");
    assert!(is_webhook_id(&id));
    assert_eq!(id, legacy_id(Some("r"), "body"));
    assert_ne!(id, legacy_id(Some("r"), "body2"));
    assert_ne!(id, legacy_id(None, "body"));
    assert!(stored_key("msg_1", [1; 8]).starts_with("inbox/msg_1/"));
}

#[test]
fn handling_is_tried_again_later_and_later_but_not_forever() {
    let delays: Vec<u32> = (1..).map_while(retry_delay).collect();
    assert_eq!(delays.first(), Some(&5));
    assert!(delays.windows(2).all(|pair| pair[0] <= pair[1]));
    assert_eq!(delays.last(), Some(&3600));
    let hours = delays.iter().sum::<u32>() / 3600;
    assert!((5..10).contains(&hours), "{hours} h");
    assert_eq!(retry_delay(u32::MAX), None);
}
