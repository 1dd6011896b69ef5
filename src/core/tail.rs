//! The live tail of a subscription: what came of its newest deliveries, for whoever watches.
//!
//! A watcher asks for more when it has shown what it got, and gets what is newer. However slow it is, nothing is kept for it:
//! what has left the ring meanwhile is counted and not sent.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::{
    ledger::{Row, State},
    time::Timestamp,
};

/// How many deliveries are kept.
pub const KEPT: usize = 100;

/// How many one message holds at most.
pub const AT_ONCE: usize = 50;

/// How long one connection lasts, in milliseconds: who opens the next one is asked anew whether they may.
const LIFE_MILLIS: i64 = 5 * 60_000;

/// What came of a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TailRow {
    /// `msg_…`.
    pub id: String,
    /// The event's type.
    pub event_type: String,
    /// How it stands.
    pub state: State,
    /// What the endpoint answered; null where it did not.
    pub status: Option<u16>,
    /// Why it did not; null where it did.
    pub failure: Option<String>,
    /// How long the attempt took, in milliseconds; null where there was none.
    pub latency_ms: Option<i64>,
    /// When it began.
    pub at: String,
}

impl TailRow {
    /// From a ledger's row.
    fn of(row: &Row) -> Self {
        let last = row.attempts.last();
        Self {
            id: row.message.id.clone(),
            event_type: row.message.event_type.clone(),
            state: row.state,
            status: last.and_then(|attempt| attempt.status),
            latency_ms: last.map(|attempt| attempt.ms),
            failure: last.and_then(|attempt| attempt.failure.clone()),
            at: Timestamp::from_millis(last.map_or(row.updated_at, |attempt| attempt.at)).to_string(),
        }
    }
}

/// Somebody who watches: what their connection remembers, also while the object sleeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watcher {
    /// Which life of the object it counts by.
    epoch: i64,
    /// Up to which delivery it was told.
    seen: u64,
    /// Whether it has shown all that it was told.
    pub is_waiting: bool,
    /// When it came, in milliseconds since 1970.
    since: i64,
}

impl Watcher {
    /// Whether it has watched for as long as one connection lasts.
    pub fn is_over(&self, now: i64) -> bool {
        now.saturating_sub(self.since) >= LIFE_MILLIS
    }
}

/// One message.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct News<'a> {
    /// Counts the deliveries: the last one of this message.
    pub seq: u64,
    /// Where another connection goes on.
    pub cursor: String,
    /// How many before them were left out, since the watcher was slower than they came; null where that is not known.
    pub skipped: Option<u64>,
    /// Oldest first.
    pub deliveries: Vec<&'a TailRow>,
}

/// The newest deliveries.
#[derive(Debug)]
pub struct Tail {
    epoch: i64,
    rows: VecDeque<TailRow>,
    last: u64,
}

impl Tail {
    /// None yet. `now` tells this life of the object from the one before, which counted for itself.
    pub fn new(now: i64) -> Self {
        Self { epoch: now, rows: VecDeque::with_capacity(KEPT), last: 0 }
    }

    /// Somebody who watches from now on, or from where an earlier connection of theirs has ended: its last cursor.
    pub fn watcher(&self, cursor: Option<&str>, now: i64) -> Watcher {
        let place = cursor.and_then(|cursor| cursor.split_once('.'));
        let place = place.and_then(|(epoch, seen)| Some((epoch.parse().ok()?, seen.parse().ok()?)));
        let (epoch, seen) = place.unwrap_or((self.epoch, self.last));
        Watcher { epoch, seen, is_waiting: false, since: now }
    }

    /// Adds rows of the ledger, oldest first.
    pub fn add(&mut self, rows: &[Row]) {
        self.last = self.last.saturating_add(rows.len() as u64);
        for row in rows.iter().skip(rows.len().saturating_sub(KEPT)) {
            if self.rows.len() >= KEPT {
                self.rows.pop_front();
            }
            self.rows.push_back(TailRow::of(row));
        }
    }

    /// Counts rows that came while nobody watched: who comes back is told that they are missing.
    pub fn miss(&mut self, count: usize) {
        self.last = self.last.saturating_add(count as u64);
        self.rows.clear();
    }

    /// What a watcher is told next; `None` where there is nothing new, and it waits.
    pub fn tell(&self, watcher: &mut Watcher) -> Option<News<'_>> {
        let has_slept = watcher.epoch != self.epoch;
        if has_slept {
            (watcher.epoch, watcher.seen) = (self.epoch, 0);
        }
        // Who waited had been told everything.
        let is_known = !has_slept || watcher.is_waiting;
        let new = self.last.saturating_sub(watcher.seen);
        watcher.is_waiting = new == 0 && is_known;
        if watcher.is_waiting {
            return None;
        }
        let kept = self.rows.len().min(usize::try_from(new).unwrap_or(usize::MAX));
        let from = self.rows.len().saturating_sub(kept);
        let deliveries: Vec<&TailRow> = self.rows.iter().skip(from).take(AT_ONCE).collect();
        let left = kept.saturating_sub(deliveries.len());
        watcher.seen = self.last.saturating_sub(left as u64);
        let skipped = is_known.then(|| new.saturating_sub(kept as u64));
        let cursor = format!("{}.{}", self.epoch, watcher.seen);
        Some(News { seq: watcher.seen, cursor, skipped, deliveries })
    }
}
