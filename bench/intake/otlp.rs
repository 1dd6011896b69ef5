//! What OpenTelemetry's spans cost at intake without a Worker around it: `cargo bench --bench otlp`. Prints one line of JSON an
//! encoding: spans a second that are read and made events, of calls of 1,000 LLM calls of about 1 KB, and of calls of which one
//! span in ten is one.

// Not part of the Worker: what goes wrong here may stop it.
#![allow(clippy::arithmetic_side_effects, clippy::panic, clippy::print_stdout, clippy::unwrap_used)]

use std::{hint::black_box, time::Instant};

use heliograph::core::{
    adapter::otlp::{Encoding, Events},
    time::Timestamp,
};
use serde_json::{Value, json};

// The writer of the tests, which is not the code that is measured.
#[path = "../../tests/native/otlp_intake/otlp.rs"]
mod otlp;

const SPANS: usize = 1000;
const ROUNDS: usize = 30;

fn main() {
    for (encoding, name) in [(Encoding::Protobuf, "protobuf"), (Encoding::Json, "json")] {
        let [all, some] = [1, 10].map(|every| {
            let call = call(every);
            let body = match encoding {
                Encoding::Protobuf => otlp::protobuf(&call),
                Encoding::Json => call.to_string().into_bytes(),
            };
            (per_second(&body, encoding, SPANS / every), body.len() / SPANS)
        });
        let line = json!({
            "encoding": name, "spans_per_second": all.0, "bytes_per_span": all.1,
            "spans_per_second_one_in_ten": some.0, "bytes_per_span_one_in_ten": some.1,
        });
        println!("{line}");
    }
}

/// By the quickest of the rounds, which is the one that others disturbed least.
fn per_second(body: &[u8], encoding: Encoding, calls: usize) -> u64 {
    let mut best = f64::INFINITY;
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let events = Events::new(black_box(body), encoding, Timestamp::default()).unwrap();
        let events = events.map(|event| black_box(event).unwrap());
        assert_eq!(events.count(), calls);
        best = best.min(began.elapsed().as_secs_f64());
    }
    (SPANS as f64 / best) as u64
}

fn call(every: usize) -> Value {
    let words = "the quick answer to that question depends on how often the cache is read ".repeat(3);
    let messages = |role: &str| {
        json!([{"role": role, "parts": [{"type": "text", "content": words}], "finish_reason": "stop"}])
            .to_string()
    };
    let llm = json!({
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.response.model": "gpt-4o-2024-08-06",
        "gen_ai.response.id": "chatcmpl-1",
        "gen_ai.request.temperature": 0.2,
        "gen_ai.usage.input_tokens": 120,
        "gen_ai.usage.output_tokens": 80,
        "gen_ai.usage.cost": 0.0015,
        "gen_ai.conversation.id": "c-1",
        "user.id": "u-1",
        "gen_ai.input.messages": messages("user"),
        "gen_ai.output.messages": messages("assistant"),
    });
    let http = json!({
        "http.request.method": "POST", "url.full": "https://shop.example/basket", "server.port": 443,
        "http.response.status_code": 200, "user_agent.original": "Mozilla/5.0", "network.protocol.version": "2",
    });
    let one = |at: usize| otlp::span(if at.is_multiple_of(every) { &llm } else { &http }, &[], &Value::Null);
    otlp::call(&json!({"service.name": "shop"}), &(0..SPANS).map(one).collect::<Vec<_>>())
}
