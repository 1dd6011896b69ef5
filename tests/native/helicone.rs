//! Calls of Helicone's manual logger as events.

use heliograph::core::{
    adapter::helicone::{self, Call},
    event::Event,
    ids,
};
use serde_json::{Value, json, value::RawValue};

use crate::support::{archived, now};

const FRESH: &str = "11111111-1111-4111-8111-111111111111";

fn read_with(route: &str, headers: &[(&str, &str)], body: &Value) -> Result<Event, String> {
    let headers: Vec<(String, String)> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let raw = RawValue::from_string(body.to_string()).unwrap();
    let call = Call { route, headers: &headers, fresh_id: FRESH, now: now() };
    helicone::read(&raw, call).map_err(|error| error.to_string())
}

fn read(body: &Value) -> Result<Event, String> {
    read_with("custom", &[], body)
}

/// What `@helicone/helpers` 1.8.3 posts, with some members changed.
fn log(patch: Value) -> Value {
    let mut log = json!({
        "providerRequest": {
            "url": "custom-model-nopath",
            "json": {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}]},
            "meta": {},
        },
        "providerResponse": {
            "headers": {},
            "status": 200,
            "json": {"model": "gpt-4o-2024-08-06", "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello"}}]},
        },
        "timing": {
            "startTime": {"seconds": 1_795_251_600, "milliseconds": 250},
            "endTime": {"seconds": 1_795_251_601, "milliseconds": 130},
            "timeToFirstToken": 120,
        },
    });
    json_patch::merge(&mut log, &patch);
    log
}

#[test]
fn a_log_is_a_completed_request() {
    let headers = [
        ("helicone-user-id", "u-1"),
        ("helicone-property-environment", "production"),
        ("helicone-session-id", "s-1"),
        ("helicone-session-path", "/abstract"),
        ("helicone-session-name", "Course"),
        ("helicone-prompt-id", "p-1"),
        ("helicone-request-id", "22222222-2222-4222-8222-222222222222"),
        ("helicone-cache-enabled", "true"),
    ];
    let event = read_with("oai", &headers, &log(json!({}))).unwrap();
    let expected = json!({
        "event": {
            "id": "request.completed:22222222-2222-4222-8222-222222222222",
            "type": "request.completed",
            "request_id": "22222222-2222-4222-8222-222222222222",
            "created_at": "2026-11-21T09:00:00.250Z",
            "user_id": "u-1",
            "properties": {
                "environment": "production",
                "Helicone-Session-Id": "s-1",
                "Helicone-Session-Path": "/abstract",
                "Helicone-Session-Name": "Course",
                "Helicone-Prompt-Id": "p-1",
            },
            "provider": "OPENAI",
            "status": 200,
            "latency_ms": 880,
            "time_to_first_token_ms": 120,
        },
        "exchange": {
            "request": {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}]},
            "response": {"model": "gpt-4o-2024-08-06", "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello"}}]},
        },
    });
    assert_eq!(archived(&event), expected);
}

#[test]
fn without_an_id_each_call_is_a_request_of_its_own() {
    let event = read(&log(json!({"timing": null}))).unwrap();
    assert_eq!((event.request_id.as_str(), event.created_at, event.latency_ms), (FRESH, now(), None));
}

