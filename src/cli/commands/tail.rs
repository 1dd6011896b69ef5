//! `heliograph tail`: a webhook's deliveries as its ledger tells of them.

use std::{collections::HashSet, thread, time::Duration};

use clap::Args;
use serde_json::{Value, json};

use super::deliveries::page;
use crate::cli::{
    client::{Client, query, segment},
    config::Config,
    exit::{Exit, Failure},
    output::{Output, plain},
};

/// How often a deployment that does not answer is asked again before that is an error.
const PATIENCE: u32 = 10;
const PAUSE: Duration = Duration::from_secs(2);
const AGAIN: Duration = Duration::from_millis(200);

/// Follows a webhook's deliveries: a line for each time that something comes of one.
#[derive(Debug, Args)]
pub struct Tail {
    /// The webhook's id, sub_…
    webhook: String,
    /// Those of this type alone
    #[arg(long)]
    event_type: Option<String>,
    /// How many of the newest to begin with
    #[arg(long, short = 'n', default_value_t = 10, value_parser = clap::value_parser!(u16).range(0..=100))]
    lines: u16,
    /// End after so many lines
    #[arg(long)]
    count: Option<usize>,
}

/// How far it is.
#[derive(Default)]
struct Told {
    lines: usize,
    /// What the first lines have said: some of it may be told once more.
    first: HashSet<(String, String)>,
}

impl Tail {
    pub(super) fn run(self, config: &Config, output: &mut Output<'_>) -> Result<(), Failure> {
        let client = Client::new(config);
        // What refuses a WebSocket need not say why, and this does.
        client.get(&format!("/v1/webhooks/{}", segment(&self.webhook)))?;
        let (mut told, mut cursor, mut failures) = (Told::default(), None, 0_u32);
        loop {
            let path = format!(
                "/v1/webhooks/{}/tail{}",
                segment(&self.webhook),
                query(&[("after", cursor.clone())])
            );
            let mut socket = match client.watch(&path) {
                Ok(socket) => socket,
                // Who follows for hours sits out a deployment's restart.
                Err(failure)
                    if failure.exit == Exit::Unavailable && cursor.is_some() && failures < PATIENCE =>
                {
                    failures = failures.saturating_add(1);
                    output.note(&format!("heliograph: {failure}; asking again"))?;
                    thread::sleep(PAUSE);
                    continue;
                }
                Err(failure) => return Err(failure),
            };
            failures = 0;
            // After it is open, so that nothing comes between the two.
            if cursor.is_none() && self.begin(&client, &mut told, output)? {
                return Ok(());
            }
            // Wherever it breaks off before anything was told, it goes on from the start of what is new.
            cursor.get_or_insert_default();
            while let Some(text) = socket.next() {
                let news: Value = serde_json::from_str(&text).unwrap_or_default();
                if self.show(&news, &mut told, output)? {
                    return Ok(());
                }
                cursor = news.get("cursor").and_then(Value::as_str).map(str::to_owned);
                socket.send("more");
            }
            // The server closes connections now and then. One that it closes at once is not asked for without a pause.
            thread::sleep(AGAIN);
        }
    }

    /// The newest of before, oldest first. Whether these were all.
    fn begin(&self, client: &Client, told: &mut Told, output: &mut Output<'_>) -> Result<bool, Failure> {
        if self.lines == 0 {
            return Ok(false);
        }
        let parameters = [("eventType", self.event_type.clone())];
        let page = page(client, &self.webhook, &parameters, usize::from(self.lines), None)?;
        for delivery in page.deliveries.iter().rev() {
            let row = as_told(delivery);
            told.first.insert(key(&row));
            if self.tell(&row, told, output)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// One message of the ledger's. Whether that is enough.
    fn show(&self, news: &Value, told: &mut Told, output: &mut Output<'_>) -> Result<bool, Failure> {
        match news.get("skipped") {
            Some(Value::Number(count)) if count.as_u64() != Some(0) => {
                output.note(&format!(
                    "heliograph: {count} came faster than they were shown, and are left out"
                ))?;
            }
            Some(Value::Null) if told.lines > 0 => {
                output.note("heliograph: some may have come meanwhile that are not shown")?;
            }
            _ => {}
        }
        for row in news.get("deliveries").and_then(Value::as_array).into_iter().flatten() {
            let is_wanted =
                self.event_type.as_deref().is_none_or(|wanted| row.get("event_type") == Some(&json!(wanted)));
            if is_wanted && !told.first.remove(&key(row)) && self.tell(row, told, output)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn tell(&self, row: &Value, told: &mut Told, output: &mut Output<'_>) -> Result<bool, Failure> {
        match output.is_json {
            true => output.json(row)?,
            false => output.line(&line(row))?,
        }
        told.lines = told.lines.saturating_add(1);
        Ok(self.count.is_some_and(|count| told.lines >= count))
    }
}

/// A delivery of the list, as the ledger would have told of it.
fn as_told(delivery: &Value) -> Value {
    let of = |name: &str| delivery.get(name).cloned().unwrap_or_default();
    json!({
        "id": of("id"), "event_type": of("event_type"), "state": of("state"), "status": of("last_status"),
        "failure": of("last_failure"), "latency_ms": null, "at": of("updated_at"),
    })
}

fn key(row: &Value) -> (String, String) {
    let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    (text("id"), text("state"))
}

fn line(row: &Value) -> String {
    let text = |name: &str| match row.get(name) {
        Some(Value::String(text)) => plain(text),
        None | Some(Value::Null) => "-".to_owned(),
        Some(other) => other.to_string(),
    };
    let answer = match row.get("status").and_then(Value::as_u64) {
        Some(status) => status.to_string(),
        None => text("failure"),
    };
    let ms = row.get("latency_ms").and_then(Value::as_u64).map(|ms| format!("{ms} ms")).unwrap_or_default();
    let (at, state) = (text("at"), text("state"));
    format!("{at}  {state:9}  {answer:>10}  {ms:>8}  {}  {}", text("id"), text("event_type"))
}
