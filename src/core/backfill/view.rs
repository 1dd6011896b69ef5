//! How the API shows a backfill.

use serde::Serialize;

use super::job::{Job, Status};
use crate::core::time::Timestamp;

/// A backfill.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = Backfill))]
pub struct BackfillView<'a> {
    /// `backfill_…`.
    pub id: &'a str,
    /// How it stands.
    pub status: Status,
    /// Requests made at this moment or later.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    pub since: String,
    /// And before this one.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    pub until: String,
    /// How much of it is done, from 0 to 1, by the time that it has covered.
    pub progress: f64,
    /// How many requests it has read.
    pub read: u64,
    /// How many of them it has queued; those that were handled before are left out behind the queue.
    pub queued: u64,
    /// Why the request API gave no answer the last time; null where it did.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub reason: Option<&'a str>,
    /// When it was asked for.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    pub created_at: String,
    /// When it went on last.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    pub updated_at: String,
}

impl<'a> BackfillView<'a> {
    /// Shows it.
    pub fn new(job: &'a Job) -> Self {
        let moment = |millis: i64| Timestamp::from_millis(millis).to_string();
        Self {
            id: &job.id,
            status: job.status,
            since: moment(job.spec.since),
            until: moment(job.spec.until),
            progress: job.progress(),
            read: job.read,
            queued: job.queued,
            reason: job.reason.as_deref(),
            created_at: moment(job.created_at),
            updated_at: moment(job.updated_at),
        }
    }
}
