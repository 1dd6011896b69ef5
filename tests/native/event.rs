//! Reading events: what is taken, what is refused and how that is said, and what the archive gives back.

use heliograph::core::{
    event::{
        Batch, BatchError, BodyFormat, Event, EventTypePattern, MAX_EVENTS, MAX_STATUS, is_event_type,
        is_operational, read_event, read_record, write_record,
    },
    time::Timestamp,
};
use proptest::prelude::*;
use serde_json::{Value, json, value::RawValue};

use crate::support::archived;

const NOW: i64 = 1_795_251_600_000;

fn read(text: &str) -> Result<Event, String> {
    let raw: &RawValue = serde_json::from_str(text).unwrap();
    read_event(raw, Timestamp::from_millis(NOW)).map_err(|error| error.to_string())
}

fn full() -> Value {
    json!({
        "id": "evt_1", "type": "request.failed", "request_id": "r-1", "created_at": "2026-11-21T10:00:00+01:00",
        "user_id": "u-1", "properties": {"environment": "production", "n": 1.50, "on": true, "none": null, "deep": {"a": 1}},
        "model": "gpt-4o", "provider": "OPENAI", "status": 502,
        "usage": {"prompt_tokens": 10, "completion_tokens": 15, "prompt_tokens_details": {"cached_tokens": 2}},
        "cost": 0.0015, "latency_ms": 930.5, "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736", "span_id": "00f067aa0ba902b7",
        "request": {"model": "gpt-4o", "messages": []}, "response": "not json", "data": {"reason": "x"},
        "session": {"id": "s-1"}, "tags": ["a"]
    })
}

