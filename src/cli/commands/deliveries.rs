//! `heliograph deliveries`.

use clap::Subcommand;
use serde_json::Value;

use crate::cli::{
    client::{Client, query, segment},
    clock,
    config::Config,
    exit::Failure,
    output::Output,
    when::moment,
};

/// The longest page that the API gives.
const PAGE: usize = 200;

/// What was sent.
#[derive(Debug, Subcommand)]
pub enum Deliveries {
    /// List a webhook's deliveries, newest first
    List {
        /// The webhook's id, sub_…
        webhook: String,
        /// Those in this state alone
        #[arg(long, value_parser = ["waiting", "held", "retrying", "delivered", "dead"])]
        state: Option<String>,
        /// Those of this type alone
        #[arg(long)]
        event_type: Option<String>,
        /// From when on: a date, a date and time, or how long ago (24h)
        #[arg(long)]
        since: Option<String>,
        /// Until when, likewise
        #[arg(long)]
        until: Option<String>,
        /// How many at most
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Show one with all its attempts
    Show {
        /// The delivery's id, msg_…
        id: String,
    },
    /// Send some again, under the same ids
    Retry {
        /// The deliveries' ids, msg_…
        #[arg(required = true)]
        ids: Vec<String>,
    },
}

impl Deliveries {
    pub(super) fn run(self, config: &Config, output: &mut Output<'_>) -> Result<(), Failure> {
        let client = Client::new(config);
        match self {
            Self::List { webhook, state, event_type, since, until, limit } => {
                let at = |text: Option<String>| {
                    let moment = text.map(|text| moment(&text, clock::now())).transpose();
                    moment.map(|moment| moment.map(|moment| moment.to_string())).map_err(Failure::usage)
                };
                let parameters = [
                    ("state", state),
                    ("eventType", event_type),
                    ("since", at(since)?),
                    ("until", at(until)?),
                ];
                output.list(&pages(&client, &webhook, &parameters, limit)?, &COLUMNS)?;
            }
            Self::Show { id } => show(&client.get(&format!("/v1/deliveries/{}", segment(&id)))?, output)?,
            Self::Retry { ids } => {
                for id in ids {
                    let path = format!("/v1/deliveries/{}/retry", segment(&id));
                    output.thing(&client.call("POST", &path, None)?)?;
                }
            }
        }
        Ok(())
    }
}

/// The columns of a list of deliveries.
const COLUMNS: [(&str, &str); 7] = [
    ("id", "/id"),
    ("state", "/state"),
    ("type", "/event_type"),
    ("tries", "/attempt_count"),
    ("status", "/last_status"),
    ("accepted", "/accepted_at"),
    ("next", "/next_attempt_at"),
];

/// Pages of a list, as far as the limit.
fn pages(
    client: &Client,
    webhook: &str,
    parameters: &[(&str, Option<String>)],
    limit: usize,
) -> Result<Vec<Value>, Failure> {
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let wanted = limit.saturating_sub(found.len()).min(PAGE);
        if wanted == 0 {
            return Ok(found);
        }
        let page = page(client, webhook, parameters, wanted, cursor)?;
        found.extend(page.deliveries);
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(found),
        }
    }
}

/// One page.
pub(super) struct Page {
    /// Newest first.
    pub deliveries: Vec<Value>,
    /// The next one's cursor.
    pub next: Option<String>,
}

/// Asks for one page.
pub(super) fn page(
    client: &Client,
    webhook: &str,
    parameters: &[(&str, Option<String>)],
    limit: usize,
    cursor: Option<String>,
) -> Result<Page, Failure> {
    let place = [("limit", Some(limit.to_string())), ("cursor", cursor)];
    let path =
        format!("/v1/webhooks/{}/deliveries{}", segment(webhook), query(&[parameters, &place].concat()));
    let mut answer = client.get(&path)?;
    let next = answer.get("next_cursor").and_then(Value::as_str).map(str::to_owned);
    let deliveries = answer.get_mut("deliveries").map(Value::take);
    let deliveries = match deliveries {
        Some(Value::Array(deliveries)) => deliveries,
        _ => Vec::new(),
    };
    Ok(Page { deliveries, next })
}

fn show(delivery: &Value, output: &mut Output<'_>) -> Result<(), Failure> {
    if output.is_json {
        return Ok(output.json(delivery)?);
    }
    let mut head = delivery.clone();
    let attempts = head.as_object_mut().and_then(|members| members.shift_remove("attempts"));
    output.thing(&head)?;
    if let Some(Value::Array(attempts)) = attempts {
        output.line("")?;
        let columns = [
            ("try", "/number"),
            ("at", "/at"),
            ("lane", "/lane"),
            ("ms", "/latency_ms"),
            ("status", "/status"),
            ("failure", "/failure"),
            ("reply", "/reply"),
        ];
        output.list(&attempts, &columns)?;
    }
    Ok(())
}
