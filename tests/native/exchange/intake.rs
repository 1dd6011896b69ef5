//! What intake makes of bodies: streams become whole, and what the event does not say is read from them.

use heliograph::core::{
    event::{Event, read_event},
    exchange::{Body, Exchange},
    intake::complete,
    json::Canonical,
};
use serde_json::{Value, json, value::RawValue};

use super::{
    generator::{Dice, chat, sse},
    streams::{FORMATS, SEEDS, stored, streamable},
    table,
};
use crate::support::now;

fn completed(event: &Value) -> Event {
    let raw = RawValue::from_string(event.to_string()).unwrap();
    let mut event = read_event(&raw, now()).unwrap();
    complete(&mut event);
    event
}

fn response(event: &Event) -> Value {
    event.response.as_ref().map(|body| serde_json::from_str(body.as_str()).unwrap()).unwrap_or_default()
}

/// As intake has it: a JSON round trip of JavaScript makes `1` of `1.0`.
fn canonical(value: &Value) -> Value {
    let event = completed(&json!({"request_id": "a", "data": value}));
    serde_json::from_str(event.data.unwrap().as_str()).unwrap()
}

#[test]
fn a_stream_is_taken_in_as_the_whole_response_would_be() {
    for (format, cut) in FORMATS {
        let mut transcripts = 0;
        for (name, request, whole) in streamable(table(format)) {
            let expected = completed(&json!({"request_id": "a", "request": request, "response": whole}));
            for seed in 0..SEEDS {
                let mut dice = Dice::new(seed);
                let pieces = cut(&whole, &mut dice);
                transcripts += 1;
                for (form, body) in stored(&pieces, &mut dice) {
                    let event = completed(&json!({"request_id": "a", "request": request, "response": body}));
                    let about = format!("{format}: {name}, seed {seed}, {form}");
                    assert_eq!(response(&event), canonical(&whole), "{about}");
                    assert_eq!((&event.usage, &event.model), (&expected.usage, &expected.model), "{about}");
                }
            }
        }
        let least = if format == "other" { SEEDS } else { 20 };
        assert!(transcripts >= least, "{format}: {transcripts}");
    }
}

#[test]
fn what_the_event_does_not_say_is_what_the_exchange_says() {
    let tables = ["openai_chat", "openai_responses", "anthropic", "gemini", "other"];
    for case in tables.into_iter().flat_map(|name| table(name).exchanges) {
        let event =
            completed(&json!({"request_id": "a", "request": case.request, "response": case.response}));
        let exchange =
            Exchange::new(Body::from_value(case.request.clone()), Body::from_value(case.response.clone()));
        let counts = exchange.usage();
        let usage = &event.usage;
        assert_eq!(
            (usage.prompt, usage.completion, usage.total),
            (counts.prompt, counts.completion, counts.total),
            "{}",
            case.name
        );
        let model = exchange.model_served().or(exchange.model_asked()).filter(|model| !model.is_empty());
        assert_eq!(event.model.as_deref(), model, "{}", case.name);
        let json: Value =
            usage.json.as_ref().map(|json| serde_json::from_str(json.as_str()).unwrap()).unwrap_or_default();
        let detail = |pointer: &str| json.pointer(pointer).and_then(Value::as_u64);
        assert_eq!(detail("/prompt_tokens_details/cached_tokens"), counts.cache_read, "{}", case.name);
        assert_eq!(detail("/prompt_tokens_details/cache_write_tokens"), counts.cache_write, "{}", case.name);
        assert_eq!(detail("/completion_tokens_details/reasoning_tokens"), counts.reasoning, "{}", case.name);
    }
}

