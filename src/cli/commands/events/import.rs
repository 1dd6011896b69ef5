//! `heliograph events import`.

use std::{
    fs::File,
    io::{BufReader, IsTerminal, Seek, SeekFrom},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};

use super::{
    batches::{Batch, Batches},
    progress::Progress,
};
use crate::{
    cli::{
        client::Client,
        config::Config,
        exit::{Exit, Failure},
        output::{Output, plain},
    },
    core::event::MAX_EVENTS,
};

/// How often a batch is sent again that the deployment could not take.
const TRIES: u32 = 6;
/// The longest pause between two of them, in seconds.
const LONGEST_PAUSE: u32 = 30;
/// How many lines that were rejected are named.
const NAMED: u64 = 100;

/// Takes a file in. What was taken in is noted beside it after each call, so that the same command goes on after an interruption;
/// an event that is sent twice has one id.
#[derive(Debug, Args)]
pub struct Import {
    /// The file
    file: PathBuf,
    /// How many events a call
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u16).range(1..=MAX_EVENTS as i64))]
    batch: u16,
    /// Begin anew, whatever was taken in before
    #[arg(long)]
    restart: bool,
}

impl Import {
    pub(super) fn run(self, config: &Config, output: &mut Output<'_>) -> Result<(), Failure> {
        let client = Client::new(config);
        let failed = |error: std::io::Error| Failure::file(&self.file, &error);
        let mut file = File::open(&self.file).map_err(failed)?;
        let length = file.metadata().map_err(failed)?.len();
        if self.restart {
            Progress::forget(&self.file)?;
        }
        let mut progress = match Progress::resume(&self.file, &config.url)? {
            Some(progress) => {
                output.note(&format!("going on behind line {}", progress.line))?;
                progress
            }
            None => Progress { url: config.url.clone(), ..Progress::default() },
        };
        file.seek(SeekFrom::Start(progress.offset)).map_err(failed)?;
        let bar = bar(length, progress.offset);
        let mut batches = Batches::new(BufReader::new(file), progress.line, usize::from(self.batch));
        while let Some(batch) = batches.read().map_err(failed)? {
            if !batch.lines.is_empty() {
                take_in(&client, &batch, &mut progress, &bar, output)?;
            }
            progress.offset = progress.offset.saturating_add(batch.length);
            progress.line = batch.last_line;
            progress.keep(&self.file)?;
            bar.set_position(progress.offset);
        }
        bar.finish_and_clear();
        Progress::forget(&self.file)?;
        finish(&self.file, &progress, output)
    }
}

fn finish(file: &Path, progress: &Progress, output: &mut Output<'_>) -> Result<(), Failure> {
    let Progress { line, accepted, deliveries, held, rejected, .. } = progress;
    output.thing(&json!({
        "file": file.display().to_string(), "lines": line, "accepted": accepted, "deliveries": deliveries,
        "held": held, "rejected": rejected,
    }))?;
    if *rejected == 0 { Ok(()) } else { Err(Failure::no()) }
}

/// Sends a batch until it is taken, and adds up what came of it.
fn take_in(
    client: &Client,
    batch: &Batch,
    progress: &mut Progress,
    bar: &ProgressBar,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    let answer = match send(client, batch) {
        Ok(answer) => answer,
        // None of them was taken; the deployment says why of the first few.
        Err(failure) if failure.exit == Exit::Refused => {
            let count = u64::try_from(batch.lines.len()).unwrap_or(u64::MAX);
            progress.rejected = progress.rejected.saturating_add(count);
            let from = batch.lines.first().copied().unwrap_or_default();
            let text = format!("lines {from} to {}: {}", batch.last_line, plain(&failure.to_string()));
            return bar.suspend(|| Ok(output.note(&text)?));
        }
        Err(failure) => return Err(failure),
    };
    let number = |name: &str| answer.get(name).and_then(Value::as_u64).unwrap_or_default();
    progress.accepted = progress.accepted.saturating_add(number("accepted"));
    progress.deliveries = progress.deliveries.saturating_add(number("deliveries"));
    progress.held = progress.held.saturating_add(number("held"));
    for rejection in answer.get("rejected").and_then(Value::as_array).into_iter().flatten() {
        progress.rejected = progress.rejected.saturating_add(1);
        if progress.rejected <= NAMED {
            let at = rejection.get("index").and_then(Value::as_u64).and_then(|at| usize::try_from(at).ok());
            let line = at.and_then(|at| batch.lines.get(at)).copied().unwrap_or_default();
            let error = rejection.get("error").and_then(Value::as_str).unwrap_or_default();
            bar.suspend(|| output.note(&format!("line {line}: {}", plain(error))))?;
        }
    }
    Ok(())
}

fn send(client: &Client, batch: &Batch) -> Result<Value, Failure> {
    let mut tries = 0_u32;
    loop {
        let body = ("application/x-ndjson", batch.bytes.clone());
        match client.call("POST", "/v1/events", Some(body)) {
            Err(failure) if failure.exit == Exit::Unavailable && tries < TRIES => {
                let pause = failure.retry_after.unwrap_or(1_u32 << tries).clamp(1, LONGEST_PAUSE);
                thread::sleep(Duration::from_secs(u64::from(pause)));
                tries = tries.saturating_add(1);
            }
            result => return result,
        }
    }
}

/// A bar on standard error, where that is a terminal.
fn bar(length: u64, position: u64) -> ProgressBar {
    let target = match std::io::stderr().is_terminal() {
        true => ProgressDrawTarget::stderr(),
        false => ProgressDrawTarget::hidden(),
    };
    let bar = ProgressBar::with_draw_target(Some(length), target).with_position(position);
    match ProgressStyle::with_template("{bar:40} {percent:>3} %  {bytes} of {total_bytes}, {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
