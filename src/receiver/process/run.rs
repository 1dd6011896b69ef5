//! Running the handlers, and recording what comes of them as it comes.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    iter::repeat_with,
    pin::pin,
};

use futures_util::{
    FutureExt, StreamExt,
    future::{Either, LocalBoxFuture, join_all, select},
    stream::FuturesUnordered,
};

use super::{
    dead,
    desk::{Desk, FAULT_DELAY_SECONDS, seconds_until},
    round::{Job, Round},
};
use crate::{
    core::{
        envelope::ApiError,
        inbox::{Outcome, State, Width, retry_delay},
        insights::{Measure, counters},
    },
    edge::{clock, log::Line, storage},
    receiver::{
        delivery::Delivery,
        handler::{Context, Failure, Kind},
        handlers,
        inbox::command::{Note, Settled},
    },
};

/// How long a handler's run may take, in real milliseconds. Well within the lease of a claim.
const DEADLINE_MILLIS: u64 = 60_000;

/// How often a record is tried, and how long between, in milliseconds.
const RECORD_TRIES: u32 = 3;
const RECORD_PAUSE_MILLIS: u64 = 200;

/// How many runs are recorded by one call at most: so many at most are done again after a crash, beside those under way.
const RUNS_AT_ONCE: usize = 8;

/// A handler's result with one of the jobs.
type Result = (usize, &'static str, Outcome);

/// The handlers that are due, set up.
type Kinds = BTreeMap<&'static str, std::result::Result<Kind, String>>;

/// Work that is recorded together: all handlers of one delivery, or one handler of all deliveries.
struct Run<'a> {
    /// How many handlers run in it.
    handlers: usize,
    work: LocalBoxFuture<'a, Vec<Result>>,
}

/// Runs every handler that is due, and decides each message by what came of them.
pub(super) async fn run(desk: &Desk<'_>, round: Round) {
    let jobs = round.jobs;
    let context = Context { env: desk.env };
    let names = jobs.iter().flat_map(|job| job.work.run.iter().map(|(name, _)| *name));
    let names: BTreeSet<&'static str> = names.collect();
    let kinds: Kinds = names.into_iter().map(|name| (name, handlers::make(name, &context))).collect();
    let mut missing: Vec<usize> = jobs.iter().map(|job| job.work.run.len()).collect();
    // What no handler is due for has only to be settled.
    let idle = missing.iter().enumerate().filter(|(_, left)| **left == 0);
    let idle = idle.map(|(at, _)| (at, Vec::new())).collect();
    note(desk, &jobs, idle, &mut missing).await;

    let mut waiting: VecDeque<Run<'_>> = runs(desk, &jobs, &kinds, &context);
    let mut under_way = FuturesUnordered::new();
    let mut width = Width::default();
    let mut busy: usize = 0;
    loop {
        while let Some(next) = waiting.front()
            && (busy == 0 || busy.saturating_add(next.handlers) <= width.at_once())
            && let Some(next) = waiting.pop_front()
        {
            busy = busy.saturating_add(next.handlers);
            under_way.push(timed(next));
        }
        let Some(first) = under_way.next().await else { return };
        // With it what else is there by now: few calls, and little that a crash would undo.
        let mut done = vec![first];
        while done.len() < RUNS_AT_ONCE
            && let Some(Some(more)) = under_way.next().now_or_never()
        {
            done.push(more);
        }
        count(desk, &jobs, done.iter().flat_map(|(_, _, results)| results));
        let mut by_job: BTreeMap<usize, Vec<(String, Outcome)>> = BTreeMap::new();
        for (handlers, millis, results) in done {
            busy = busy.saturating_sub(handlers);
            width.note(millis);
            for (at, name, outcome) in results {
                by_job.entry(at).or_default().push((name.to_owned(), outcome));
            }
        }
        note(desk, &jobs, by_job.into_iter().collect(), &mut missing).await;
    }
}

/// Counts what came of runs.
fn count<'a>(desk: &Desk<'_>, jobs: &[Job], results: impl Iterator<Item = &'a Result>) {
    for (at, name, outcome) in results {
        let due = jobs.get(*at).into_iter().flat_map(|job| &job.work.run);
        let failures = due.filter(|(due, _)| due == name).map(|(_, failures)| *failures).max();
        let was_last = retry_delay(failures.unwrap_or_default().saturating_add(1)).is_none();
        let outcome = match outcome {
            Outcome::Done => counters::Outcome::Ok,
            Outcome::Later { .. } if !was_last => counters::Outcome::Failed,
            Outcome::Later { .. } | Outcome::Never { .. } => counters::Outcome::Dead,
        };
        desk.count(counters::handler(name, outcome));
    }
}

