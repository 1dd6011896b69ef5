//! Shaping: nothing is left of what a rule takes away, nothing is there that was not, and what was redacted stays as it is.
#![no_main]

use std::sync::LazyLock;

use arbitrary::{Result, Unstructured};
use heliograph::core::{
    destination::Policy,
    event::{Event, read_event},
    shaping::{Detector, Detectors, Finding, Reader, UserIdKey, exchange, findings, render},
    subscription::{Settings, Subscription},
};
use heliograph_fuzz::{emitted, json::Words, now};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json, value::RawValue};

const BASE: &str = "https://hooks.example.com";

/// A text that is in no name and that no detector knows.
const MARK: &str = "zqxj";

const NAMES: [&str; 12] = [
    "messages",
    "role",
    "content",
    "choices",
    "message",
    "a",
    "b",
    "x.y",
    "0",
    "jane@example.com",
    "arguments",
    "data",
];
const TEXTS: [&str; 14] = [
    "zqxj",
    "a",
    "jane@example.com",
    "x4111 1111 1111 1111 jane@example.com,10.0.0.1",
    "{\"a\":\"bob\\u0040example.com\"}",
    "{\"zqxj\":[1,{\"b\":\"zqxj\"}]}",
    "+1 415 555 2671",
    "DE89370400440532013000",
    "a@b.co@b.co10.0.0.1::1",
    "078-05-1120",
    "\u{1f600}",
    "data: {\"choices\":[{\"delta\":{\"content\":\"zqxj\"}}]}\n\n",
    "user",
    "é",
];
const PATHS: [&str; 14] = [
    "request_body",
    "response_body",
    "request_body.messages",
    "request_body.messages[*].content",
    "*.a",
    "own",
    "own.a",
    "own[0]",
    "properties",
    "properties.a",
    "user_id",
    "response_body.*",
    "data.b",
    "own[\"x.y\"]",
];

static USER_IDS: LazyLock<UserIdKey> = LazyLock::new(|| UserIdKey::derive(b"fuzz"));

fuzz_target!(|data: &[u8]| {
    let Some((mode, rest)) = data.split_first() else { return };
    if mode % 2 == 0 {
        let Ok(text) = std::str::from_utf8(rest) else { return };
        detectors(text);
    } else {
        // Where there is too little to make anything up of, there is nothing to shape.
        let _ = made_up(&mut Unstructured::new(rest));
    }
});

fn detectors(text: &str) {
    let mut from = 0;
    let mut left = String::new();
    for found in findings(text, Detectors::ALL) {
        assert!(from <= found.start && found.start < found.end, "{text:?}");
        left.push_str(&text[from..found.start]);
        left.push_str(found.detector.marker());
        from = found.end;
    }
    left.push_str(&text[from..]);
    // Of groups in a row that are no address together, the last ones may be one, and then the first ones, too: docs/SHAPING.md.
    let again = findings(&left, Detectors::ALL);
    let is_known = |found: &Finding| found.detector == Detector::Ip && text.contains(':');
    assert!(again.iter().all(is_known), "{text:?} became {left:?}");
}

fn made_up(from: &mut Unstructured<'_>) -> Result<()> {
    let words = Words { names: &NAMES, texts: &TEXTS };
    let own = words.value(from, 4)?;
    let event = json!({
        "request_id": "r", "model": words.text(from)?, "user_id": words.text(from)?, "own": own,
        "request": words.value(from, 4)?, "response": words.value(from, 4)?, "properties": words.object(from, 1)?,
    });
    let Some(event) = read(&event) else { return Ok(()) };
    let path = *from.choose(&PATHS)?;
    let format = *from.choose(&["helicone", "standard", "cloudevents"])?;

    // Everything that detectors know is gone, and a second time there is nothing to do.
    let redacting = shaped(&event, json!({"redact": {"detectors": "all"}}), format);
    redacting.iter().flat_map(|text| texts(text)).for_each(|text| {
        let is_small = text.parse::<f64>().is_ok_and(|number| number.abs() < 1e12);
        let is_ours = text.starts_with("https://") || text.contains("-11-21T");
        assert!(is_small || is_ours || findings(&text, Detectors::ALL).is_empty(), "{text:?}");
    });
    // Only what was named is there, and what was left out is not.
    let marked = |fields: Value| shaped(&event, fields, format).iter().any(|text| text.contains(MARK));
    let everything: Vec<&str> = vec![
        "request_body",
        "response_body",
        "own",
        "properties",
        "user_id",
        "model",
        "request_response_url",
    ];
    assert!(!marked(json!({"exclude": everything})), "{event:?}");
    assert!(!marked(json!({"redact": {"paths": everything}})), "{event:?}");
    assert!(!marked(json!({"include": ["cost"]})), "{event:?}");
    // Taking more away never shows what was not shown: no text is there that was in neither the event nor the rules.
    // (A stream becomes the response that it amounts to before anybody looks into it, which writes words of its own.)
    let before = plain(&event, format);
    if before.iter().any(|text| text.contains("data: {")) {
        return Ok(());
    }
    for fields in [
        json!({"exclude": [path]}),
        json!({"include": [path]}),
        json!({"redact": {"paths": [path]}}),
        json!({"bodies": "none"}),
    ] {
        let after = shaped(&event, fields.clone(), format);
        let known: Vec<String> = before.iter().flat_map(|text| texts(text)).collect();
        for text in after.iter().flat_map(|text| texts(text)) {
            let is_part = |known: &String| known == &text || known.contains(text.trim_end_matches('…'));
            assert!(
                text.contains("[redacted]") || known.iter().any(is_part) || is_cut(&text),
                "{fields}: {text:?} of {before:?}"
            );
        }
    }
    Ok(())
}

/// A body that holds text within text is written anew, and may be cut there.
fn is_cut(text: &str) -> bool {
    text.starts_with(['{', '[', '"'])
}

fn read(value: &Value) -> Option<Event> {
    let text = value.to_string();
    let raw: &RawValue = serde_json::from_str(&text).ok()?;
    read_event(raw, now()).ok()
}

fn plain(event: &Event, format: &str) -> Vec<String> {
    outputs(event, json!({"destination": "https://receiver.example.com/in", "format": format}))
}

fn shaped(event: &Event, fields: Value, format: &str) -> Vec<String> {
    outputs(
        event,
        json!({"destination": "https://receiver.example.com/in", "format": format, "fields": fields}),
    )
}

/// The body, and the exchange behind the URL.
fn outputs(event: &Event, settings: Value) -> Vec<String> {
    let settings =
        Settings::read(settings.as_object().expect("an object"), &[], &Policy::default()).expect("settings");
    let subscription = Subscription::new("sub_1".to_owned(), settings, 0);
    let reader = Reader::of(&subscription, "default", &USER_IDS);
    let body = render(event, &subscription, reader, BASE).body;
    let exchange = exchange(event, subscription.settings.fields.as_ref(), reader);
    let all: Vec<String> = std::iter::once(body).chain(exchange).collect();
    all.iter().for_each(|text| emitted(text));
    all
}

/// Texts, keys and numbers.
fn texts(json: &str) -> Vec<String> {
    fn walk(value: &Value, out: &mut Vec<String>) {
        match value {
            Value::String(text) => out.push(text.clone()),
            Value::Array(list) => list.iter().for_each(|value| walk(value, out)),
            Value::Object(members) => members.iter().for_each(|(name, value)| {
                out.push(name.clone());
                walk(value, out);
            }),
            other => out.push(other.to_string()),
        }
    }
    let mut out = Vec::new();
    walk(&serde_json::from_str(json).expect("JSON"), &mut out);
    out
}
