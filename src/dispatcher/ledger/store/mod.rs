//! The ledger's database.

mod deliveries;
mod jobs;
mod log;
mod open;

use serde::{Serialize, de::DeserializeOwned};
use worker::SqlStorage;

use crate::{
    core::{
        envelope::ApiError,
        ledger::{Hour, HourKey, Hours},
        schema,
    },
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

    /// Adds to the counts.
    pub fn add(&self, hours: &Hours) -> Result<(), ApiError> {
        for (key, more) in hours {
            let query = "SELECT body FROM hours WHERE key = ?";
            let mut hour: Hour = self.database.one(query, vec![key.0.as_str().into()])?.unwrap_or_default();
            hour.merge(more);
            let values = vec![key.0.as_str().into(), write(&hour)?.into()];
            self.database.run("INSERT OR REPLACE INTO hours (key, body) VALUES (?, ?)", values)?;
        }
        Ok(())
    }

    /// Forgets the counts of hours before a moment.
    pub fn prune_hours(&self, before: i64) -> Result<(), ApiError> {
        // A key begins with its hour's number, which is all of it that the cast reads.
        let statement = "DELETE FROM hours WHERE CAST(key AS INTEGER) < ?";
        self.database.run(statement, vec![(HourKey::hour(before) as f64).into()])
    }

    /// Removes everything but the notes.
    pub fn clear(&self) -> Result<(), ApiError> {
        for table in ["deliveries", "log", "open", "hours", "jobs"] {
            self.database.run(&format!("DELETE FROM {table}"), vec![])?;
        }
        Ok(())
    }
}
