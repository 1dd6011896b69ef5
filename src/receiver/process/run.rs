//! Running the handlers, and recording what comes of them as it comes.

use std::{collections::BTreeMap, pin::pin};

use futures_util::{
    FutureExt, StreamExt,
    future::{Either, LocalBoxFuture, select},
    stream,
};

use super::{
    Desk, FAULT_DELAY_SECONDS, dead,
    round::{Job, Round},
    seconds_until,
};
use crate::{
    core::{
        envelope::ApiError,
        inbox::{Outcome, State},
    },
    edge::{clock, log::Line, storage},
    receiver::{
        delivery::Delivery,
        handlers::{self, Context, Failure, Kind},
        inbox::command::{Note, Settled},
    },
};

/// An invocation has six connections that may wait for response headers.
const CONCURRENCY: usize = 6;

/// How long a handler's run may take, in real milliseconds. Well within the lease of a claim.
const DEADLINE_MILLIS: u64 = 60_000;

/// How often a record is tried, and how long between, in milliseconds.
const RECORD_TRIES: u32 = 3;
const RECORD_PAUSE_MILLIS: u64 = 200;

/// How many results are recorded by one call at most: so much at most is done again after a crash, beside what was under way.
const RESULTS_AT_ONCE: usize = 32;

/// A handler's result with one of the jobs.
type Result = (usize, &'static str, Outcome);

/// Runs every handler that is due, and decides each message by what came of them.
pub(super) async fn run(desk: &Desk<'_>, round: Round) {
    let jobs = round.jobs;
    let context = Context { env: desk.env };
    let mut names: Vec<&'static str> =
        jobs.iter().flat_map(|job| job.work.run.iter().map(|(name, _)| *name)).collect();
    names.sort_unstable();
    names.dedup();
    let kinds: BTreeMap<&str, std::result::Result<Kind, String>> =
        names.into_iter().map(|name| (name, handlers::make(name, &context))).collect();
    let runs = runs(&jobs, &kinds, &context);
    // Each chunk is what has come by the time that the one before is recorded: few calls, and little that a crash would undo.
    let results = stream::iter(runs).buffer_unordered(CONCURRENCY).ready_chunks(RESULTS_AT_ONCE);
    let mut results = pin!(results);
    let mut missing: Vec<usize> = jobs.iter().map(|job| job.work.run.len()).collect();
    // What no handler is due for has only to be settled.
    let idle = |left: &Vec<usize>| -> Vec<usize> {
        left.iter().enumerate().filter(|(_, left)| **left == 0).map(|(at, _)| at).collect()
    };
    note(desk, &jobs, idle(&missing).into_iter().map(|at| (at, Vec::new())).collect(), &mut missing).await;
    while let Some(chunk) = results.next().await {
        let mut by_job: BTreeMap<usize, Vec<(String, Outcome)>> = BTreeMap::new();
        for (at, name, outcome) in chunk.into_iter().flatten() {
            by_job.entry(at).or_default().push((name.to_owned(), outcome));
        }
        note(desk, &jobs, by_job.into_iter().collect(), &mut missing).await;
    }
}

/// A future for each run: one a delivery, or one for all where the handler takes several at once.
fn runs<'a>(
    jobs: &'a [Job],
    kinds: &'a BTreeMap<&str, std::result::Result<Kind, String>>,
    context: &'a Context<'a>,
) -> Vec<LocalBoxFuture<'a, Vec<Result>>> {
    let mut runs: Vec<LocalBoxFuture<'a, Vec<Result>>> = Vec::new();
    let mut batches: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
    for (at, job) in jobs.iter().enumerate() {
        for (name, _) in job.work.run.iter().copied() {
            match kinds.get(name) {
                Some(Ok(Kind::Each(handler))) => runs.push(
                    async move {
                        let result = in_time(handler.handle(&job.delivery, context)).await;
                        vec![(at, name, told(&job.delivery, name, result.unwrap_or_else(Err)))]
                    }
                    .boxed_local(),
                ),
                Some(Ok(Kind::Batch(_))) => batches.entry(name).or_default().push(at),
                Some(Err(why)) => {
                    let outcome = told(&job.delivery, name, Err(Failure::later(why)));
                    runs.push(async move { vec![(at, name, outcome)] }.boxed_local());
                }
                None => {}
            }
        }
    }
    for (name, places) in batches {
        let Some(Ok(Kind::Batch(handler))) = kinds.get(name) else { continue };
        runs.push(
            async move {
                let deliveries: Vec<&Delivery> =
                    places.iter().filter_map(|at| jobs.get(*at)).map(|job| &job.delivery).collect();
                let results = match in_time(handler.handle(&deliveries, context)).await {
                    Ok(results) => results,
                    Err(failure) => deliveries.iter().map(|_| Err(failure.clone())).collect(),
                };
                let each = places.into_iter().zip(deliveries).zip(results);
                each.map(|((at, delivery), result)| (at, name, told(delivery, name, result))).collect()
            }
            .boxed_local(),
        );
    }
    runs
}

