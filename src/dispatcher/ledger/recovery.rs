//! Recoveries, a step at a time: a step queues some deliveries, keeps the cursor, and asks for the next one. A crash
//! between the two queues the same deliveries again, which the ledger then tells apart by the recovery's id.

use super::{Ledger, store::Store};
use crate::{
    core::{
        delivery::Message,
        envelope::ApiError,
        filter::EventView,
        history::SegmentIndex,
        ids,
        ledger::State,
        replay::{Candidate, Cursor, Job, JobStatus, Spec, candidates},
        subscription::Subscription,
    },
    dispatcher::{
        archive, history,
        lanes::{self, EXPRESS},
        ledger::command::Query,
        subscriptions,
    },
    edge::{clock, log::Line, random, storage},
};

/// How many recoveries of one subscription go on at once.
const MAX_RUNNING: usize = 5;

/// How many deliveries one step queues at most.
const STEP: usize = 500;

/// How many pages of the history one step looks through where they hold little.
const PAGES_AT_ONCE: usize = 40;

/// The time between two steps, in milliseconds: so an endpoint with a rate limit gets no more than that.
pub const STEP_MILLIS: i64 = 1000;

impl Ledger {
    /// Begins a recovery.
    pub(super) async fn begin(&self, store: &Store, mut spec: Spec) -> Result<Job, ApiError> {
        // What is older is not kept.
        spec.since = spec.since.max(self.oldest_millis()?);
        if store.running_jobs()?.len() >= MAX_RUNNING {
            let message =
                format!("{MAX_RUNNING} recoveries of this webhook are running; wait, or cancel one");
            return Err(ApiError::limit(message));
        }
        let (_, subscription) = self.name()?;
        let job = Job::new(ids::job_id(&subscription, random::bytes()?), spec, clock::now());
        store.put_job(&job)?;
        self.wake_in(1).await;
        Ok(job)
    }

    /// Stops a recovery.
    pub(super) fn cancel(&self, store: &Store, id: &str) -> Result<Option<Job>, ApiError> {
        let Some(mut job) = store.job(id)? else { return Ok(None) };
        if job.status == JobStatus::Running {
            job.status = JobStatus::Cancelled;
            job.updated_at = clock::now().millis();
            store.put_job(&job)?;
        }
        Ok(Some(job))
    }

    /// Takes a step of each recovery that goes on. Says whether there was one.
    pub(super) async fn recover(&self, store: &Store) -> Result<bool, ApiError> {
        let jobs = store.running_jobs()?;
        if jobs.is_empty() {
            return Ok(false);
        }
        let (org, id) = self.name()?;
        let subscription = subscriptions::find(&self.env, &org, &id).await?;
        let limit = step(&subscription);
        for mut job in jobs {
            match job.cursor.clone() {
                Cursor::Ledger(place) => {
                    let query = Query {
                        before: place,
                        limit,
                        states: vec![State::Dead],
                        since: Some(job.spec.since),
                        until: Some(job.spec.until),
                        ..Query::default()
                    };
                    let page = store.page(&query)?;
                    let at = page.rows.last().map(|row| row.message.accepted_at);
                    let looked_at = page.rows.len();
                    let messages: Vec<Message> = page
                        .rows
                        .into_iter()
                        .filter(|row| job.spec.covers(&row.message.event_type, row.message.accepted_at))
                        .map(|row| row.message.resent(Some(ids::resend(job.created_at, &job.id))))
                        .collect();
                    lanes::queue_again(&self.env, EXPRESS, &messages).await?;
                    let next = page.next.map(|place| Cursor::Ledger(Some(place)));
                    job.step(looked_at, messages.len(), at, next, clock::now());
                }
                Cursor::History { .. } => {
                    let before = job.queued;
                    for _ in 0..PAGES_AT_ONCE {
                        self.search(store, &mut job, &org, &subscription).await?;
                        let is_full = job.queued.saturating_sub(before) >= limit as u64;
                        if is_full || job.status != JobStatus::Running {
                            break;
                        }
                    }
                }
            }
            // Whoever cancelled it meanwhile has the last word.
            if store.job(&job.id)?.is_some_and(|kept| kept.status == JobStatus::Running) {
                store.put_job(&job)?;
            }
            Line::info("recovery.step")
                .text("job", &job.id)
                .text("subscription", &id)
                .number("queued", i64::try_from(job.queued).unwrap_or_default())
                .emit();
        }
        Ok(true)
    }

