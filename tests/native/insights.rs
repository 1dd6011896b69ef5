//! What is counted of LLM requests, what is signalled, and what is asked of it.

mod questions;
mod settings;
mod signals;
mod sums;

use heliograph::core::insights::{Measure, Measures, Nanos, Observation, Settings};

/// 2026-11-21T09:00:00Z.
const NOW: i64 = 1_795_251_600_000;
/// The hour and the day of it, by the first hour.
const HOUR: i64 = 498_681;
const DAY: i64 = 498_672;
/// 2026-11-01T00:00:00Z.
const MONTH: i64 = 498_192;

const ALL: [Measure; 4] = [Measure::Spend, Measure::Latency, Measure::Tokens, Measure::Usage];

fn all() -> Measures {
    Measures::of(&ALL)
}

/// Settings by name and text.
fn settings(texts: &[(&str, &str)]) -> Settings {
    let get = |name: &str| texts.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned());
    Settings::read(get).unwrap()
}

/// A request of now.
fn request(model: &str, dollars: f64) -> Observation {
    Observation {
        delivery_id: "msg_1".to_owned(),
        at: NOW,
        model: Some(model.to_owned()),
        user: Some("u-1".to_owned()),
        cost: Nanos::of_dollars(dollars),
        prompt_tokens: Some(100),
        completion_tokens: Some(50),
        latency_ms: Some(1000),
        ..Observation::default()
    }
}