async fn in_time<T>(run: impl Future<Output = T>) -> std::result::Result<T, Failure> {
    match select(pin!(run), pin!(clock::sleep(DEADLINE_MILLIS))).await {
        Either::Left((result, _)) => Ok(result),
        Either::Right(((), _)) => Err(Failure::later("it did not end within a minute")),
    }
}

/// Logs a failure on its way.
fn told(delivery: &Delivery, name: &str, result: std::result::Result<(), Failure>) -> Outcome {
    let outcome = Outcome::from(result);
    if let Outcome::Later { why, .. } | Outcome::Never { why } = &outcome {
        Line::warn("handler.failed")
            .text("handler", name)
            .text("delivery", &delivery.id)
            .text("why", why)
            .emit();
    }
    outcome
}

/// Records results, and decides the messages that nothing more is to come of.
async fn note(
    desk: &Desk<'_>,
    jobs: &[Job],
    results: Vec<(usize, Vec<(String, Outcome)>)>,
    missing: &mut [usize],
) {
    if results.is_empty() {
        return;
    }
    let mut places = Vec::with_capacity(results.len());
    let mut notes = Vec::with_capacity(results.len());
    for (at, results) in results {
        let (Some(job), Some(left)) = (jobs.get(at), missing.get_mut(at)) else { continue };
        *left = left.saturating_sub(results.len());
        let is_late = results.iter().any(|(_, outcome)| *outcome != Outcome::Done);
        let exchange = if is_late { job.keep_exchange(desk).await } else { None };
        places.push((job, *left == 0));
        let (asked, is_last) = (job.asked.clone(), *left == 0);
        notes.push(Note { asked, results, body: None, exchange, why: None, is_last });
    }
    match record(desk, notes).await {
        Ok(settled) => {
            for ((job, is_last), settled) in places.into_iter().zip(settled) {
                if is_last {
                    decide(desk, job, &settled).await;
                }
            }
        }
        Err(error) => {
            Line::error("inbox.not_recorded")
                .size("deliveries", places.len())
                .text("why", &error.message)
                .emit();
            for (job, _) in places.into_iter().filter(|(_, is_last)| *is_last) {
                job.incoming.retry(FAULT_DELAY_SECONDS);
            }
        }
    }
}

/// What a handler did can't be undone, so its record is worth a second try. Should the first have
/// been heard after all, a failed run counts twice.
async fn record(desk: &Desk<'_>, notes: Vec<Note>) -> std::result::Result<Vec<Settled>, ApiError> {
    let mut tries: u32 = 1;
    loop {
        match desk.inbox().record(&desk.holder, &desk.settings.handlers, &notes).await {
            Err(_) if tries < RECORD_TRIES => {
                tries = tries.saturating_add(1);
                clock::sleep(RECORD_PAUSE_MILLIS).await;
            }
            answer => return answer,
        }
    }
}

/// Lets go of a message whose handlers are done, and puts back one that a handler has still to see.
async fn decide(desk: &Desk<'_>, job: &Job, settled: &Settled) {
    match settled.state {
        State::Open => {
            let delay = match settled.next {
                Some(next) => seconds_until(next, clock::now().millis()),
                None => FAULT_DELAY_SECONDS,
            };
            job.incoming.retry(delay);
        }
        State::Done => {
            for key in [job.stored.as_deref(), job.kept_exchange()].into_iter().flatten() {
                if let Err(why) = storage::delete_object(desk.env, key).await {
                    Line::warn("inbox.not_cleaned")
                        .text("delivery", &job.delivery.id)
                        .text("why", &why)
                        .emit();
                }
            }
            job.incoming.ack();
        }
        State::Dead => dead::keep(desk, job).await,
    }
}
