//! What pricing a request takes: `cargo bench --bench pricing`. Prints one line of JSON a kind of request: nanoseconds each.

// Not part of the Worker: what goes wrong here may stop it.
#![allow(clippy::arithmetic_side_effects, clippy::print_stdout, clippy::unwrap_used)]

use std::{hint::black_box, time::Instant};

use heliograph::core::{
    pricing::{Counts, Question, Unit, price},
    time::Timestamp,
};
use serde_json::json;

const TIMES: u32 = 2_000;
const ROUNDS: usize = 30;

/// By what has to be looked at: a name, rules, prices of several dates, another provider's models, all rules in vain.
const KINDS: [(&str, Option<&str>, &str); 7] = [
    ("by name", Some("OPENAI"), "gpt-4o-2024-08-06"),
    ("by name, of many", Some("OPENROUTER"), "openai/gpt-4o"),
    ("by rule", Some("ANTHROPIC"), "claude-sonnet-4-5-20250929"),
    ("dated", Some("GOOGLE"), "gemini-3.8-flash"),
    ("of another provider", Some("AZURE"), "gpt-5.4"),
    ("provider from model", None, "gpt-4o"),
    ("unknown", Some("OPENAI"), "my-own-model"),
];

fn main() {
    let mut counts = Counts::default();
    for (unit, count) in [(Unit::Input, 3000), (Unit::Output, 400), (Unit::CacheRead, 2000)] {
        counts.set(unit, Some(count));
    }
    for (kind, provider, model) in KINDS {
        let question = Question {
            provider,
            model: Some(model),
            counts: &counts,
            context: &[],
            at: Timestamp::from_millis(1_795_251_600_000),
        };
        // The very first finds nothing prepared, because nothing is.
        let first = Instant::now();
        black_box(price(black_box(&question)));
        let first = first.elapsed().as_nanos();
        let mut best = f64::INFINITY;
        for _ in 0..ROUNDS {
            let began = Instant::now();
            for _ in 0..TIMES {
                black_box(price(black_box(&question)));
            }
            best = best.min(began.elapsed().as_nanos() as f64 / f64::from(TIMES));
        }
        println!("{}", json!({"kind": kind, "first": first, "price lookup ns": best.round()}));
    }
}
