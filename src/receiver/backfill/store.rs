//! The backfills' database.

use worker::SqlStorage;

use crate::{
    core::{backfill::Job, envelope::ApiError, schema},
    edge::sql::{Database, write},
};

/// The table of all backfills.
pub struct Store {
    database: Database,
}

impl Store {
    /// Opens it.
    pub fn open(sql: SqlStorage) -> Result<Self, ApiError> {
        Ok(Self { database: Database::open(sql, schema::BACKFILL)? })
    }

    /// One of them.
    pub fn get(&self, id: &str) -> Result<Option<Job>, ApiError> {
        self.database.one("SELECT body FROM jobs WHERE id = ?", vec![id.into()])
    }

    /// Writes one.
    pub fn put(&self, job: &Job) -> Result<(), ApiError> {
        let values = vec![job.id.as_str().into(), write(job)?.into()];
        self.database.run("INSERT OR REPLACE INTO jobs (id, body) VALUES (?, ?)", values)
    }

    /// How many are running.
    pub fn count_running(&self) -> Result<usize, ApiError> {
        let query = "SELECT CAST(COUNT(*) AS TEXT) AS body FROM jobs WHERE body ->> 'status' = 'running'";
        Ok(self.database.one(query, vec![])?.unwrap_or_default())
    }

    /// The oldest that is running.
    pub fn running(&self) -> Result<Option<Job>, ApiError> {
        let query = "SELECT body FROM jobs WHERE body ->> 'status' = 'running'
                     ORDER BY body ->> 'created_at' LIMIT 1";
        self.database.one(query, vec![])
    }
}
