//! Waits for what the deployment has sent through its queues.

use std::{
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::report::Report;
use crate::cli::{
    client::{Client, segment},
    exit::Failure,
};

/// How often it is asked what has arrived.
const INTERVAL: Duration = Duration::from_millis(500);
/// How many retries a queue has before its dead letters take a message, at about a second each.
const RETRIES: u32 = 100;

/// Waits until every probe has arrived, or for so long.
pub(super) fn wait(
    client: &Client,
    diagnosis: &Value,
    patience: Duration,
    report: &mut Report<'_, '_>,
) -> Result<(), Failure> {
    let id = diagnosis.get("id").and_then(Value::as_str).unwrap_or_default();
    let mut missing: Vec<String> = names(diagnosis.get("probes"));
    let has_dead = missing.iter().any(|name| is_dead(name));
    let began = Instant::now();
    while !missing.is_empty() {
        let arrived = names(client.get(&format!("/v1/diagnosis/{}", segment(id)))?.get("arrived"));
        let waited = began.elapsed();
        for name in missing.extract_if(.., |name| arrived.contains(name)) {
            report
                .good(&format!("queue {name}"), &format!("has a consumer, {:.1} s", waited.as_secs_f64()))?;
        }
        // What was sent through a hundred retries takes its time, and the others do not.
        for name in missing.extract_if(.., |name| waited > patience_for(name, patience)) {
            report.bad(
                &format!("queue {name}"),
                &format!(
                    "nobody took the message in {} s: is there a consumer for it in wrangler.toml, and deployed? Or is it busy?",
                    waited.as_secs()
                ),
            )?;
        }
        if !missing.is_empty() {
            thread::sleep(INTERVAL);
        }
    }
    if !has_dead {
        report.skipped("dead letters", "--dead-letters tries them")?;
    }
    Ok(())
}

fn is_dead(name: &str) -> bool {
    name.ends_with("-dead")
}

fn patience_for(name: &str, patience: Duration) -> Duration {
    if is_dead(name) { patience.saturating_add(Duration::from_secs(u64::from(RETRIES))) } else { patience }
}

fn names(list: Option<&Value>) -> Vec<String> {
    let items = list.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(|name| name.as_str().map(str::to_owned)).collect()
}
