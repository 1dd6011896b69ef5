//! What a subscription is sent, byte for byte.

use heliograph::core::{
    api_version::ApiVersion,
    event::{Event, read_event},
    format::{ContentMode, Format, Oversize},
    json::Canonical,
    payload::{self, InAttempt, LIMIT, MARKER, Place, Rendered, Shape},
    time::Timestamp,
};
use proptest::prelude::*;
use serde_json::{Value, json, value::RawValue};

use crate::support::subscription;

const FLAT: Shape = Shape {
    format: Format::Helicone,
    content_mode: ContentMode::Structured,
    version: ApiVersion::NEWEST,
    include_data: true,
    oversize: Oversize::Truncate,
    shaped: None,
};
const STANDARD: Shape = Shape { format: Format::Standard, ..FLAT };
const URL: &str =
    "https://hooks.example.com/payloads/default/2026-11-21/09/x?offset=0&length=1&expires=2&signature=ab";

fn event(value: &Value) -> Event {
    let text = value.to_string();
    let raw: &RawValue = serde_json::from_str(&text).unwrap();
    read_event(raw, Timestamp::from_millis(1_795_251_600_000)).unwrap()
}

const PLACE: Place<'_> = Place { org: "acme", base_url: "https://hooks.example.com/" };

fn render(event: &Event, shape: Shape) -> Rendered {
    payload::render(event, shape, PLACE)
}

fn complete(rendered: &Rendered) -> String {
    let attempt = InAttempt { delivery: "msg_1", number: 2, at: Timestamp::from_millis(1_795_251_660_000) };
    let url = rendered.url_at.map(|at| (at, URL));
    String::from_utf8(payload::complete(&rendered.body, url, rendered.layout, attempt)).unwrap()
}

fn body(value: &Value, shape: Shape) -> String {
    complete(&render(&event(value), shape))
}

fn completed() -> Value {
    json!({
        "request_id": "r-1", "user_id": "u-1", "model": "gpt-4o", "provider": "OPENAI", "cost": 0.0015, "latency_ms": 1200,
        "usage": {"prompt_tokens": 10, "completion_tokens": 15}, "request": {"model": "gpt-4o"}, "response": {"id": "x"},
        "status": 200, "properties": {"environment": "production"}, "session": "s"
    })
}

#[test]
fn helicones_flat_body_in_helicones_order() {
    assert_eq!(
        body(&completed(), FLAT),
        format!(
            r#"{{"request_id":"r-1","request_body":{{"model":"gpt-4o"}},"response_body":{{"id":"x"}},"user_id":"u-1","request_response_url":"{URL}","model":"gpt-4o","provider":"OPENAI","metadata":{{"cost":0.0015,"promptTokens":10,"completionTokens":15,"totalTokens":25,"latencyMs":1200}}}}"#
        )
    );
}

#[test]
fn without_data_four_fields_are_left() {
    let rendered = render(&event(&completed()), Shape { include_data: false, ..FLAT });
    assert_eq!(rendered.url_at, None);
    assert_eq!(
        rendered.body,
        r#"{"request_id":"r-1","request_body":{"model":"gpt-4o"},"response_body":{"id":"x"},"user_id":"u-1"}"#
    );
}

