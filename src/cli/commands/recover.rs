//! `heliograph recover`.

use std::{thread, time::Duration};

use clap::Args;
use serde_json::{Value, json};

use crate::cli::{
    client::{Client, segment},
    clock,
    config::Config,
    exit::Failure,
    output::Output,
    set::put,
    when::moment,
};

/// How often its progress is asked for.
const POLL: Duration = Duration::from_secs(1);

/// Sends again what a webhook did not get.
#[derive(Debug, Args)]
pub struct Recover {
    /// The webhook's id, sub_…
    webhook: String,
    /// From when on: a date, a date and time, or how long ago (24h)
    #[arg(long)]
    since: String,
    /// Until when, likewise [default: now]
    #[arg(long)]
    until: Option<String>,
    /// Of which: may be repeated [default: all three]
    #[arg(long = "state", value_name = "STATE", value_parser = ["failed", "held", "missing"])]
    states: Vec<String>,
    /// Of these types alone; may be repeated
    #[arg(long = "event-type", value_name = "TYPE")]
    event_types: Vec<String>,
    /// Wait until all of it is queued
    #[arg(long)]
    wait: bool,
}

impl Recover {
    pub(super) fn run(self, config: &Config, output: &mut Output<'_>) -> Result<(), Failure> {
        let client = Client::new(config);
        let at = |text: &str| moment(text, clock::now()).map(|at| at.to_string()).map_err(Failure::usage);
        let mut body = json!({"since": at(&self.since)?});
        if let Some(until) = &self.until {
            put(&mut body, "until", Value::String(at(until)?));
        }
        if !self.states.is_empty() {
            put(&mut body, "states", json!(self.states));
        }
        if !self.event_types.is_empty() {
            put(&mut body, "eventTypes", json!(self.event_types));
        }
        let mut job = client.post(&format!("/v1/webhooks/{}/recover", segment(&self.webhook)), &body)?;
        let member = |job: &Value, name: &str| job.get(name).and_then(Value::as_str).map(str::to_owned);
        while self.wait && member(&job, "status").as_deref() == Some("running") {
            thread::sleep(POLL);
            let id = member(&job, "id").unwrap_or_default();
            job = client.get(&format!("/v1/jobs/{}", segment(&id)))?;
        }
        output.thing(&job)?;
        match self.wait && member(&job, "status").as_deref() != Some("done") {
            true => Err(Failure::no()),
            false => Ok(()),
        }
    }
}
