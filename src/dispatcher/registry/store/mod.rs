//! The registry's database: its tables, its counters, and how both come about.

mod directory;
mod keys;
mod subscriptions;

use serde::{Deserialize, de::DeserializeOwned};
use worker::{SqlStorage, SqlStorageValue};

use crate::core::{
    envelope::ApiError,
    schema::{self, COUNTERS},
};

/// Counts the changes.
const REVISION: &str = "revision";
/// The revision that KV is known to hold.
const PUBLISHED: &str = "published";

/// The object's SQLite database. Statements without an await between them commit together.
pub struct Store {
    sql: SqlStorage,
}

#[derive(Deserialize)]
struct Counter {
    value: f64,
}

/// A row of which only the JSON matters.
#[derive(Deserialize)]
struct Body {
    body: String,
}

impl Store {
    /// Opens the database and brings its tables up to date.
    pub fn open(sql: SqlStorage) -> Result<Self, ApiError> {
        let store = Self { sql };
        store.run(COUNTERS, vec![])?;
        for (version, migration) in schema::REGISTRY.after(store.counter(schema::VERSION)?) {
            store.run(migration, vec![])?;
            store.set_counter(schema::VERSION, version)?;
        }
        Ok(store)
    }

    /// How many changes there were.
    pub fn revision(&self) -> Result<u64, ApiError> {
        self.counter(REVISION)
    }

    /// The revision that KV is known to hold.
    pub fn published(&self) -> Result<u64, ApiError> {
        self.counter(PUBLISHED)
    }

    /// Notes that KV holds a revision.
    pub fn set_published(&self, revision: u64) -> Result<(), ApiError> {
        self.set_counter(PUBLISHED, revision)
    }

    fn changed(&self) -> Result<(), ApiError> {
        self.set_counter(REVISION, self.revision()?.saturating_add(1))
    }

    fn counter(&self, name: &str) -> Result<u64, ApiError> {
        let rows: Vec<Counter> = self.rows("SELECT value FROM counters WHERE name = ?", vec![name.into()])?;
        Ok(rows.first().map_or(0, |row| row.value as u64))
    }

    fn set_counter(&self, name: &str, value: u64) -> Result<(), ApiError> {
        // JavaScript numbers carry integers exactly up to 2^53, more than anybody's changes.
        let values = vec![name.into(), (value as f64).into()];
        self.run("INSERT OR REPLACE INTO counters (name, value) VALUES (?, ?)", values)
    }

    fn run(&self, statement: &str, values: Vec<SqlStorageValue>) -> Result<(), ApiError> {
        self.sql.exec(statement, values).map(|_| ()).map_err(|error| storage_error(&error))
    }

    fn rows<T: DeserializeOwned>(
        &self,
        query: &str,
        values: Vec<SqlStorageValue>,
    ) -> Result<Vec<T>, ApiError> {
        self.sql
            .exec(query, values)
            .and_then(|cursor| cursor.to_array())
            .map_err(|error| storage_error(&error))
    }

    /// The first row's body, read as JSON.
    fn one<T: DeserializeOwned>(
        &self,
        query: &str,
        values: Vec<SqlStorageValue>,
    ) -> Result<Option<T>, ApiError> {
        let rows: Vec<Body> = self.rows(query, values)?;
        rows.first().map(|row| read(&row.body)).transpose()
    }

    /// Every row's body, read as JSON.
    fn all<T: DeserializeOwned>(&self, query: &str) -> Result<Vec<T>, ApiError> {
        let rows: Vec<Body> = self.rows(query, vec![])?;
        rows.iter().map(|row| read(&row.body)).collect()
    }
}

fn read<T: DeserializeOwned>(body: &str) -> Result<T, ApiError> {
    serde_json::from_str(body).map_err(|_| ApiError::new(500, "a stored row can't be read"))
}

fn write<T: serde::Serialize>(value: &T) -> Result<String, ApiError> {
    serde_json::to_string(value).map_err(|_| ApiError::new(500, "a row can't be written"))
}

fn storage_error(error: &worker::Error) -> ApiError {
    ApiError::unavailable(format!("the registry's storage failed: {error}"))
}
