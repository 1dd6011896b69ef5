//! The registry's tables.

use serde::Deserialize;
use worker::{SqlStorage, SqlStorageValue};

use crate::core::{
    envelope::ApiError,
    subscription::{Snapshot, Subscription},
};

/// Numbered from 1 and run in order, once each; a released one is never changed.
const MIGRATIONS: [&str; 1] =
    ["CREATE TABLE subscriptions (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;"];

/// Counters of the object itself. The table exists before any migration, since it says which have run.
const COUNTERS: &str =
    "CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;";

const SCHEMA: &str = "schema";
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

#[derive(Deserialize)]
struct Body {
    body: String,
}

impl Store {
    /// Opens the database and brings its tables up to date.
    pub fn open(sql: SqlStorage) -> Result<Self, ApiError> {
        let store = Self { sql };
        store.run(COUNTERS, vec![])?;
        let done = store.counter(SCHEMA)? as usize;
        for (number, migration) in MIGRATIONS.iter().enumerate().skip(done) {
            store.run(migration, vec![])?;
            store.set_counter(SCHEMA, number.saturating_add(1) as u64)?;
        }
        Ok(store)
    }

    /// All subscriptions in the order of their creation, and the revision.
    pub fn snapshot(&self) -> Result<Snapshot, ApiError> {
        let rows: Vec<Body> = self.rows("SELECT body FROM subscriptions ORDER BY rowid", vec![])?;
        let subscriptions: Result<Vec<Subscription>, _> =
            rows.iter().map(|row| serde_json::from_str(&row.body)).collect();
        let subscriptions =
            subscriptions.map_err(|_| ApiError::new(500, "a stored subscription can't be read"))?;
        Ok(Snapshot { revision: self.counter(REVISION)?, subscriptions })
    }

    /// How many subscriptions there are.
    pub fn count(&self) -> Result<usize, ApiError> {
        let rows: Vec<Counter> = self.rows("SELECT count(*) AS value FROM subscriptions", vec![])?;
        Ok(rows.first().map_or(0, |row| row.value as usize))
    }

    /// Adds a subscription.
    pub fn insert(&self, subscription: &Subscription) -> Result<(), ApiError> {
        let body = serde_json::to_string(subscription).map_err(|_| ApiError::new(500, "can't be written"))?;
        self.run(
            "INSERT INTO subscriptions (id, body) VALUES (?, ?)",
            vec![subscription.id.as_str().into(), body.into()],
        )?;
        self.changed()
    }

    /// Removes a subscription; whether there was one.
    pub fn remove(&self, id: &str) -> Result<bool, ApiError> {
        let removed: Vec<Body> =
            self.rows("DELETE FROM subscriptions WHERE id = ? RETURNING body", vec![id.into()])?;
        if removed.is_empty() {
            return Ok(false);
        }
        self.changed()?;
        Ok(true)
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
        let revision = self.counter(REVISION)?;
        self.set_counter(REVISION, revision.saturating_add(1))
    }

    fn counter(&self, name: &str) -> Result<u64, ApiError> {
        let rows: Vec<Counter> = self.rows("SELECT value FROM counters WHERE name = ?", vec![name.into()])?;
        Ok(rows.first().map_or(0, |row| row.value as u64))
    }

    fn set_counter(&self, name: &str, value: u64) -> Result<(), ApiError> {
        // JavaScript numbers carry integers exactly up to 2^53, more than anybody's changes.
        self.run(
            "INSERT OR REPLACE INTO counters (name, value) VALUES (?, ?)",
            vec![name.into(), (value as f64).into()],
        )
    }

    fn run(&self, statement: &str, values: Vec<SqlStorageValue>) -> Result<(), ApiError> {
        self.sql.exec(statement, values).map(|_| ()).map_err(|error| storage_error(&error))
    }

    fn rows<T: serde::de::DeserializeOwned>(
        &self,
        query: &str,
        values: Vec<SqlStorageValue>,
    ) -> Result<Vec<T>, ApiError> {
        self.sql
            .exec(query, values)
            .and_then(|cursor| cursor.to_array())
            .map_err(|error| storage_error(&error))
    }
}

fn storage_error(error: &worker::Error) -> ApiError {
    ApiError::unavailable(format!("the registry's storage failed: {error}"))
}
