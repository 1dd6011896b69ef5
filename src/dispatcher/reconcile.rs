//! The reconciler: compares what was accepted and matched with the ledgers, and queues again what has no row. This, and not
//! the hope that a queue never loses a message, is why an event that was answered 202 arrives.
//!
//! Run by cron. It keeps its place in the `History` of each day, so that every row is compared once, and again, later and
//! later, where something of it was queued again; whatever fails is compared again by the next run. What it queues twice, the
//! ledger tells apart.

use std::collections::HashMap;

use worker::Env;

use super::{
    history::{
        self,
        command::{Checked, Page, Row},
    },
    lanes::{self, EXPRESS},
    ledger::{client, command::Command},
    orgs, subscriptions,
};
use crate::{
    core::{
        delivery::Message,
        envelope::ApiError,
        history::SegmentIndex,
        ledger::{Remembered, Sending, Standing},
        reconcile::{Budget, Expected, expected, in_turn},
        subscription::Subscription,
        time::Timestamp,
    },
    edge::{clock, log::Line, settings, storage},
};

/// How many calls to the platform a run makes: an invocation may make 1,000, and what is begun is ended.
const CALLS: usize = 800;

/// How many rows of a day are compared at once.
const ROWS: usize = 50;

/// How many ids a ledger is asked for at once.
const IDS: usize = 5000;

/// How many messages one call to a queue takes.
const MESSAGES: usize = 100;

/// What came of an org, for the log.
#[derive(Default)]
struct Tally {
    segments: usize,
    queued: usize,
}

/// Runs once. What can't be done now is logged, and the next run's.
pub async fn run(env: &Env) {
    let now = clock::now();
    let orgs = match orgs::ids(env).await {
        Ok(orgs) => orgs,
        Err(error) => return Line::error("reconcile.failed").text("why", &error.message).emit(),
    };
    let mut budget = Budget::new(CALLS);
    for org in in_turn(orgs, now.seconds().div_euclid(60)) {
        let mut tally = Tally::default();
        let result = Run { env, org: &org, now }.compare(&mut budget, &mut tally).await;
        if tally.segments > 0 {
            Line::info("reconcile")
                .text("org", &org)
                .size("segments", tally.segments)
                .size("queued", tally.queued)
                .emit();
        }
        if let Err(error) = result {
            Line::error("reconcile.failed").text("org", &org).text("why", &error.message).emit();
        }
    }
}

/// What was done about some rows.
#[derive(Default)]
struct Repaired {
    queued: usize,
    /// The rows that it was of.
    doubtful: Vec<u64>,
}

/// A run over one org.
struct Run<'a> {
    env: &'a Env,
    org: &'a str,
    now: Timestamp,
}

impl Run<'_> {
    async fn compare(&self, budget: &mut Budget, tally: &mut Tally) -> Result<(), ApiError> {
        let window = settings::dispatcher(self.env)?.reconcile;
        for day in window.days(self.now) {
            loop {
                // The page, the snapshot, and the note that it was compared.
                if !budget.take(3) {
                    return Ok(());
                }
                let until = window.until(self.now);
                let page =
                    history::client::unchecked(self.env, self.org, &day, self.now, until, ROWS).await?;
                if page.rows.is_empty() {
                    break;
                }
                let Some(repaired) = self.repair(&page, budget).await? else { return Ok(()) };
                let checked = Checked {
                    seqs: page.rows.iter().map(|row| row.seq).collect(),
                    doubtful: repaired.doubtful,
                    now: self.now.millis(),
                    wait: window.after_seconds.saturating_mul(1000),
                };
                history::client::set_checked(self.env, self.org, &day, checked).await?;
                tally.segments = tally.segments.saturating_add(page.rows.len());
                tally.queued = tally.queued.saturating_add(repaired.queued);
                if !page.more {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Queues again what has no row. `None` where the run is at its bound.
    async fn repair(&self, page: &Page, budget: &mut Budget) -> Result<Option<Repaired>, ApiError> {
        let indexes = page.rows.iter().map(Row::index).collect::<Result<Vec<_>, _>>()?;
        let subscriptions = subscriptions::current(self.env, self.org).await?;
        let mut stored: HashMap<usize, bool> = HashMap::new();
        let mut repaired = Repaired::default();
        for (id, expected) in expected(&indexes, self.org) {
            let subscription = subscriptions.snapshot.find(&id).filter(|subscription| {
                // Of one that is not sending, nothing is expected to have a row; `recover` finds it once it does.
                Standing::of(subscription).sending == Sending::Active
            });
            let Some(subscription) = subscription else { continue };
            let Some(lost) = self.lost(&id, expected, budget).await? else { return Ok(None) };
            let mut messages = Vec::new();
            for expected in lost {
                if let Some(message) =
                    self.message(&expected, &page.rows, &indexes, subscription, &mut stored, budget).await?
                {
                    messages.push(message);
                    repaired.doubtful.extend(page.rows.get(expected.segment).map(|row| row.seq));
                }
            }
            if messages.is_empty() {
                continue;
            }
            if !budget.take(messages.len().div_ceil(MESSAGES)) {
                return Ok(None);
            }
            lanes::queue_again(self.env, EXPRESS, &messages).await?;
            Line::warn("reconcile.lost").text("subscription", &id).size("deliveries", messages.len()).emit();
            repaired.queued = repaired.queued.saturating_add(messages.len());
        }
        Ok(Some(repaired))
    }

    /// Those that the ledger has no row of; `None` where the run is at its bound.
    async fn lost(
        &self,
        subscription: &str,
        expected: Vec<Expected>,
        budget: &mut Budget,
    ) -> Result<Option<Vec<Expected>>, ApiError> {
        let mut remembered = Remembered::default();
        for chunk in expected.chunks(IDS) {
            if !budget.take(1) {
                return Ok(None);
            }
            let ids = chunk.iter().map(|expected| expected.id.clone()).collect();
            remembered.merge(client::call(self.env, self.org, subscription, &Command::Known { ids }).await?);
        }
        let is_lost = |expected: &Expected| remembered.lacks(&expected.id, expected.accepted_at);
        Ok(Some(expected.into_iter().filter(is_lost).collect()))
    }

    /// The message of one delivery; `None` where its segment is not there: then its call was answered 503.
    async fn message(
        &self,
        expected: &Expected,
        rows: &[Row],
        indexes: &[SegmentIndex],
        subscription: &Subscription,
        stored: &mut HashMap<usize, bool>,
        budget: &mut Budget,
    ) -> Result<Option<Message>, ApiError> {
        let (Some(row), Some(index)) = (rows.get(expected.segment), indexes.get(expected.segment)) else {
            return Ok(None);
        };
        let is_stored = match stored.get(&expected.segment) {
            Some(is_stored) => *is_stored,
            None => {
                // At most one for each row, so that a run goes over its bound by a page's rows at most.
                budget.take(1);
                let is_stored =
                    storage::has_object(self.env, &row.key).await.map_err(ApiError::unavailable)?;
                stored.insert(expected.segment, is_stored);
                is_stored
            }
        };
        Ok(is_stored.then(|| index.message(self.org, &row.key, expected.event, subscription)).flatten())
    }
}
