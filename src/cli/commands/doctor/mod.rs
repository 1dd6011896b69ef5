//! `heliograph doctor`: whether a deployment works from end to end.
//!
//! What only the Worker can see it is asked for (`/v1/diagnosis`); clocks, addresses and the way of a delivery are seen from here.

mod queues;
pub mod report;
mod round_trip;

use std::time::Duration;

use clap::Args;
use serde_json::{Value, json};

use self::report::Report;
use crate::{
    cli::{
        client::{Client, fetch},
        clock,
        config::Config,
        exit::Failure,
        output::Output,
        secrets::SecretArgs,
    },
    core::time::Timestamp,
};

/// How long one address may take to answer.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How far the clocks may be apart, in seconds. Signatures are refused from 300 on.
const MAX_SKEW_SECONDS: i64 = 30;

/// Checks a deployment from end to end: bindings, settings, queues, its clock, and a delivery through the receiver. Needs the root key.
#[derive(Debug, Args)]
pub struct Doctor {
    /// The receiver's address, where another deployment plays that role
    #[arg(long, value_name = "URL")]
    receiver: Option<String>,
    /// The receiver's API key, where it is not the deployment's
    #[arg(long, env = "HELIOGRAPH_RECEIVER_KEY", hide_env_values = true, value_name = "KEY")]
    receiver_key: Option<String>,
    #[command(flatten)]
    secrets: SecretArgs,
    /// Let a message of each queue fall into its dead letters, too. That takes its hundred retries, for which production may need minutes
    #[arg(long)]
    dead_letters: bool,
    /// How many seconds a message may take through a queue
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    wait: u64,
}

/// A deployment as it describes itself.
struct Deployment {
    has_dispatcher: bool,
    has_receiver: bool,
}

impl Doctor {
    pub(super) fn run(self, config: &Config, output: &mut Output<'_>) -> Result<(), Failure> {
        let mut report = Report::new(output);
        self.examine(config, &mut report)?;
        report.end()
    }

    fn examine(&self, config: &Config, report: &mut Report<'_, '_>) -> Result<(), Failure> {
        let Some(deployment) = reach(&config.url, report)? else { return Ok(()) };
        let client = Client::new(config);
        let asked = clock::now();
        let diagnosis = match client.post("/v1/diagnosis", &json!({"deadLetters": self.dead_letters})) {
            Ok(diagnosis) => diagnosis,
            // Without a look from inside there is nothing more to say.
            Err(failure) => return report.bad("key", &failure.to_string()),
        };
        report.good("key", "is the root key")?;
        compare_clocks(&diagnosis, asked, report)?;
        let checks = diagnosis.get("checks").and_then(Value::as_array);
        for check in checks.into_iter().flatten() {
            report.of(check)?;
        }
        queues::wait(&client, &diagnosis, Duration::from_secs(self.wait), report)?;
        if deployment.has_dispatcher {
            fetch_exchange(&diagnosis, report)?;
        }
        round_trip::make(self, &deployment, config, &client, report)
    }
}

/// Whether there is a deployment at all, and what it is.
fn reach(url: &str, report: &mut Report<'_, '_>) -> Result<Option<Deployment>, Failure> {
    let answer = fetch(&format!("{url}/healthz"), TIMEOUT);
    let health = match answer {
        Ok((200, body)) => {
            serde_json::from_slice::<Value>(&body).ok().filter(|health| health.get("roles").is_some())
        }
        Ok((status, _)) => {
            report.bad("address", &format!("{url}/healthz answers {status}"))?;
            return Ok(None);
        }
        Err(why) => {
            report.bad("address", &format!("{url}: {why}"))?;
            return Ok(None);
        }
    };
    let Some(health) = health else {
        report.bad("address", &format!("{url}/healthz is not Heliograph's"))?;
        return Ok(None);
    };
    let roles: Vec<&str> = health
        .get("roles")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let version = health.get("version").and_then(Value::as_str).unwrap_or("?");
    report.good("address", &format!("{url}, {}, version {version}", roles.join(" and ")))?;
    Ok(Some(Deployment {
        has_dispatcher: roles.contains(&"dispatcher"),
        has_receiver: roles.contains(&"receiver"),
    }))
}

/// The deployment's time is of some moment between the question and the answer.
fn compare_clocks(diagnosis: &Value, asked: Timestamp, report: &mut Report<'_, '_>) -> Result<(), Failure> {
    let theirs = diagnosis.get("now").and_then(Value::as_str).and_then(Timestamp::parse);
    let Some(theirs) = theirs.map(|theirs| theirs.millis()) else { return Ok(()) };
    let (earliest, latest) = (asked.millis(), clock::now().millis());
    let apart = theirs.saturating_sub(theirs.clamp(earliest, latest)).saturating_div(1000);
    let said = match apart {
        0 => "agrees with this machine's".to_owned(),
        ahead if ahead > 0 => format!("is {ahead} s ahead of this machine's"),
        behind => format!("is {} s behind this machine's", behind.saturating_abs()),
    };
    match apart.saturating_abs() > MAX_SKEW_SECONDS {
        true => report.bad("clock", &format!("{said}; signatures are refused from 300 s on")),
        false => report.good("clock", &said),
    }
}

/// Gets what was archived by its signed URL, as a receiver does.
fn fetch_exchange(diagnosis: &Value, report: &mut Report<'_, '_>) -> Result<(), Failure> {
    let Some(url) = diagnosis.get("exchange_url").and_then(Value::as_str) else {
        return report.skipped("signed URL", "nothing could be archived");
    };
    // The query is what opens it.
    let place = url.split('?').next().unwrap_or_default();
    match fetch(url, TIMEOUT) {
        Ok((200, body)) if is_exchange(&body) => report.good("signed URL", "gives the archived exchange"),
        Ok((200, _)) => {
            report.bad("signed URL", &format!("{place} gives something else; what does PUBLIC_URL say?"))
        }
        Ok((status, _)) => {
            report.bad("signed URL", &format!("{place} answers {status}; what does PUBLIC_URL say?"))
        }
        Err(why) => report.bad("signed URL", &format!("{place}: {why}; what does PUBLIC_URL say?")),
    }
}

/// Whether this is what was asked and answered, as it is archived.
fn is_exchange(body: &[u8]) -> bool {
    let exchange: Option<Value> = serde_json::from_slice(body).ok();
    exchange.is_some_and(|exchange| ["request", "response"].iter().all(|part| exchange.get(part).is_some()))
}