/// Does it: how many handlers, how long they took in real milliseconds, and what came of them.
async fn timed(run: Run<'_>) -> (usize, i64, Vec<Result>) {
    let begin = clock::real();
    let results = run.work.await;
    (run.handlers, clock::real().saturating_sub(begin), results)
}

/// One run for each delivery, and one for each handler that takes several at once.
fn runs<'a>(
    desk: &'a Desk<'_>,
    jobs: &'a [Job],
    kinds: &'a Kinds,
    context: &'a Context<'a>,
) -> VecDeque<Run<'a>> {
    let mut runs = VecDeque::new();
    let mut batches: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
    let mut measures: BTreeMap<usize, Vec<(&'static str, Measure)>> = BTreeMap::new();
    for (at, job) in jobs.iter().enumerate() {
        let mut alone = Vec::new();
        for (name, _) in job.work.run.iter().copied() {
            match kinds.get(name) {
                Some(Ok(Kind::Batch(_))) => batches.entry(name).or_default().push(at),
                Some(Ok(Kind::Measure(measure))) => measures.entry(at).or_default().push((name, *measure)),
                Some(Ok(Kind::Each(handler))) => alone.push((name, Ok(handler))),
                Some(Err(why)) => alone.push((name, Err(why))),
                None => {}
            }
        }
        if !alone.is_empty() {
            let handlers = alone.len();
            let each = alone.into_iter().map(move |(name, handler)| async move {
                let begin = clock::real();
                let result = match handler {
                    Ok(handler) => in_time(handler.handle(&job.delivery, context)).await.unwrap_or_else(Err),
                    Err(why) => Err(Failure::later(why)),
                };
                desk.count_millis(name, begin);
                (at, name, told(&job.delivery, name, result))
            });
            runs.push_back(Run { handlers, work: join_all(each).boxed_local() });
        }
    }
    for (name, places) in batches {
        let Some(Ok(Kind::Batch(handler))) = kinds.get(name) else { continue };
        let work = async move {
            let deliveries: Vec<&Delivery> =
                places.iter().filter_map(|at| jobs.get(*at)).map(|job| &job.delivery).collect();
            let begin = clock::real();
            let handled = in_time(handler.handle(&deliveries, context)).await;
            desk.count_millis(name, begin);
            let results = match handled {
                Ok(results) => results,
                Err(failure) => deliveries.iter().map(|_| Err(failure.clone())).collect(),
            };
            // A result that is missing is a failure, so that every delivery comes to an end.
            let results = results.into_iter().chain(repeat_with(|| Err(Failure::later("it told no result"))));
            let each = places.into_iter().zip(deliveries).zip(results);
            each.map(|((at, delivery), result)| (at, name, told(delivery, name, result))).collect()
        };
        runs.push_back(Run { handlers: 1, work: work.boxed_local() });
    }
    if !measures.is_empty() {
        let work = measure(desk, jobs, measures, context).boxed_local();
        runs.push_back(Run { handlers: 1, work });
    }
    runs
}

/// Counts what is due of all deliveries in one call.
async fn measure(
    desk: &Desk<'_>,
    jobs: &[Job],
    measures: BTreeMap<usize, Vec<(&'static str, Measure)>>,
    context: &Context<'_>,
) -> Vec<Result> {
    let due = measures.iter().filter_map(|(at, due)| {
        let measures = due.iter().map(|(_, measure)| *measure).collect();
        Some((&jobs.get(*at)?.delivery, measures))
    });
    let due: Vec<(&Delivery, Vec<Measure>)> = due.collect();
    let begin = clock::real();
    let result = in_time(handlers::measures::observe(&due, context)).await.unwrap_or_else(Err);
    let names: BTreeSet<&str> = measures.values().flatten().map(|(name, _)| *name).collect();
    names.into_iter().for_each(|name| desk.count_millis(name, begin));
    let mut results = Vec::new();
    for (at, due) in measures {
        let Some(job) = jobs.get(at) else { continue };
        for (name, _) in due {
            results.push((at, name, told(&job.delivery, name, result.clone())));
        }
    }
    results
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
        notes.push(Note { results, exchange, is_last: *left == 0, ..Note::last(job.asked.clone()) });
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
        match desk.inbox().record(&desk.settings.handlers, &notes).await {
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
