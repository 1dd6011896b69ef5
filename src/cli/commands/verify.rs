//! `heliograph verify`.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use clap::Args;
use serde_json::{Value, json};

use crate::{
    cli::{
        clock,
        config::Config,
        exit::Failure,
        output::Output,
        saved,
        secrets::{SecretArgs, texts},
        set::put,
        when::moment,
    },
    core::signature::{
        Verified,
        explain::{Against, Explanation, Received, explain},
    },
};

/// The largest request that is read: what a signature is searched for in has to be hashed many times.
const MOST_BYTES: u64 = 32 * 1024 * 1024;

/// Verifies a request as the receiver does.
#[derive(Debug, Args)]
pub struct Verify {
    /// A saved request (HTTP text, or JSON with headers and body), or with --header the body alone; - or nothing for standard input
    file: Option<PathBuf>,
    /// A header of the request, such as `webhook-id: msg_1`; may be repeated
    #[arg(long = "header", short = 'H', value_name = "NAME: VALUE")]
    headers: Vec<String>,
    #[command(flatten)]
    secrets: SecretArgs,
    /// Say what is wrong, by trying each known mistake
    #[arg(long)]
    explain: bool,
    /// Another webhook's secret, with which it may have been signed; may be repeated
    #[arg(long = "other", value_name = "SECRET")]
    others: Vec<String>,
    /// Take nothing that is signed without its time, as with REQUIRE_TIMESTAMP
    #[arg(long)]
    require_timestamp: bool,
    /// When it arrived: a date and time, or how long ago (2h) [default: now]
    #[arg(long, value_name = "MOMENT")]
    at: Option<String>,
}

impl Verify {
    pub(super) fn run(self, config: &Config, output: &mut Output<'_>) -> Result<(), Failure> {
        let secrets = self.secrets.required(config)?;
        let now = clock::now();
        let now = self.at.map_or(Ok(now), |at| moment(&at, now)).map_err(Failure::usage)?;
        let input = read_input(self.file.as_deref())?;
        let received = if self.headers.is_empty() {
            saved::read(&input).ok_or_else(|| {
                Failure::usage(
                    "this is no saved request: give HTTP text, JSON with headers and body, or the headers by --header",
                )
            })?
        } else {
            let read = |text: &String| {
                saved::header(text).ok_or_else(|| Failure::usage("header: must be `name: value`"))
            };
            Received { headers: self.headers.iter().map(read).collect::<Result<_, _>>()?, body: input }
        };
        let others = texts(&self.others);
        let explanation = explain(
            &received,
            &Against { secrets: &secrets, others: &others, requires_timestamp: self.require_timestamp, now },
        );
        tell(&explanation, self.explain, output)
    }
}

fn tell(explanation: &Explanation, in_full: bool, output: &mut Output<'_>) -> Result<(), Failure> {
    match &explanation.outcome {
        Ok(verified) => {
            let (scheme, id) = match verified {
                Verified::Standard { id } => ("standard", Some(id)),
                Verified::Helicone => ("helicone", None),
            };
            match (output.is_json, id) {
                (true, _) => output.json(&json!({"valid": true, "scheme": scheme, "id": id}))?,
                (false, Some(id)) => output.line(&format!("valid: by Standard Webhooks, webhook-id {id}"))?,
                (false, None) => {
                    output.line("valid: by Helicone's scheme, which signs neither id nor time")?
                }
            }
            Ok(())
        }
        Err(refused) => {
            let mistakes = if in_full { explanation.mistakes.as_slice() } else { &[] };
            if output.is_json {
                let each = |mistake: &crate::core::signature::explain::Mistake| json!({"code": mistake.code(), "message": mistake.to_string(), "remedy": mistake.remedy()});
                let mistakes: Vec<Value> = mistakes.iter().map(each).collect();
                let mut said = json!({
                    "valid": false, "status": refused.status(), "code": refused.code(), "error": refused.to_string(),
                });
                if in_full {
                    put(&mut said, "mistakes", Value::Array(mistakes));
                    put(&mut said, "certain", Value::Bool(explanation.is_certain));
                }
                output.json(&said)?;
            } else {
                output.line(&format!("refused ({}): {refused}", refused.status()))?;
                for mistake in mistakes {
                    let how = if explanation.is_certain { "because" } else { "perhaps" };
                    output.line(&format!("{how}: {mistake}"))?;
                    output.line(&format!("     do: {}", mistake.remedy()))?;
                }
            }
            Err(Failure::no())
        }
    }
}

/// A file's bytes, or standard input's, bounded.
pub(super) fn read_input(file: Option<&Path>) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let bound = MOST_BYTES.saturating_add(1);
    match file.filter(|file| *file != Path::new("-")) {
        Some(path) => {
            let opened = fs::File::open(path).map_err(|error| Failure::file(path, &error))?;
            opened.take(bound).read_to_end(&mut bytes).map_err(|error| Failure::file(path, &error))?
        }
        None => io::stdin().lock().take(bound).read_to_end(&mut bytes)?,
    };
    match u64::try_from(bytes.len()).is_ok_and(|length| length <= MOST_BYTES) {
        true => Ok(bytes),
        false => Err(Failure::usage(format!("more than {MOST_BYTES} bytes"))),
    }
}
