//! What shaping costs without a Worker around it: `cargo bench --bench shaping`. Prints one line of JSON: microseconds per 10 KB of
//! body, for each kind of rules and each kind of body.

// Not part of the Worker: what goes wrong here may stop it.
#![allow(clippy::arithmetic_side_effects, clippy::print_stdout, clippy::unwrap_used)]

use std::{hint::black_box, time::Instant};

use heliograph::core::{
    api_version::ApiVersion,
    event::{Event, read_event},
    payload::Shape,
    shaping::{FieldRules, Reader, Report, UserIdKey, render_by},
    subscription::{ContentMode, Format, Oversize},
    time::Timestamp,
};
use serde_json::{Map, Value, json, value::RawValue};

const ROUNDS: usize = 30;
const BODY: usize = 10 * 1024;

fn main() {
    let prose = "the quick answer to that question depends on how often the cache is read, ";
    let numbers = "order 4711, 12.5 ms at 10:30, 3 of 17; ";
    let personal = "write to jane@example.com or call +1 415 555 2671 from 10.0.0.1; ";
    let mut lines = Map::new();
    for (name, words) in [("prose", prose), ("numbers", numbers), ("personal", personal)] {
        let event = event(words);
        let mut line = Map::new();
        for (kind, rules) in [
            ("nothing", json!({"bodies": "full"})),
            ("exclude", json!({"bodies": "full", "exclude": ["request_body.messages[*].name", "user_id"]})),
            ("detectors", json!({"bodies": "full", "redact": {"detectors": "all"}})),
            ("email", json!({"bodies": "full", "redact": {"detectors": ["email"]}})),
        ] {
            line.insert(kind.to_owned(), micros(&event, &FieldRules::parse(&rules).unwrap()).into());
        }
        lines.insert(name.to_owned(), line.into());
    }
    println!("{}", Value::from(lines));
}

/// Microseconds per 10 KB, rendering included: the quickest of the rounds, which is the one that others disturbed least.
fn micros(event: &Event, rules: &FieldRules) -> f64 {
    let key = UserIdKey::derive(b"a key");
    let reader = Reader { org: "default", subscription: "sub_1", user_ids: &key };
    let shape = Shape {
        format: Format::Helicone,
        content_mode: ContentMode::Structured,
        version: ApiVersion::NEWEST,
        include_data: true,
        oversize: Oversize::Truncate,
        shaped: None,
    };
    let mut best = f64::INFINITY;
    for _ in 0..ROUNDS {
        let began = Instant::now();
        black_box(render_by(
            black_box(event),
            rules,
            shape,
            (reader, "https://x.example"),
            &mut Report::default(),
        ));
        best = best.min(began.elapsed().as_secs_f64());
    }
    let bytes = event.request.as_ref().map_or(BODY, |body| body.as_str().len());
    best * 1e6 * BODY as f64 / bytes as f64
}

/// A request of about 100 KB in messages of 500 bytes.
fn event(words: &str) -> Event {
    let content = words.repeat(500 / words.len());
    let messages: Vec<Value> = (0..200).map(|_| json!({"role": "user", "content": content})).collect();
    let text = json!({"request_id": "r", "model": "m", "request": {"messages": messages}}).to_string();
    read_event(&RawValue::from_string(text).unwrap(), Timestamp::default()).unwrap()
}
