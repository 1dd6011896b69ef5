//! A recovery on its way: small steps, each of them safe to take twice, and a cursor that survives a crash.

use serde::{Deserialize, Serialize};

use super::{Spec, What};
use crate::core::{
    history::{begin_of, day, number_of, numbered_day},
    json::plain,
    ledger::Place,
    time::Timestamp,
};

/// How a recovery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub enum JobStatus {
    /// It goes on.
    Running,
    /// It has queued everything that it was about.
    Done,
    /// Somebody stopped it. What it had queued is delivered.
    Cancelled,
}

/// Where a recovery goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cursor {
    /// In the ledger, newest first, before this place.
    Ledger(Option<Place>),
    /// In the history of a day, behind a row.
    History {
        /// `YYYY-MM-DD`.
        day: String,
        /// The row.
        after: u64,
    },
}

/// A recovery.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// `job_…`; also in the mark that its deliveries carry, so that each is sent once.
    pub id: String,
    /// What it looks for.
    pub spec: Spec,
    /// How it stands.
    pub status: JobStatus,
    /// Where it goes on.
    pub cursor: Cursor,
    /// How many events and deliveries were looked at.
    pub looked_at: u64,
    /// How many deliveries were queued.
    pub queued: u64,
    /// How much of it is done, from 0 to 1, by the time that it has covered.
    pub progress: f64,
    /// In milliseconds since 1970.
    pub created_at: i64,
    /// When the last step was taken, in milliseconds since 1970.
    pub updated_at: i64,
}

impl Job {
    /// A recovery that has not begun.
    pub fn new(id: String, spec: Spec, now: Timestamp) -> Self {
        let cursor = if spec.is_about(What::Failed) { Cursor::Ledger(None) } else { first_day(&spec) };
        Self {
            id,
            spec,
            status: JobStatus::Running,
            cursor,
            looked_at: 0,
            queued: 0,
            progress: 0.0,
            created_at: now.millis(),
            updated_at: now.millis(),
        }
    }

    /// A step is done: so many were looked at and queued, and it reached deliveries of the moment `at`. `next` is where the
    /// same source goes on; the next source, or the end, where there is none.
    pub fn step(
        &mut self,
        looked_at: usize,
        queued: usize,
        at: Option<i64>,
        next: Option<Cursor>,
        now: Timestamp,
    ) {
        self.looked_at = self.looked_at.saturating_add(looked_at as u64);
        self.queued = self.queued.saturating_add(queued as u64);
        self.updated_at = now.millis();
        let two_parts = self.spec.is_about(What::Failed) && self.looks_in_history();
        let share = at.map(|at| self.share(at));
        let is_ledger = matches!(self.cursor, Cursor::Ledger(_));
        let share = match (is_ledger, share) {
            (true, Some(share)) => Some(1.0 - share),
            (_, share) => share,
        };
        if let Some(share) = share {
            let part = match (two_parts, is_ledger) {
                (false, _) => share,
                (true, true) => share / 2.0,
                (true, false) => 0.5 + share / 2.0,
            };
            self.progress = self.progress.max(part.clamp(0.0, 1.0));
        }
        match next.or_else(|| self.next_source()) {
            Some(cursor) => self.cursor = cursor,
            None => {
                self.status = JobStatus::Done;
                self.progress = 1.0;
            }
        }
    }

    /// How far a moment is between the two ends.
    fn share(&self, at: i64) -> f64 {
        let whole = self.spec.until.saturating_sub(self.spec.since).max(1);
        at.saturating_sub(self.spec.since) as f64 / whole as f64
    }

    fn looks_in_history(&self) -> bool {
        self.spec.is_about(What::Held) || self.spec.is_about(What::Missing)
    }

    /// The source behind the one that has ended.
    fn next_source(&self) -> Option<Cursor> {
        match &self.cursor {
            Cursor::Ledger(_) => self.looks_in_history().then(|| first_day(&self.spec)),
            Cursor::History { day: done, .. } => {
                let next = number_of(done)?.saturating_add(1);
                (begin_of(next).millis() < self.spec.until)
                    .then(|| Cursor::History { day: numbered_day(next), after: 0 })
            }
        }
    }
}

fn first_day(spec: &Spec) -> Cursor {
    Cursor::History { day: day(Timestamp::from_millis(spec.since)), after: 0 }
}

/// A recovery as the API shows it.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = Job))]
pub struct JobView<'a> {
    /// `job_…`.
    id: &'a str,
    /// The webhook's id.
    webhook_id: &'a str,
    status: JobStatus,
    /// Events accepted from here on.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    since: String,
    /// Events accepted before this.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    until: String,
    /// Which deliveries.
    states: &'a [What],
    /// Of these types alone; of all where empty.
    event_types: Vec<&'a str>,
    /// How many events and deliveries were looked at.
    looked_at: u64,
    /// How many deliveries were queued.
    queued: u64,
    /// How much of it is done, from 0 to 1.
    #[serde(serialize_with = "plain")]
    progress: f64,
    /// When it was asked for.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    created_at: String,
    /// When it took its last step.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    updated_at: String,
}

impl<'a> JobView<'a> {
    /// Shows a recovery of a subscription.
    pub fn new(job: &'a Job, subscription: &'a str) -> Self {
        let time = |millis: i64| Timestamp::from_millis(millis).to_string();
        Self {
            id: &job.id,
            webhook_id: subscription,
            status: job.status,
            since: time(job.spec.since),
            until: time(job.spec.until),
            states: &job.spec.what,
            event_types: job.spec.event_types.iter().map(|pattern| pattern.as_str()).collect(),
            looked_at: job.looked_at,
            queued: job.queued,
            progress: job.progress,
            created_at: time(job.created_at),
            updated_at: time(job.updated_at),
        }
    }
}
