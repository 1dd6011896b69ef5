//! `heliograph tail`: asks for the newest deliveries again and again.

use std::{collections::HashSet, thread, time::Duration};

use clap::Args;
use serde_json::Value;

use super::deliveries::page;
use crate::cli::{
    client::Client,
    config::Config,
    exit::{Exit, Failure},
    output::{Output, plain},
};

/// How many deliveries are asked for at a time.
const PAGE: usize = 100;
/// How many pages are gone back at most between two looks; what is beyond is not told.
const PAGES: usize = 20;
/// How many lines are remembered.
const REMEMBERED: usize = 20_000;
/// How often a deployment that does not answer is asked again before that is an error.
const PATIENCE: u32 = 10;

/// Follows a webhook's deliveries: a line for each time that one of them changes.
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
    /// How many seconds between two looks
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=3600))]
    interval: u64,
}

impl Tail {
    pub(super) fn run(self, config: &Config, output: &mut Output<'_>) -> Result<(), Failure> {
        let client = Client::new(config);
        let mut seen = Seen::default();
        let (mut told, mut failures, mut is_first) = (0_usize, 0_u32, true);
        loop {
            let news = match self.news(&client, &mut seen, is_first) {
                Ok(news) => {
                    failures = 0;
                    news
                }
                // Who follows for hours sits out a deployment's restart.
                Err(failure) if failure.exit == Exit::Unavailable && !is_first && failures < PATIENCE => {
                    failures = failures.saturating_add(1);
                    output.note(&format!("heliograph: {failure}; asking again"))?;
                    Vec::new()
                }
                Err(failure) => return Err(failure),
            };
            let skipped = if is_first { news.len().saturating_sub(usize::from(self.lines)) } else { 0 };
            for delivery in news.iter().skip(skipped) {
                match output.is_json {
                    true => output.json(delivery)?,
                    false => output.line(&line(delivery))?,
                }
                told = told.saturating_add(1);
                if self.count.is_some_and(|count| told >= count) {
                    return Ok(());
                }
            }
            is_first = false;
            thread::sleep(Duration::from_secs(self.interval));
        }
    }

    /// What changed since the last look, oldest first.
    fn news(&self, client: &Client, seen: &mut Seen, is_first: bool) -> Result<Vec<Value>, Failure> {
        let (mut news, mut cursor) = (Vec::new(), None);
        for _ in 0..PAGES {
            let parameters = [("eventType", self.event_type.clone())];
            let page = page(client, &self.webhook, &parameters, PAGE, cursor)?;
            let length = page.deliveries.len();
            let fresh: Vec<Value> = page.deliveries.into_iter().filter(|one| seen.is_new(one)).collect();
            let met_known = fresh.len() < length;
            news.extend(fresh);
            cursor = page.next;
            if met_known || is_first || cursor.is_none() {
                break;
            }
        }
        seen.forget();
        news.reverse();
        Ok(news)
    }
}

/// What was told, by what makes a delivery look different.
#[derive(Default)]
struct Seen {
    now: HashSet<String>,
    before: HashSet<String>,
}

impl Seen {
    fn is_new(&mut self, delivery: &Value) -> bool {
        let names = ["id", "state", "attempt_count", "updated_at"];
        let parts: Vec<String> =
            names.iter().map(|name| delivery.get(name).map(Value::to_string).unwrap_or_default()).collect();
        let key = parts.join(" ");
        !self.before.contains(&key) && self.now.insert(key)
    }

    /// Lets go of the older half now and then.
    fn forget(&mut self) {
        if self.now.len() > REMEMBERED {
            self.before = std::mem::take(&mut self.now);
        }
    }
}

fn line(delivery: &Value) -> String {
    let text = |name: &str| match delivery.get(name) {
        Some(Value::String(text)) => plain(text),
        None | Some(Value::Null) => "-".to_owned(),
        Some(other) => other.to_string(),
    };
    let answer = match delivery.get("last_status").and_then(Value::as_u64) {
        Some(status) => status.to_string(),
        None => text("last_failure"),
    };
    let at = text("updated_at");
    let (state, tries) = (text("state"), text("attempt_count"));
    format!("{at}  {state:9}  {answer:>10}  try {tries:2}  {}  {}", text("id"), text("event_type"))
}
