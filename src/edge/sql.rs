//! A Durable Object's SQLite database.

use std::cell::OnceCell;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use worker::{SqlStorage, SqlStorageValue};

use crate::core::{
    envelope::ApiError,
    schema::{self, Schema},
};

/// Stands in a query for no bound: the largest number that is exact in JavaScript.
pub const NO_BOUND: f64 = 9_007_199_254_740_991.0;

/// What an object has opened before, or opens now: its tables need looking at once.
pub fn once<T>(cell: &OnceCell<T>, open: impl FnOnce() -> Result<T, ApiError>) -> Result<&T, ApiError> {
    match cell.get() {
        Some(opened) => Ok(opened),
        None => {
            let opened = open()?;
            Ok(cell.get_or_init(|| opened))
        }
    }
}

/// A database whose tables are of the newest version.
pub struct Database {
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

impl Database {
    /// Opens an object's database and brings its tables to the newest version. Each statement of a request commits with the
    /// others of it, or none does.
    pub fn open(sql: SqlStorage, schema: Schema) -> Result<Self, ApiError> {
        let database = Self { sql };
        database.run(schema::COUNTERS, vec![])?;
        for (version, migration) in schema.after(database.counter(schema::VERSION)?) {
            database.run(migration, vec![])?;
            database.set_counter(schema::VERSION, version)?;
        }
        Ok(database)
    }

    /// A database that the same object has opened before.
    pub fn opened(sql: SqlStorage) -> Self {
        Self { sql }
    }

    /// Whether an object has a database of ours.
    pub fn exists(sql: &SqlStorage) -> Result<bool, ApiError> {
        let query = "SELECT count(*) AS value FROM sqlite_master WHERE type = 'table' AND name = 'counters'";
        let rows: Vec<Counter> =
            sql.exec(query, None).and_then(|cursor| cursor.to_array()).map_err(|error| failed(&error))?;
        Ok(rows.first().is_some_and(|row| row.value > 0.0))
    }

    /// How large it is, in bytes: what is free for use again not counted.
    pub fn bytes(&self) -> u64 {
        self.sql.database_size() as u64
    }

    /// A counter; 0 where it was never set.
    pub fn counter(&self, name: &str) -> Result<u64, ApiError> {
        self.number("SELECT value FROM counters WHERE name = ?", vec![name.into()])
    }

    /// Sets a counter.
    pub fn set_counter(&self, name: &str, value: u64) -> Result<(), ApiError> {
        // JavaScript numbers carry integers exactly up to 2^53, more than anybody counts here.
        let values = vec![name.into(), (value as f64).into()];
        self.run("INSERT OR REPLACE INTO counters (name, value) VALUES (?, ?)", values)
    }

    /// The `value` of a query's first row; 0 where it has none.
    pub fn number(&self, query: &str, values: Vec<SqlStorageValue>) -> Result<u64, ApiError> {
        let rows: Vec<Counter> = self.rows(query, values)?;
        Ok(rows.first().map_or(0, |row| row.value as u64))
    }

    /// Runs a statement.
    pub fn run(&self, statement: &str, values: Vec<SqlStorageValue>) -> Result<(), ApiError> {
        self.sql.exec(statement, values).map(|_| ()).map_err(|error| failed(&error))
    }

    /// A query's rows.
    pub fn rows<T: DeserializeOwned>(
        &self,
        query: &str,
        values: Vec<SqlStorageValue>,
    ) -> Result<Vec<T>, ApiError> {
        self.sql.exec(query, values).and_then(|cursor| cursor.to_array()).map_err(|error| failed(&error))
    }

    /// Hands over a query's rows one by one, as long as more are wanted.
    pub fn each<T: DeserializeOwned>(
        &self,
        query: &str,
        values: Vec<SqlStorageValue>,
        mut take: impl FnMut(T) -> bool,
    ) -> Result<(), ApiError> {
        let cursor = self.sql.exec(query, values).map_err(|error| failed(&error))?;
        for row in cursor.next::<T>() {
            if !take(row.map_err(|error| failed(&error))?) {
                break;
            }
        }
        Ok(())
    }

    /// Hands over all of a query's rows one by one; the first that is not taken ends it with its error.
    pub fn try_each<T: DeserializeOwned>(
        &self,
        query: &str,
        values: Vec<SqlStorageValue>,
        mut take: impl FnMut(T) -> Result<(), ApiError>,
    ) -> Result<(), ApiError> {
        let mut result = Ok(());
        self.each(query, values, |row| {
            result = take(row);
            result.is_ok()
        })?;
        result
    }

    /// The first row's `body`, read as JSON.
    pub fn one<T: DeserializeOwned>(
        &self,
        query: &str,
        values: Vec<SqlStorageValue>,
    ) -> Result<Option<T>, ApiError> {
        let rows: Vec<Body> = self.rows(query, values)?;
        rows.first().map(|row| read(&row.body)).transpose()
    }

    /// Every row's `body`, read as JSON.
    pub fn all<T: DeserializeOwned>(
        &self,
        query: &str,
        values: Vec<SqlStorageValue>,
    ) -> Result<Vec<T>, ApiError> {
        let rows: Vec<Body> = self.rows(query, values)?;
        rows.iter().map(|row| read(&row.body)).collect()
    }
}

/// Reads what a row holds.
pub fn read<T: DeserializeOwned>(body: &str) -> Result<T, ApiError> {
    serde_json::from_str(body).map_err(|_| ApiError::new(500, "a stored row can't be read"))
}

/// Writes what a row is to hold.
pub fn write<T: Serialize>(value: &T) -> Result<String, ApiError> {
    serde_json::to_string(value).map_err(|_| ApiError::new(500, "a row can't be written"))
}

fn failed(error: &worker::Error) -> ApiError {
    ApiError::unavailable(format!("the storage failed: {error}"))
}
