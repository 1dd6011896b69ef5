//! The registry's database: its tables and its counters.

mod directory;
mod keys;
mod settings;
mod subscriptions;
mod untold;

use worker::SqlStorage;

use crate::{
    core::{envelope::ApiError, schema},
    edge::sql::Database,
};

/// Counts the changes.
const REVISION: &str = "revision";
/// The revision that KV is known to hold.
const PUBLISHED: &str = "published";

/// The tables of one org's registry. Statements without an await between them commit together.
pub struct Store {
    database: Database,
}

impl Store {
    /// Opens the database and brings its tables up to date.
    pub fn open(sql: SqlStorage) -> Result<Self, ApiError> {
        Ok(Self { database: Database::open(sql, schema::REGISTRY)? })
    }

    /// How many changes there were.
    pub fn revision(&self) -> Result<u64, ApiError> {
        self.database.counter(REVISION)
    }

    /// The revision that KV is known to hold.
    pub fn published(&self) -> Result<u64, ApiError> {
        self.database.counter(PUBLISHED)
    }

    /// Notes that KV holds a revision.
    pub fn set_published(&self, revision: u64) -> Result<(), ApiError> {
        self.database.set_counter(PUBLISHED, revision)
    }

    fn changed(&self) -> Result<(), ApiError> {
        self.database.set_counter(REVISION, self.revision()?.saturating_add(1))
    }
}
