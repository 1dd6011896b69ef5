//! The table of recoveries.

use super::Store;
use crate::{
    core::{
        envelope::ApiError,
        replay::{Job, JobStatus},
    },
    edge::sql::write,
};

impl Store {
    /// A recovery.
    pub fn job(&self, id: &str) -> Result<Option<Job>, ApiError> {
        self.database.one("SELECT body FROM jobs WHERE id = ?", vec![id.into()])
    }

    /// Those that go on.
    pub fn running_jobs(&self) -> Result<Vec<Job>, ApiError> {
        let jobs: Vec<Job> = self.database.all("SELECT body FROM jobs", vec![])?;
        Ok(jobs.into_iter().filter(|job| job.status == JobStatus::Running).collect())
    }

    /// Keeps a recovery as it is now.
    pub fn put_job(&self, job: &Job) -> Result<(), ApiError> {
        let values = vec![job.id.as_str().into(), write(job)?.into()];
        self.database.run("INSERT OR REPLACE INTO jobs (id, body) VALUES (?, ?)", values)
    }

    /// Forgets those that were last at work before a moment.
    pub fn prune_jobs(&self, before: i64) -> Result<(), ApiError> {
        let statement = "DELETE FROM jobs WHERE body->>'updated_at' < ? AND body->>'status' <> 'running'";
        self.database.run(statement, vec![(before as f64).into()])
    }
}
