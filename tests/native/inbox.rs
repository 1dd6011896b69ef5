//! What the receiver reads out of a verified delivery.

use heliograph::core::{
    ids::is_webhook_id,
    inbox::{
        INLINE_LIMIT, InboxMessage, Metadata, Origin, Payload, Width, exchange_of_row, legacy_id,
        request_key, retry_delay, shard_of, stored_key,
    },
    time::Timestamp,
};

#[test]
fn both_shapes_are_read() {
    let flat = Payload::read(
        r#"{"request_id":"r","request_body":{"a":1},"response_body":"{\"b\":2}","user_id":"u","request_response_url":"https://x/","model":"m","provider":"OPENAI","metadata":{"cost":0.5,"promptTokens":3,"completionTokens":4,"totalTokens":7,"latencyMs":12.5}}"#,
    )
    .unwrap();
    let standard = Payload::read(
        r#"{"type":"request.completed","timestamp":"2026-11-21T09:00:00.000Z","data":{"request_id":"r","user_id":"u","model":"m","provider":"OPENAI","cost":0.5,"status":200,"latency_ms":12.5,"usage":{"prompt_tokens":3,"completion_tokens":4},"properties":{"team":"a","n":1,"on":true,"list":[]},"request_body":{"a":1},"response_body":"{\"b\":2}","request_response_url":"https://x/"}}"#,
    )
    .unwrap();
    let cloud_event = Payload::read(
        r#"{"specversion":"1.0","id":"e","source":"s","type":"request.completed","time":"2026-11-21T09:00:00.000Z","data":{"request_id":"r","user_id":"u","model":"m","provider":"OPENAI","cost":0.5,"status":200,"latency_ms":12.5,"usage":{"prompt_tokens":3,"completion_tokens":4},"properties":{"team":"a","n":1,"on":true,"list":[]},"request_body":{"a":1},"response_body":"{\"b\":2}","request_response_url":"https://x/"}}"#,
    );
    assert_eq!(cloud_event, Ok(standard.clone()));
    assert_eq!(flat.event_type, None);
    assert_eq!(standard.event_type.as_deref(), Some("request.completed"));
    let told = Metadata {
        prompt_tokens: Some(3),
        completion_tokens: Some(4),
        total_tokens: Some(7),
        latency_ms: Some(12),
        ..Metadata::default()
    };
    assert_eq!(flat.metadata, told);
    assert_eq!(standard.metadata.status, Some(200));
    assert_eq!(standard.metadata.at, Timestamp::parse("2026-11-21T09:00:00Z"));
    let properties: Vec<(&str, &str)> =
        standard.metadata.properties.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(properties, [("n", "1"), ("on", "true"), ("team", "a")]);
    assert_eq!(Payload { event_type: None, metadata: told, ..standard }, flat);
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
fn what_helicone_does_not_know_is_not_zero() {
    let read = |metadata: &str| {
        let mut payload = Payload::read(&format!(r#"{{"metadata":{metadata}}}"#)).unwrap();
        payload.forget_zeros();
        (payload.cost, payload.metadata.prompt_tokens, payload.metadata.total_tokens)
    };
    let unknown = r#"{"cost":0,"promptTokens":0,"completionTokens":0,"totalTokens":0}"#;
    assert_eq!(read(unknown), (None, None, None));
    let half = r#"{"cost":0.1,"promptTokens":5,"completionTokens":0,"totalTokens":5}"#;
    assert_eq!(read(half), (Some(0.1), Some(5), Some(5)));
    assert_eq!(read(r#"{"cost":-1,"promptTokens":1.5}"#), (None, None, None));
}

#[test]
fn the_request_apis_answer_becomes_an_exchange() {
    let row = r#"{"data":{"request_id":"r","request_body":{"a":1},"response_body":null},"error":null}"#;
    assert_eq!(exchange_of_row(row).as_deref(), Some(r#"{"request":{"a":1},"response":null}"#));
    for without in
        [r#"{"data":null,"error":"no"}"#, r#"{"data":{}}"#, "[]", "", r#"{"data":{"request_body":null}}"#]
    {
        assert_eq!(exchange_of_row(without), None, "{without}");
    }
}

#[test]
fn messages_come_back_as_they_were() {
    let message = InboxMessage::new(
        "msg_1".into(),
        Some("request.completed".into()),
        Some("r"),
        Origin::Helicone,
        Timestamp::from_millis(5),
    );
    let text = message.encode(Some("{\n\"a\": 1}"));
    assert_eq!(InboxMessage::decode(&text), Ok((message.clone(), Some("{\n\"a\": 1}"))));
    assert_eq!(InboxMessage::decode(&message.encode(None)), Ok((message, None)));
    for foreign in ["", "{}", "{\"v\":2}\n{}", "x"] {
        assert!(InboxMessage::decode(foreign).is_err(), "{foreign}");
    }
}

#[test]
fn a_message_fits_on_the_queue_whatever_the_sender_wrote() {
    let long = "x".repeat(90_000);
    let message = InboxMessage::new(
        "a".repeat(64),
        Some(long.clone()),
        Some(&long),
        Origin::Standard,
        Timestamp::default(),
    );
    assert_eq!(message.event_type, None);
    assert!(message.encode(None).len() + INLINE_LIMIT < 128_000);
}

#[test]
fn deliveries_about_one_request_are_filed_together() {
    let of = |id: &str, request: Option<&str>| {
        InboxMessage::new(id.into(), None, request, Origin::Standard, Timestamp::default())
            .asked("m".into())
            .key()
            .to_owned()
    };
    assert_eq!(of("msg_1", Some("r")), of("msg_2", Some("r")));
    assert_eq!(of("msg_1", Some("r")), request_key("r"));
    assert_ne!(of("msg_1", Some("r")), of("msg_1", Some("R")));
    assert_eq!(of("msg_1", None), "msg_1");
    let shards: std::collections::BTreeSet<u32> =
        (0..100).map(|at| shard_of(&request_key(&at.to_string()), 4)).collect();
    assert_eq!(shards.into_iter().collect::<Vec<_>>(), [0, 1, 2, 3]);
    assert_eq!(shard_of("x", 0), 0);
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

#[test]
fn only_as_many_runs_at_once_as_are_worth_it() {
    let width = |millis: i64| {
        let mut width = Width::default();
        (0..100).for_each(|_| width.note(millis));
        width.at_once()
    };
    assert_eq!(Width::default().at_once(), 1);
    assert_eq!([0, 5, 15, 35, 60, 20_000].map(width), [1, 1, 2, 4, 6, 6]);
    assert_eq!(width(-5), 1, "a clock that was set back");
}