#[test]
fn a_full_event_is_read_field_by_field() {
    let event = read(&full().to_string()).unwrap();
    assert_eq!(event.id, "evt_1");
    assert_eq!(event.event_type, "request.failed");
    assert_eq!(event.created_at.to_string(), "2026-11-21T09:00:00.000Z");
    assert_eq!(event.user_id.as_deref(), Some("u-1"));
    let property =
        |name: &str| event.properties.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    assert_eq!(property("environment"), Some("production"));
    assert_eq!((property("n"), property("on")), (Some("1.5"), Some("true")));
    assert_eq!((property("none"), property("deep")), (None, None));
    assert_eq!(
        (event.usage.prompt, event.usage.completion, event.usage.total),
        (Some(10), Some(15), Some(25))
    );
    let usage = r#"{"prompt_tokens":10,"completion_tokens":15,"total_tokens":25,"prompt_tokens_details":{"cached_tokens":2}}"#;
    assert_eq!(event.usage.json.as_ref().unwrap().as_str(), usage, "details are kept");
    assert_eq!((event.cost, event.latency_ms), (Some(0.0015), Some(930.5)));
    assert_eq!(event.status.unwrap().as_str(), "502");
    assert_eq!(event.request.unwrap().as_str(), r#"{"model":"gpt-4o","messages":[]}"#);
    assert_eq!(event.response.unwrap().as_str(), r#""not json""#);
    let extra: Vec<&str> = event.extra.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(extra, ["session", "tags"]);
    let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    assert_eq!(event.trace.header().as_deref(), Some(traceparent));
}

#[test]
fn only_the_request_id_is_required() {
    let event = read(r#"{"request_id":"r-1"}"#).unwrap();
    assert_eq!(event.id, "request.completed:r-1");
    assert_eq!(event.event_type, "request.completed");
    assert_eq!(event.created_at.millis(), NOW);
    assert_eq!(event.request, None);
    assert_eq!(event.cost, None);
    assert_eq!(event.usage.total, None);
}

#[test]
fn names_that_gateways_use_are_understood() {
    let event = read(
        r#"{"requestId":"r","userId":"u","request_body":{"a":1},"response_body":null,"latencyMs":1,"cost_usd":2,"usage":{"inputTokens":1,"output_tokens":2}}"#,
    )
    .unwrap();
    assert_eq!(event.request_id, "r");
    assert_eq!(event.user_id.as_deref(), Some("u"));
    assert_eq!(event.request.unwrap().as_str(), r#"{"a":1}"#);
    assert_eq!(event.response.unwrap().as_str(), "null", "a null body is what the gateway saw");
    assert_eq!((event.latency_ms, event.cost), (Some(1.0), Some(2.0)));
    assert_eq!(event.usage.total, Some(3));
    assert!(event.extra.is_empty());
}

#[test]
fn times_are_read_in_every_form_that_gateways_send() {
    for (given, expected) in [
        (json!("2026-11-21T09:00:00Z"), Some("2026-11-21T09:00:00.000Z")),
        (json!("2026-11-21T09:00:00.123456+00:00"), Some("2026-11-21T09:00:00.123Z")),
        (json!(1_795_251_600), Some("2026-11-21T09:00:00.000Z")),
        (json!(1_795_251_600_123_i64), Some("2026-11-21T09:00:00.123Z")),
        (json!(1_795_251_600.5), Some("2026-11-21T09:00:00.500Z")),
        (json!(null), Some("2026-11-21T09:00:00.000Z")),
        (json!("2026-11-21"), None),
        (json!("yesterday"), None),
        (json!(-1), None),
        (json!(1e300), None),
        (json!(true), None),
    ] {
        let event = read(&json!({"request_id": "r", "created_at": given}).to_string());
        match expected {
            Some(expected) => assert_eq!(event.unwrap().created_at.to_string(), expected, "{given}"),
            None => assert!(event.unwrap_err().starts_with("created_at: "), "{given}"),
        }
    }
}

#[test]
fn what_is_wrong_is_said_with_its_field_and_without_its_value() {
    let canary = "CANARY".repeat(60);
    for (event, field) in [
        (json!({}), "request_id: is required"),
        (json!({"request_id": null}), "request_id: is required"),
        (json!({"request_id": ""}), "request_id: must be"),
        (json!({"request_id": 7}), "request_id: must be a string, not that number"),
        (json!({"request_id": canary}), "request_id: must be"),
        (json!({"request_id": "a\nb"}), "request_id: must be"),
        (json!({"request_id": "r", "type": "a..b"}), "type: must be"),
        (json!({"request_id": "r", "type": "CANARY CANARY"}), "type: must be"),
        (json!({"request_id": "r", "id": {}}), "id: must be a string, not an object"),
        (json!({"request_id": "r", "user_id": ["CANARY"]}), "user_id: must be a string, not an array"),
        (json!({"request_id": "r", "model": true}), "model: must be a string, not a boolean"),
        (
            json!({"request_id": "r", "properties": "CANARY"}),
            "properties: must be a JSON object, not a string",
        ),
        (json!({"request_id": "r", "usage": []}), "usage: must be a JSON object, not an array"),
        (
            json!({"request_id": "r", "usage": {"prompt_tokens": 1.5}}),
            "usage.prompt_tokens: must be a whole number",
        ),
        (
            json!({"request_id": "r", "usage": {"output_tokens": -1}}),
            "usage.output_tokens: must be a whole number",
        ),
        (
            json!({"request_id": "r", "usage": {"total": "CANARY"}}),
            "usage.total: must be a number, not a string",
        ),
        (json!({"request_id": "r", "cost": "CANARY"}), "cost: must be a number, not a string"),
        (json!({"request_id": "r", "cost": -0.1}), "cost: must be a number of US dollars, 0 or more"),
        (json!({"request_id": "r", "latency_ms": -1}), "latency_ms: must be a number of milliseconds"),
        (json!({"request_id": "r", "status": {"CANARY": 1}}), "status: must be an HTTP status code"),
        (json!({"request_id": "r", "status": 1000}), "status: must be an HTTP status code"),
        (
            json!({"request_id": "r", "status": "a".repeat(MAX_STATUS + 1)}),
            "status: must be an HTTP status code",
        ),
        (json!([1]), "must be a JSON object, not an array"),
        (json!("CANARY"), "must be a JSON object, not a string"),
    ] {
        let error = read(&event.to_string()).unwrap_err();
        assert!(error.starts_with(field), "{event}: {error}");
        assert!(!error.contains("CANARY"), "{error}");
    }
}

#[test]
fn a_status_is_as_long_as_its_characters_however_they_are_written() {
    let word = r"\u00e9".repeat(MAX_STATUS);
    let event = read(&format!(r#"{{"request_id":"r","status":"{word}"}}"#)).unwrap();
    assert_eq!(event.status.unwrap().string_value(), Some("é".repeat(MAX_STATUS)));
}

#[test]
fn depth_is_refused_wherever_it_stands() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for name in ["request", "response", "properties", "data", "anything"] {
        let value = if name == "properties" { format!("{{\"a\":{deep}}}") } else { deep.clone() };
        let error = read(&format!(r#"{{"request_id":"r","{name}":{value}}}"#)).unwrap_err();
        assert!(error.starts_with(name) && error.contains("nested too deep"), "{error}");
    }
}

#[test]
fn bodies_are_split_by_their_format() {
    let split = |body: &str, format| {
        Batch::split(body.as_bytes(), format)
            .map(|batch| (batch.events.iter().map(Result::is_ok).collect::<Vec<_>>(), batch.single))
    };
    use BodyFormat::{Json, Ndjson};
    assert_eq!(split(" {} ", Json), Ok((vec![true], true)));
    assert_eq!(split("[{},1]", Json), Ok((vec![true, true], false)));
    assert_eq!(split("[]", Json), Ok((vec![], false)));
    assert_eq!(split("\u{feff}{}", Json), Ok((vec![true], true)));
    assert_eq!(split("{}\n\n  \n{\r\n{}\r\n", Ndjson), Ok((vec![true, false, true], false)));
    for malformed in ["", "  ", "{", "[{},]", "{} {}", "NaN", "\u{feff}"] {
        assert!(matches!(split(malformed, Json), Err(BatchError::Malformed(_))), "{malformed}");
    }
    assert!(matches!(Batch::split(b"\xff", Json), Err(BatchError::Malformed(_))));
    let many = |count: usize| vec!["{}"; count];
    assert!(split(&format!("[{}]", many(MAX_EVENTS).join(",")), Json).is_ok());
    assert_eq!(split(&format!("[{}]", many(MAX_EVENTS + 1).join(",")), Json), Err(BatchError::TooMany));
    assert!(split(&many(MAX_EVENTS).join("\n"), Ndjson).is_ok());
    assert_eq!(split(&many(MAX_EVENTS + 1).join("\n"), Ndjson), Err(BatchError::TooMany));
}

#[test]
fn an_array_of_millions_is_counted_and_not_kept() {
    let body = format!("[{}0]", "0,".repeat(2_000_000));
    assert!(matches!(Batch::split(body.as_bytes(), BodyFormat::Json), Err(BatchError::TooMany)));
}

#[test]
fn content_types() {
    for (given, expected) in [
        (None, Some(BodyFormat::Json)),
        (Some("application/json; charset=utf-8"), Some(BodyFormat::Json)),
        (Some("Application/X-NDJSON"), Some(BodyFormat::Ndjson)),
        (Some("application/cloudevents+json"), Some(BodyFormat::Json)),
        (Some("application/xml"), None),
        (Some("multipart/form-data; boundary=x"), None),
    ] {
        assert_eq!(BodyFormat::from_content_type(given), expected, "{given:?}");
    }
}

#[test]
fn event_types_and_patterns() {
    for (text, is_type) in [
        ("request.completed", true),
        ("a", true),
        ("A_1.b", true),
        ("", false),
        (".", false),
        ("a.", false),
        ("a b", false),
        ("a.*", false),
        ("ä", false),
        (&"a".repeat(128), true),
        (&"a".repeat(129), false),
    ] {
        assert_eq!(is_event_type(text), is_type, "{text}");
    }
    for (pattern, event_type, matches) in [
        ("request.completed", "request.completed", true),
        ("request.completed", "request.completed.x", false),
        ("request.*", "request.completed", true),
        ("request.*", "request", false),
        ("request.*", "requests.completed", false),
        ("a.b.*", "a.b.c.d", true),
        ("*", "anything.at.all", true),
        ("*", "endpoint.called", true),
        ("*", "endpoint.failing", false),
        ("*", "delivery.exhausted", false),
        ("endpoint.*", "endpoint.failing", true),
        ("endpoint.*", "delivery.exhausted", false),
        ("delivery.*", "delivery.exhausted", true),
        ("endpoint.disabled", "endpoint.disabled", true),
    ] {
        assert_eq!(
            EventTypePattern::parse(pattern).unwrap().matches(event_type),
            matches,
            "{pattern} {event_type}"
        );
    }
    for wrong in ["", "*.completed", "request*", "re*quest", "**", ".*"] {
        assert_eq!(EventTypePattern::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn all_that_is_not_operational_is_picked_by_the_star() {
    let star = EventTypePattern::parse("*").unwrap();
    let own = [
        "endpoint.failing",
        "endpoint.recovered",
        "endpoint.disabled",
        "endpoint.success_rate_low",
        "delivery.exhausted",
        "delivery.alert_fired",
        "delivery.alert_resolved",
    ];
    for event_type in own {
        assert!(is_event_type(event_type) && is_operational(event_type), "{event_type}");
        assert!(!star.matches(event_type), "{event_type}");
    }
    for event_type in
        ["endpoint", "delivery", "endpoint.failing.x", "my.endpoint.failing", "Endpoint.failing"]
    {
        assert!(!is_operational(event_type) && star.matches(event_type), "{event_type}");
    }
}

#[test]
fn traceparents_are_passed_on_only_where_they_are_valid() {
    let header = |event: Value| read(&event.to_string()).unwrap().trace.header();
    let valid = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
    assert_eq!(header(json!({"request_id": "r", "traceparent": valid})).as_deref(), Some(valid));
    for invalid in [
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-00",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-00",
        "x\r\ninjected: 1",
    ] {
        assert_eq!(header(json!({"request_id": "r", "traceparent": invalid})), None, "{invalid}");
    }
    assert_eq!(header(json!({"request_id": "r", "trace_id": "abc", "span_id": "def"})), None);
}

#[test]
fn the_longest_names_make_an_id_that_is_read_back() {
    let mut event = full();
    event["id"] = Value::Null;
    event["request_id"] = "r".repeat(256).into();
    let event = read(&event.to_string()).unwrap();
    assert!(event.id.len() <= 256);
    let mut segment = Vec::new();
    write_record(&event, &mut segment);
    assert_eq!(read_record(std::str::from_utf8(&segment).unwrap().trim_end()).unwrap(), event);
}

#[test]
fn a_record_gives_back_the_event_and_the_exchange() {
    let mut segment = b"before\n".to_vec();
    let event = read(&full().to_string()).unwrap();
    let place = write_record(&event, &mut segment);
    let slice = |offset: u64, length: u64| {
        std::str::from_utf8(&segment[offset as usize..(offset + length) as usize]).unwrap()
    };
    assert_eq!(read_record(slice(place.offset, place.length)).unwrap(), event);
    let exchange: Value = serde_json::from_str(slice(place.exchange_offset, place.exchange_length)).unwrap();
    assert_eq!(exchange, json!({"request": full()["request"], "response": full()["response"]}));
    assert_eq!(segment.last(), Some(&b'\n'));
}

/// JavaScript moves such names to the front, and so does what is archived.
#[test]
fn properties_stand_in_the_order_in_which_they_are_read_again() {
    let given = json!({"request_id": "r", "properties": {"b": 1, "10": 2, "a": 3, "9": 4, "01": 5}});
    let event = read(&given.to_string()).unwrap();
    let names: Vec<&str> = event.properties.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["9", "10", "b", "a", "01"]);
    archived(&event);
}

proptest! {
    #[test]
    fn no_text_makes_reading_panic(text in r#"[\[\]{}",:0-9a-z_\\ -]{0,64}"#) {
        let _ = Batch::split(text.as_bytes(), BodyFormat::Json);
        let _ = Batch::split(text.as_bytes(), BodyFormat::Ndjson);
        let _ = read_record(&text);
        if let Ok(raw) = serde_json::from_str::<&RawValue>(&text) {
            let _ = read_event(raw, Timestamp::from_millis(NOW));
        }
    }
}
