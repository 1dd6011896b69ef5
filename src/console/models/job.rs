//! Recoveries.

use serde::Deserialize;

/// A recovery.
#[derive(Clone, Debug, Deserialize)]
pub struct Job {
    /// `job_…`.
    pub id: String,
    /// Of which webhook.
    pub webhook_id: String,
    /// `running`, `done` or `cancelled`.
    pub status: String,
    /// Events accepted from here on.
    pub since: String,
    /// Events accepted before this.
    pub until: String,
    /// `failed`, `held`, `missing`.
    pub states: Vec<String>,
    /// How many events and deliveries were looked at.
    pub looked_at: u64,
    /// How many deliveries were queued.
    pub queued: u64,
    /// How much of it is done, from 0 to 1.
    pub progress: f64,
}