#[test]
fn what_is_unknown_is_absent_and_never_zero() {
    let minimal = json!({"request_id": "r-1"});
    assert_eq!(
        body(&minimal, FLAT),
        format!(
            r#"{{"request_id":"r-1","request_body":{{}},"response_body":{{}},"request_response_url":"{URL}"}}"#
        )
    );
    let no_cost = json!({"request_id": "r-1", "model": "m", "usage": {"prompt_tokens": 1}, "response": null});
    assert_eq!(
        body(&no_cost, FLAT),
        format!(
            r#"{{"request_id":"r-1","request_body":{{}},"response_body":null,"request_response_url":"{URL}","model":"m","metadata":{{"promptTokens":1}}}}"#
        )
    );
    let free = json!({"request_id": "r-1", "model": "m", "cost": 0});
    assert!(body(&free, FLAT).contains(r#""metadata":{"cost":0}"#), "free is known");
    let no_model = json!({"request_id": "r-1", "cost": 1});
    assert!(!body(&no_model, FLAT).contains("metadata"), "Helicone sends metadata with a model only");
}

#[test]
fn costs_print_as_in_javascript() {
    for (given, printed) in [
        ("0", "0"),
        ("1e-6", "0.000001"),
        ("1.5e-6", "0.0000015"),
        ("0.00020250000000000002", "0.00020250000000000002"),
        ("1e21", "1e+21"),
        ("1.0", "1"),
    ] {
        let text = format!(r#"{{"request_id":"r","model":"m","cost":{given}}}"#);
        let raw: &RawValue = serde_json::from_str(&text).unwrap();
        let rendered = render(&read_event(raw, Timestamp::default()).unwrap(), FLAT);
        assert!(rendered.body.contains(&format!(r#""metadata":{{"cost":{printed}}}"#)), "{}", rendered.body);
    }
}

#[test]
fn the_standard_body() {
    assert_eq!(
        body(&completed(), STANDARD),
        format!(
            r#"{{"type":"request.completed","timestamp":"2026-11-21T09:00:00.000Z","data":{{"request_id":"r-1","user_id":"u-1","model":"gpt-4o","provider":"OPENAI","status":200,"outcome":"success","cost":0.0015,"usage":{{"prompt_tokens":10,"completion_tokens":15,"total_tokens":25}},"latency_ms":1200,"properties":{{"environment":"production"}},"session":"s","request_body":{{"model":"gpt-4o"}},"response_body":{{"id":"x"}},"request_response_url":"{URL}"}},"delivery":{{"id":"msg_1","attempt":2,"timestamp":"2026-11-21T09:01:00.000Z"}}}}"#
        )
    );
    let minimal = render(&event(&completed()), Shape { include_data: false, ..STANDARD });
    assert_eq!(
        minimal.body,
        r#"{"type":"request.completed","timestamp":"2026-11-21T09:00:00.000Z","data":{"request_id":"r-1","user_id":"u-1","request_body":{"model":"gpt-4o"},"response_body":{"id":"x"}}}"#
    );
}

#[test]
fn an_events_own_data_stands_beside_ours_and_never_in_its_place() {
    let failed = json!({"request_id": "r", "type": "eval.failed", "data": {"score": 0.2, "request_id": "forged", "7": 1}, "score": 0.9, "cost": 1});
    let read: Value = serde_json::from_str(&body(&failed, STANDARD)).unwrap();
    assert_eq!(read["type"], "eval.failed");
    assert_eq!(read["data"]["request_id"], "r");
    assert_eq!(read["data"]["score"], 0.2);
    assert!(read["data"].get("request_body").is_none());
    let listed = json!({"request_id": "r", "type": "eval.failed", "data": [1, 2]});
    let read: Value = serde_json::from_str(&body(&listed, STANDARD)).unwrap();
    assert_eq!(read["data"]["data"], json!([1, 2]));
}

#[test]
fn bodies_up_to_the_limit_pass_and_longer_ones_are_cut() {
    // As JSON an object {"q":"…"} has 8 more bytes than its text.
    for (length, is_cut) in [(LIMIT - 8, false), (LIMIT - 7, true), (100_000, true)] {
        let rendered =
            render(&event(&json!({"request_id": "r", "request": {"q": "x".repeat(length)}})), FLAT);
        let read: Value = serde_json::from_str(&rendered.body).unwrap();
        assert_eq!(read["request_body"].is_string(), is_cut, "{length}");
        assert_eq!(rendered.truncated, if is_cut { vec!["request_body"] } else { vec![] });
        if is_cut {
            let cut = read["request_body"].as_str().unwrap();
            assert_eq!(cut.len(), LIMIT);
            assert!(cut.starts_with(r#"{"q":"xxx"#));
        }
    }
}

#[test]
fn a_string_body_is_cut_itself_and_on_a_character_boundary() {
    for (text, expected) in [
        ("x".repeat(LIMIT), LIMIT),
        ("x".repeat(LIMIT + 1), LIMIT),
        (format!("xxx{}", "😀".repeat(LIMIT)), LIMIT - 1),
        (format!("xx{}", "ä".repeat(LIMIT)), LIMIT),
    ] {
        let rendered = render(&event(&json!({"request_id": "r", "response": text})), FLAT);
        let read: Value = serde_json::from_str(&rendered.body).unwrap();
        let sent = read["response_body"].as_str().unwrap();
        assert_eq!(sent.len(), expected);
        assert!(text.starts_with(sent));
        assert_eq!(rendered.truncated.is_empty(), text.len() <= LIMIT);
    }
}

#[test]
fn helicones_marker_counts_utf16_units() {
    let shape = Shape { oversize: Oversize::Marker, ..FLAT };
    for (text, is_replaced) in [
        ("x".repeat(10_240), false),
        ("x".repeat(10_241), true),
        ("😀".repeat(5_120), false),
        ("😀".repeat(5_121), true),
        ("\u{4e00}".repeat(10_240), false),
    ] {
        let rendered =
            render(&event(&json!({"request_id": "r", "request": text, "response": {"a": 1}})), shape);
        let read: Value = serde_json::from_str(&rendered.body).unwrap();
        assert_eq!(read["request_body"] == MARKER, is_replaced);
        assert_eq!(read["response_body"], json!({"a": 1}));
        assert_eq!(rendered.truncated.len(), usize::from(is_replaced));
    }
}

#[test]
fn other_types_have_no_flat_shape() {
    let subscription = subscription("sub_1", json!({}));
    assert_eq!(subscription.settings.format, Format::Helicone);
    assert_eq!(Shape::of(&subscription, "request.completed").format, Format::Helicone);
    assert_eq!(Shape::of(&subscription, "request.failed").format, Format::Helicone);
    assert_eq!(Shape::of(&subscription, "eval.failed").format, Format::Standard);
}

fn any_event() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        any::<f64>().prop_filter("finite", |n| n.is_finite()).prop_map(|n| json!(n)),
        ".{0,8}".prop_map(|t| json!(t)),
        Just(json!(null))
    ];
    let small = prop::collection::vec((prop_oneof!["[0-9]{1,2}", "[a-z_]{1,8}", ".{0,3}"], scalar), 0..6)
        .prop_map(|members| Value::Object(members.into_iter().collect()));
    (
        ".{1,20}".prop_filter("no control characters", |t| !t.chars().any(char::is_control)),
        small.clone(),
        small.clone(),
        small.clone(),
        0.0..1e22_f64,
    )
        .prop_map(|(id, request, data, mut event, cost)| {
            // Whatever names the random members have, the known fields below win.
            for name in
                ["usage", "status", "properties", "created_at", "id", "type", "model", "provider", "user_id"]
            {
                event.as_object_mut().unwrap().remove(name);
            }
            event["request_id"] = json!(id);
            event["model"] = json!("m");
            event["cost"] = json!(cost);
            event["request"] = request;
            event["data"] = data;
            event
        })
}

proptest! {
    #[test]
    fn every_body_survives_a_javascript_round_trip(event in any_event(), include_data: bool) {
        for format in [Format::Helicone, Format::Standard, Format::CloudEvents] {
            for content_mode in [ContentMode::Structured, ContentMode::Binary] {
                for version in ApiVersion::ALL {
                    let body = body(&event, Shape { format, content_mode, version, include_data, ..FLAT });
                    let canonical = Canonical::from_text(&body).unwrap();
                    prop_assert_eq!(canonical.as_str(), &body);
                }
            }
        }
    }
}

/// Text of about so many kilobytes, of characters of one to four bytes, some of which JSON escapes.
fn long_text() -> impl Strategy<Value = String> {
    (".{1,6}", 0..3_000_usize).prop_map(|(piece, times)| piece.repeat(times))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_body_is_larger_than_it_may_be(text in long_text(), is_text: bool, include_data: bool) {
        // A body that is a text, and one that holds it.
        let body_of = if is_text { json!(text) } else { json!({"messages": [text]}) };
        let event = json!({"request_id": "r", "request": body_of, "response": body_of});
        for format in [Format::Helicone, Format::Standard, Format::CloudEvents] {
            for oversize in [Oversize::Truncate, Oversize::Marker] {
                let body = body(&event, Shape { format, oversize, include_data, ..FLAT });
                // Two bodies of at most 10 KB of text, or of three bytes a UTF-16 unit; as JSON each byte may take six, and each
                // backslash of a JSON text in a string one more.
                let most = match oversize {
                    Oversize::Truncate => 2 * 6 * LIMIT + 1024,
                    Oversize::Marker => 2 * 6 * 3 * LIMIT + 1024,
                };
                prop_assert!(body.len() <= most, "{} bytes as {format:?}, {oversize:?}", body.len());
                let canonical = Canonical::from_text(&body).unwrap();
                prop_assert_eq!(canonical.as_str(), &body);
            }
        }
    }
}