#[test]
fn what_was_given_stays() {
    let body =
        json!({"model": "served", "choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2}});
    let event = completed(&json!({
        "request_id": "a", "model": "given", "usage": {"prompt_tokens": 7}, "request": {"model": "asked"}, "response": body,
    }));
    assert_eq!(event.model.as_deref(), Some("given"));
    assert_eq!((event.usage.prompt, event.usage.completion), (Some(7), None));
    assert_eq!(response(&event), body);
    let event =
        completed(&json!({"request_id": "a", "request": {"model": "asked"}, "response": {"error": "no"}}));
    assert_eq!((event.model.as_deref(), event.usage), (Some("asked"), Default::default()));
    let event = completed(&json!({"request_id": "a", "response": {"model": "m".repeat(1025)}}));
    assert_eq!(event.model, None, "longer than a model's name may be");
}

#[test]
fn what_is_no_stream_stays_as_it_came() {
    for body in [
        json!("data: nothing of a known format\n\n"),
        json!("just text"),
        json!("{\"a\":1}\n{\"b\":2}"),
        json!("[1,2,3]"),
        json!([{"a": 1}, {"b": 2}]),
        json!(["one", "two"]),
        json!([]),
        json!({"chunks": "of chocolate"}),
        json!({"body": ["no pieces"], "streamed_data": 5}),
        json!({"choices": [{"index": 0, "delta": {"content": "a piece by itself"}}]}),
        // A gateway that put the stream together and kept its pieces beside.
        json!({"choices": [{"index": 0, "message": {"content": "whole"}}], "streamed_data": [{"object": "chat.completion.chunk", "choices": []}]}),
        Value::Null,
        json!(5),
    ] {
        assert_eq!(response(&completed(&json!({"request_id": "a", "response": body}))), body);
    }
}

#[test]
fn a_stream_beyond_the_bounds_stays_as_it_came() {
    let piece =
        |text: &str| json!({"object": "chat.completion.chunk", "choices": [{"delta": {"content": text}}]});
    // As many commas as are taken, most of them in one piece; and one more.
    let commas = |count: usize| json!([piece("a"), vec![0; count - 1]]);
    for (count, is_whole) in [(400_000, true), (400_001, false)] {
        assert_eq!(!complete_response(&commas(count)).starts_with('['), is_whole, "{count} commas");
    }
    // Text is taken in whatever number of pieces, up to its length. (Most of these is padding, which is left out.)
    let padded =
        json!({"object": "chat.completion.chunk", "choices": [], "obfuscation": "a".repeat(100_000)});
    let line = format!("data: {padded}\n");
    let in_json = Canonical::from_str_value(&line).as_str().len() - 2;
    let fits = (16 * 1024 * 1024 - 2) / in_json;
    for (lines, is_whole) in [(fits, true), (fits + 1, false)] {
        let mut event = completed(&json!({"request_id": "a"}));
        event.response = Some(Canonical::from_str_value(&line.repeat(lines)));
        complete(&mut event);
        assert_eq!(event.response.unwrap().is_object(), is_whole, "{lines} lines");
    }
}

fn complete_response(response: &Value) -> String {
    let event = completed(&json!({"request_id": "a", "response": response}));
    event.response.unwrap().as_str().to_owned()
}

#[test]
fn a_response_that_is_text_is_looked_into() {
    let whole = json!({"model": "m", "choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2}});
    let event = completed(&json!({"request_id": "a", "response": whole.to_string()}));
    assert_eq!(response(&event), json!(whole.to_string()), "its form is the gateway's");
    assert_eq!((event.model.as_deref(), event.usage.total), (Some("m"), Some(3)));
}

#[test]
fn a_stream_that_broke_off_is_taken_in_as_far_as_it_came() {
    let (_, request, whole) = streamable(table("openai_chat")).next().unwrap();
    let mut dice = Dice::new(1);
    let text = sse(&chat(&whole, &mut dice), &mut dice);
    let cut = &text[..text.len() / 2];
    let event = completed(&json!({"request_id": "a", "request": request, "response": cut}));
    assert_eq!(response(&event)["object"], "chat.completion");
    assert_eq!(event.usage, Default::default());
}