#[test]
fn fresh_ids_are_uuids() {
    assert_eq!(ids::request_id([0; 16]), "00000000-0000-4000-8000-000000000000");
    assert_eq!(ids::request_id([255; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    let counted: Vec<u8> = (1..=16).collect();
    assert_eq!(ids::request_id(counted.try_into().unwrap()), "01020304-0506-4708-890a-0b0c0d0e0f10");
}

#[test]
fn the_status_decides_what_became_of_it() {
    for (status, event_type, told) in [
        (json!(200), "request.completed", json!(200)),
        (json!(399), "request.completed", json!(399)),
        (json!(429), "request.failed", json!(429)),
        (json!(500), "request.failed", json!(500)),
        (json!(-3), "request.failed", json!("cancelled")),
        (json!(-1), "request.failed", json!("failed")),
        (Value::Null, "request.completed", Value::Null),
    ] {
        let event = read(&log(json!({"providerResponse": {"status": status}}))).unwrap();
        assert_eq!(event.event_type, event_type, "{status}");
        assert_eq!(archived(&event)["event"]["status"], told, "{status}");
    }
}

#[test]
fn the_provider_is_the_one_that_is_named_else_the_paths() {
    for (route, named, provider) in [
        ("custom", Value::Null, None),
        ("oai", Value::Null, Some("OPENAI")),
        ("anthropic", Value::Null, Some("ANTHROPIC")),
        ("googleapis", Value::Null, Some("GOOGLE")),
        ("custom", json!("MISTRAL"), Some("MISTRAL")),
    ] {
        let event = read_with(route, &[], &log(json!({"provider": named}))).unwrap();
        assert_eq!(event.provider.as_deref(), provider, "{route}, {named}");
    }
}

#[test]
fn a_text_is_what_it_holds() {
    for (text, response) in [
        (json!(r#"{"choices":[]}"#), json!({"choices": []})),
        (json!("data: {}\n\n"), json!("data: {}\n\n")),
        (json!("{\"a\":1}\n{\"a\":2}\n"), json!("{\"a\":1}\n{\"a\":2}\n")),
        (json!("Error: no\n\n"), json!("Error: no\n\n")),
        (json!(""), Value::Null),
    ] {
        let body = log(json!({"providerResponse": {"textBody": text, "json": null}}));
        assert_eq!(archived(&read(&body).unwrap())["exchange"]["response"], response, "{text}");
    }
}

#[test]
fn what_the_python_client_adds_is_taken_out() {
    let body = log(
        json!({"providerResponse": {"json": {"_type": "unknown", "toolName": "unknown", "choices": null, "model": null, "a": 1}}}),
    );
    assert_eq!(archived(&read(&body).unwrap())["exchange"]["response"], json!({"a": 1}));
    let tool = log(
        json!({"providerResponse": {"json": {"_type": "tool", "toolName": "weather", "choices": null, "model": null}}}),
    );
    let expected = json!({"_type": "tool", "toolName": "weather"});
    assert_eq!(archived(&read(&tool).unwrap())["exchange"]["response"], expected);
}

#[test]
fn meta_says_what_no_header_does() {
    let meta = json!({
        "Helicone-Property-Team": "search", "Helicone-Property-UserId": "u-2", "Helicone-Auth": "Bearer CANARY",
        "Helicone-Request-Id": "by-meta", "environment": "not-a-property", "Helicone-Property-Stage": "by-meta",
    });
    let body = log(json!({"providerRequest": {"meta": meta}}));
    let event = read_with("custom", &[("helicone-property-stage", "by-header")], &body).unwrap();
    let property = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let expected = [property("team", "search"), property("userid", "u-2"), property("stage", "by-header")];
    assert_eq!(event.properties, expected);
    assert_eq!((event.user_id.as_deref(), event.request_id.as_str()), (Some("u-2"), "by-meta"));
    assert!(!archived(&event).to_string().contains("CANARY"));
}

#[test]
fn what_is_wrong_is_named_as_the_client_names_it() {
    for (patch, error) in [
        (json!({"providerRequest": null}), "providerRequest: is required: a JSON object"),
        (json!({"providerResponse": null}), "providerResponse: is required: a JSON object"),
        (json!({"providerResponse": 5}), "providerResponse: must be a JSON object, not that number"),
        (
            json!({"providerResponse": {"status": "200"}}),
            "providerResponse.status: must be a number, not a string",
        ),
        (
            json!({"providerResponse": {"status": 20.5}}),
            "providerResponse.status: must be an HTTP status code, or the logger's own below 0",
        ),
        (
            json!({"providerResponse": {"textBody": {"a": 1}}}),
            "providerResponse.textBody: must be a string, not an object",
        ),
        (
            json!({"providerRequest": {"meta": {"Helicone-User-Id": 5}}}),
            "providerRequest.meta.Helicone-User-Id: must be a string, not that number",
        ),
        (
            json!({"timing": {"startTime": {"seconds": "1"}}}),
            "timing.startTime.seconds: must be a number, not a string",
        ),
        (
            json!({"timing": {"endTime": {"milliseconds": null}}}),
            "timing.endTime.milliseconds: is required: a number",
        ),
        (json!({"timing": {"startTime": {"seconds": -1}}}), "timing.startTime.seconds: must be 0 or more"),
        (
            json!({"timing": {"timeToFirstToken": true}}),
            "timing.timeToFirstToken: must be a number, not a boolean",
        ),
        (json!({"provider": 1}), "provider: must be a string, not that number"),
    ] {
        assert_eq!(read(&log(patch.clone())).unwrap_err(), error, "{patch}");
    }
    let id = read_with("custom", &[("helicone-request-id", "a\u{7}")], &log(json!({}))).unwrap_err();
    assert!(id.starts_with("Helicone-Request-Id: must be a non-empty string"), "{id}");
    let long = "u".repeat(1025);
    let user = read_with("custom", &[("helicone-user-id", &long)], &log(json!({}))).unwrap_err();
    assert_eq!(user, "Helicone-User-Id: must be at most 1024 characters long");
    assert_eq!(read(&json!([])).unwrap_err(), "must be a JSON object, not an array");
}
