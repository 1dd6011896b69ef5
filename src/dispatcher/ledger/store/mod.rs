//! The ledger's database.

mod deliveries;
mod hours;
mod jobs;
mod log;
mod open;

use serde::{Serialize, de::DeserializeOwned};
use worker::SqlStorage;

use crate::{
    core::{envelope::ApiError, schema},
    edge::sql::{Database, write},
};

/// The tables of one subscription's ledger.
pub struct Store {
    database: Database,
}

impl Store {
    /// Opens them.
    pub fn open(sql: SqlStorage) -> Result<Self, ApiError> {
        Ok(Self { database: Database::open(sql, schema::LEDGER)? })
    }

    /// What is noted under a name.
    pub fn note<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, ApiError> {
        self.database.one("SELECT body FROM notes WHERE name = ?", vec![name.into()])
    }

    /// Notes something under a name.
    pub fn set_note<T: Serialize>(&self, name: &str, value: &T) -> Result<(), ApiError> {
        let values = vec![name.into(), write(value)?.into()];
        self.database.run("INSERT OR REPLACE INTO notes (name, body) VALUES (?, ?)", values)
    }

    /// Whether there is nothing left that [`Self::clear`] would remove: what else it does is there with one of these.
    pub fn is_cleared(&self) -> Result<bool, ApiError> {
        let query = "SELECT EXISTS (SELECT 1 FROM log) OR EXISTS (SELECT 1 FROM hours) AS value";
        Ok(self.database.number(query, vec![])? == 0)
    }

    /// Removes everything but the notes.
    pub fn clear(&self) -> Result<(), ApiError> {
        for table in ["deliveries", "log", "open", "hours", "jobs"] {
            self.database.run(&format!("DELETE FROM {table}"), vec![])?;
        }
        Ok(())
    }
}