    /// A step through the history of a day: whole segments, until enough deliveries were queued.
    async fn search(
        &self,
        store: &Store,
        job: &mut Job,
        org: &str,
        subscription: &Subscription,
    ) -> Result<(), ApiError> {
        const SEGMENTS: usize = 50;
        let Cursor::History { day, after } = job.cursor.clone() else { return Ok(()) };
        let limit = step(subscription);
        let page = history::client::page(&self.env, org, &day, after, SEGMENTS).await?;
        let (mut looked_at, mut queued, mut seq, mut at) = (0_usize, 0_usize, after, None);
        let mut rest = page.rows.len();
        for row in &page.rows {
            let index = row.index()?;
            let found = candidates(&index, &job.spec, org, subscription);
            let messages = self.missing(store, &index, &row.key, found, org, subscription).await?;
            lanes::queue_again(&self.env, EXPRESS, &messages).await?;
            looked_at = looked_at.saturating_add(index.events.len());
            queued = queued.saturating_add(messages.len());
            (seq, at) = (row.seq, Some(index.at));
            rest = rest.saturating_sub(1);
            if queued >= limit {
                break;
            }
        }
        let has_more = rest > 0 || page.more;
        let next = has_more.then_some(Cursor::History { day, after: seq });
        job.step(looked_at, queued, at, next, clock::now());
        Ok(())
    }

    /// The messages of those candidates that have no row and, where they did not match when they were taken in, do now.
    async fn missing(
        &self,
        store: &Store,
        index: &SegmentIndex,
        key: &str,
        mut found: Vec<Candidate>,
        org: &str,
        subscription: &Subscription,
    ) -> Result<Vec<Message>, ApiError> {
        let ids: Vec<String> = found.iter().map(|candidate| candidate.id.clone()).collect();
        let remembered = store.remembered(&ids)?;
        found.retain(|candidate| remembered.lacks(&candidate.id, index.at));
        if found.is_empty() {
            return Ok(Vec::new());
        }
        // Without an object the call that the index is of was never accepted. It is read where something has to be matched.
        let segment = match found.iter().all(|candidate| candidate.has_matched) {
            true => storage::has_object(&self.env, key).await.map(|is_there| is_there.then(Vec::new)),
            false => storage::get_bytes(&self.env, key, None).await,
        };
        let Some(segment) = segment.map_err(ApiError::unavailable)? else { return Ok(Vec::new()) };
        let mut messages = Vec::new();
        for candidate in found {
            if candidate.has_matched || matches_now(&candidate, index, &segment, subscription).await {
                messages.extend(index.message(org, key, candidate.position, subscription));
            }
        }
        Ok(messages)
    }
}

/// Whether an event of a segment matches a subscription as it is now. One that can't be read does not.
async fn matches_now(
    candidate: &Candidate,
    index: &SegmentIndex,
    segment: &[u8],
    subscription: &Subscription,
) -> bool {
    let stored = index.events.get(candidate.position).and_then(|event| event.place.find(segment, 0));
    let Some(stored) = stored else { return false };
    let Some(event) = archive::event(stored).await else { return false };
    subscription.matches(&event, &EventView::new(&event))
}

/// How many deliveries a step for this subscription queues: no more than its endpoint takes in the time.
fn step(subscription: &Subscription) -> usize {
    subscription.settings.rate_limit.map_or(STEP, |rate| STEP.min(rate as usize)).max(1)
}
