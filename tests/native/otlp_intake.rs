//! OpenTelemetry spans on their way in: which become events, and which ones.

use heliograph::core::{
    adapter::otlp::{Encoding, Events, MAX_ENTRIES, MAX_VALUES, Refusal, exported, refused},
    event::{Event, MAX_EVENTS, write_record},
    intake::Rejection,
};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

use self::otlp::{bytes, call, number, protobuf, span};
use crate::support::{now, vectors};

mod hostile;
mod otlp;

type Read = Vec<Result<Event, String>>;

/// What a body comes to, and how many of its spans were no LLM calls.
fn read(body: &[u8], encoding: Encoding) -> Result<(Read, usize), Refusal> {
    let mut events = Events::new(body, encoding, now())?;
    let read = events.by_ref().collect();
    Ok((read, events.ignored()))
}

/// The same of both encodings.
fn read_both(call: &Value) -> (Read, usize) {
    let json = read(call.to_string().as_bytes(), Encoding::Json).unwrap();
    let protobuf = read(&protobuf(call), Encoding::Protobuf).unwrap();
    assert_eq!(json, protobuf);
    json
}

fn record(event: &Event) -> Value {
    let mut line = Vec::new();
    write_record(event, &mut line);
    serde_json::from_slice(&line).unwrap()
}

#[derive(Deserialize)]
struct Case {
    name: String,
    #[serde(default)]
    resource: Value,
    attributes: Value,
    #[serde(default)]
    events: Vec<Value>,
    #[serde(default)]
    status: Value,
    /// Beside what the span says of every case.
    event: Value,
    exchange: Value,
}

#[test]
fn a_span_becomes_the_event_that_a_gateway_would_have_sent() {
    for case in vectors::<Vec<Case>>("otlp/spans.json") {
        let span = span(&case.attributes, &case.events, &case.status);
        let (events, ignored) = read_both(&call(&case.resource, &[span]));
        assert_eq!((events.len(), ignored), (1, 0), "{}", case.name);
        let event = events[0].as_ref().unwrap_or_else(|error| panic!("{}: {error}", case.name));
        let mut expected = json!({
            "type": "request.completed", "request_id": "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "created_at": "2026-11-21T08:59:59.070Z", "latency_ms": 930,
            "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736", "span_id": "00f067aa0ba902b7",
        });
        json_patch::merge(&mut expected, &case.event);
        let id =
            format!("{}:{}", expected["type"].as_str().unwrap(), expected["request_id"].as_str().unwrap());
        expected["id"] = id.into();
        let found = record(event);
        assert_eq!(found["event"], expected, "{}: {}", case.name, found["event"]);
        assert_eq!(found["exchange"], case.exchange, "{}: {}", case.name, found["exchange"]);
    }
}

#[test]
fn spans_that_are_no_llm_calls_are_left_out_and_counted() {
    let calls = [
        json!({"gen_ai.operation.name": "chat"}),
        json!({"gen_ai.operation.name": "text_completion"}),
        json!({"gen_ai.operation.name": "generate_content"}),
        json!({"gen_ai.operation.name": "embeddings"}),
        json!({"openinference.span.kind": "LLM"}),
        json!({"openinference.span.kind": "embedding"}),
        json!({"gen_ai.request.model": "m"}),
        json!({"llm.request.type": "chat"}),
        json!({"gen_ai.operation.name": "chat", "openinference.span.kind": "AGENT"}),
    ];
    let others = [
        json!({}),
        json!({"http.request.method": "POST", "url.full": "https://api.openai.com/v1/chat/completions"}),
        json!({"gen_ai.operation.name": "execute_tool", "gen_ai.request.model": "m"}),
        json!({"gen_ai.operation.name": "invoke_agent", "gen_ai.request.model": "m"}),
        json!({"openinference.span.kind": "CHAIN", "llm.model_name": "m"}),
        json!({"openinference.span.kind": "TOOL"}),
        json!({"gen_ai.operation.name": null, "gen_ai.request.model": ""}),
    ];
    let spans: Vec<Value> =
        calls.iter().chain(&others).map(|attributes| span(attributes, &[], &Value::Null)).collect();
    let (events, ignored) = read_both(&call(&json!({}), &spans));
    assert!(events.iter().all(Result::is_ok));
    assert_eq!((events.len(), ignored), (calls.len(), others.len()));
}

