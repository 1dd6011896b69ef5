//! A backfill on its way: page by page from the oldest on, each page safe to read twice, since the inbox knows each request.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Spec, page::PAGE};
use crate::core::time::Timestamp;

/// How often in a row the API may fail before a backfill gives up.
const TRIES: u32 = 20;

/// How many have their turn or wait for it: one goes on at a time.
pub const MAX_RUNNING: usize = 5;

/// How a backfill stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = BackfillStatus))]
pub enum Status {
    /// It goes on.
    Running,
    /// It has read everything that it was about.
    Done,
    /// Somebody stopped it. What it had queued is handled.
    Cancelled,
    /// The API refused it, or gave no answer too often; `reason` says which.
    Failed,
}

/// A backfill.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// `backfill_…`.
    pub id: String,
    /// What it reads.
    pub spec: Spec,
    /// How it stands.
    pub status: Status,
    /// Where it goes on: requests made at this moment or later, in milliseconds since 1970.
    pub from: i64,
    /// And of those behind so many.
    pub offset: u64,
    /// How many requests it has read.
    pub read: u64,
    /// How many of them it has queued; the inbox then leaves those out that were handled before.
    pub queued: u64,
    /// How often in a row the API has failed.
    pub failures: u32,
    /// Why the last call failed.
    pub reason: Option<String>,
    /// When it was asked for, in milliseconds since 1970.
    pub created_at: i64,
    /// When it went on last, in milliseconds since 1970.
    pub updated_at: i64,
}

impl Job {
    /// A backfill that begins.
    pub fn new(id: String, spec: Spec, now: Timestamp) -> Self {
        let (from, now) = (spec.since, now.millis());
        Self {
            id,
            spec,
            status: Status::Running,
            from,
            offset: 0,
            read: 0,
            queued: 0,
            failures: 0,
            reason: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// The body of the call that gives its next page.
    pub fn question(&self) -> Value {
        let made = |operator: &str, moment: i64| {
            let moment = Timestamp::from_millis(moment).to_string();
            json!({"request_response_rmt": {"request_created_at": {operator: moment}}})
        };
        let and = |left: Value, right: Value| json!({"left": left, "operator": "and", "right": right});
        // To the millisecond before the end, because the API has no `lt` for every moment's form, but `lte` for all.
        let span = and(made("gte", self.from), made("lte", self.spec.until.saturating_sub(1)));
        let filter = match &self.spec.filter {
            Some(own) => and(span, own.clone()),
            None => span,
        };
        json!({
            "filter": filter,
            "offset": self.offset,
            "limit": PAGE,
            "sort": {"created_at": "asc"},
            "includeInputs": false,
        })
    }

    /// Notes a page: how many rows it had, how many were queued, and when the last one was made.
    pub fn note(&mut self, rows: usize, queued: usize, last: Option<i64>, now: Timestamp) {
        self.read = self.read.saturating_add(rows as u64);
        self.queued = self.queued.saturating_add(queued as u64);
        (self.failures, self.reason) = (0, None);
        self.updated_at = now.millis();
        if rows < PAGE {
            self.status = Status::Done;
            return;
        }
        match last {
            // From the last one on, and not behind it: others may have been made in the same millisecond.
            Some(last) if last > self.from => (self.from, self.offset) = (last, 0),
            // A whole page of one moment.
            _ => self.offset = self.offset.saturating_add(rows as u64),
        }
    }

    /// Notes that the API gave no page. When to ask again, in seconds; `None` where there is no use.
    pub fn fail(&mut self, reason: String, is_final: bool, now: Timestamp) -> Option<u32> {
        const LONGEST: u32 = 3600;
        self.failures = self.failures.saturating_add(1);
        (self.reason, self.updated_at) = (Some(reason), now.millis());
        if is_final || self.failures >= TRIES {
            self.status = Status::Failed;
            return None;
        }
        Some(5_u32.saturating_mul(2_u32.saturating_pow(self.failures.saturating_sub(1))).min(LONGEST))
    }

    /// How much of it is done, from 0 to 1, by the time that it has covered.
    pub fn progress(&self) -> f64 {
        if self.status == Status::Done {
            return 1.0;
        }
        let span = self.spec.until.saturating_sub(self.spec.since).max(1);
        let covered = self.from.saturating_sub(self.spec.since).clamp(0, span);
        (covered as f64 / span as f64 * 1000.0).floor() / 1000.0
    }
}