#[derive(Deserialize)]
struct WrongSpan {
    /// A JSON pointer into the span, or `resource`.
    at: String,
    value: Value,
    error: String,
}

/// What is wrong with one span is said of it alone, by the name that the sender has for it.
#[test]
fn a_malformed_span_is_rejected_by_its_field() {
    const PLACE: &str = "resourceSpans[0].scopeSpans[0].spans[1]";
    for case in vectors::<Vec<WrongSpan>>("otlp/wrong.json") {
        let good = span(
            &json!({"gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 1}),
            &[],
            &Value::Null,
        );
        let mut wrong = good.clone();
        *wrong.pointer_mut(&case.at).unwrap() = case.value.clone();
        let call = call(&json!({}), &[good.clone(), wrong, good]);
        let (events, ignored) = read(call.to_string().as_bytes(), Encoding::Json).unwrap();
        let [Ok(_), Err(error), Ok(_)] = events.as_slice() else { panic!("{}: {events:?}", case.at) };
        assert_eq!(error, &format!("{PLACE}{}", case.error));
        assert_eq!(ignored, 0);
    }
}

#[test]
fn a_resource_that_cannot_be_read_rejects_its_llm_calls_alone() {
    let chat = span(&json!({"gen_ai.operation.name": "chat"}), &[], &Value::Null);
    let other = span(&json!({}), &[], &Value::Null);
    let long = json!({"service.name": "x".repeat(257)});
    let mut both = call(&long, &[chat.clone(), other]);
    both["resourceSpans"]
        .as_array_mut()
        .unwrap()
        .push(call(&json!({"service.name": "y"}), &[chat])["resourceSpans"][0].clone());
    let (events, ignored) = read_both(&both);
    let [Err(error), Ok(event)] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(
        error,
        "resourceSpans[0].resource.attributes[\"service.name\"]: must be a string of at most 256 characters"
    );
    assert_eq!(event.properties, [("service.name".to_owned(), "y".to_owned())]);
    assert_eq!(ignored, 1);
}

#[test]
fn no_more_llm_calls_are_taken_than_events() {
    let chat = span(&json!({"gen_ai.operation.name": "chat"}), &[], &Value::Null);
    let other = span(&json!({}), &[], &Value::Null);
    let mut spans = vec![chat; MAX_EVENTS + 2];
    spans.insert(0, other);
    let (events, ignored) = read_both(&call(&json!({}), &spans));
    assert_eq!((events.len(), ignored), (MAX_EVENTS + 2, 1));
    assert!(events[..MAX_EVENTS].iter().all(Result::is_ok));
    assert_eq!(
        events[MAX_EVENTS].as_ref().unwrap_err(),
        "resourceSpans[0].scopeSpans[0].spans[1001]: is one too many: at most 1000 LLM calls are taken at a time"
    );
}

#[test]
fn a_body_that_is_none_is_refused_with_its_place() {
    let json: &[(&[u8], &str)] = &[
        (b"", "not valid JSON"),
        (b"{", "not valid JSON"),
        (b"\xff", "not UTF-8 at byte 0"),
        (b"[]", "must be a JSON object"),
        (br#"{"resourceSpans": {}}"#, "resourceSpans: must be a list"),
        (br#"{"resourceSpans": [1]}"#, "resourceSpans[0]: must be a JSON object"),
        (br#"{"resourceSpans": [{"scopeSpans": 1}]}"#, "resourceSpans[0].scopeSpans: must be a list"),
        (
            br#"{"resourceSpans": [{"scopeSpans": [{"spans": ""}]}]}"#,
            "resourceSpans[0].scopeSpans[0].spans: must be a list",
        ),
    ];
    for (body, problem) in json {
        let Err(Refusal::Malformed(found)) = read(body, Encoding::Json) else { panic!("{problem}") };
        assert!(found.starts_with(problem), "{found}");
    }
    let field = |body: &[u8]| {
        let mut out = Vec::new();
        bytes(1, body, &mut out);
        out
    };
    let mut of_number = Vec::new();
    number(2, 1, &mut of_number);
    let cut = "is not protobuf: it is cut short";
    let protobuf = [
        (vec![0x0a], cut.to_owned()),
        (b"{}".to_vec(), "is not protobuf: it has a wire type that does not exist".to_owned()),
        (vec![0x08, 1], "resourceSpans[0]: has another wire type in the protocol".to_owned()),
        (vec![0x00, 1], "is not protobuf: it has a field number 0".to_owned()),
        (
            [&[0x08][..], &[0xff; 11]].concat(),
            "is not protobuf: it has a number of more than 64 bits".to_owned(),
        ),
        (field(&[0x12]), format!("resourceSpans[0]: {cut}")),
        (
            field(&of_number),
            "resourceSpans[0].scopeSpans[0]: has another wire type in the protocol".to_owned(),
        ),
    ];
    for (body, problem) in protobuf {
        assert_eq!(read(&body, Encoding::Protobuf).unwrap_err(), Refusal::Malformed(problem));
    }
    for (body, encoding) in [
        (&b"{}"[..], Encoding::Json),
        (br#"{"resourceSpans":null}"#, Encoding::Json),
        (b"", Encoding::Protobuf),
    ] {
        assert_eq!(read(body, encoding).unwrap(), (vec![], 0));
    }
}

#[test]
fn answers_are_in_the_encoding_that_was_sent() {
    let rejected: Vec<Rejection> =
        (0..7).map(|index| Rejection { index, error: format!("spans[{index}]: x") }).collect();
    let message = "spans[0]: x; spans[1]: x; spans[2]: x; spans[3]: x; spans[4]: x; and 2 more";
    let json = |body: Vec<u8>| serde_json::from_slice::<Value>(&body).unwrap();
    assert_eq!(json(exported(&[], Encoding::Json)), json!({}));
    assert_eq!(
        json(exported(&rejected, Encoding::Json)),
        json!({"partialSuccess": {"rejectedSpans": "7", "errorMessage": message}})
    );
    assert_eq!(json(refused(400, "wrong", Encoding::Json)), json!({"code": 3, "message": "wrong"}));

    let mut partial = Vec::new();
    number(1, 7, &mut partial);
    bytes(2, message.as_bytes(), &mut partial);
    let mut response = Vec::new();
    bytes(1, &partial, &mut response);
    assert_eq!(exported(&[], Encoding::Protobuf), b"");
    assert_eq!(exported(&rejected, Encoding::Protobuf), response);
    for (http, code) in [(400, 3), (401, 16), (403, 7), (413, 8), (415, 3), (429, 8), (500, 13), (503, 14)] {
        let mut status = Vec::new();
        number(1, code, &mut status);
        bytes(2, b"wrong", &mut status);
        assert_eq!(refused(http, "wrong", Encoding::Protobuf), status);
    }
}

#[test]
fn encodings_are_told_by_their_type() {
    let of = |text| Encoding::from_content_type(Some(text));
    assert_eq!(of("application/json; charset=utf-8"), Some(Encoding::Json));
    assert_eq!(of("application/x-protobuf"), Some(Encoding::Protobuf));
    assert_eq!(of("Application/Protobuf"), Some(Encoding::Protobuf));
    assert_eq!((of("text/plain"), Encoding::from_content_type(None)), (None, None));
}
