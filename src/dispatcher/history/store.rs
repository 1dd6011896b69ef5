//! The history's database: one table, which goes with its day.
//!
//! What a row costs is what intake costs, so there is one row a call, its key is the rowid, and there is no second index.

use serde::Deserialize;
use worker::{SqlStorage, SqlStorageValue};

use super::command::{Page, Row};
use crate::core::envelope::ApiError;

const TABLE: &str = "
    CREATE TABLE IF NOT EXISTS segments (
        seq INTEGER PRIMARY KEY,
        key TEXT NOT NULL,
        at INTEGER NOT NULL,
        events INTEGER NOT NULL,
        body TEXT NOT NULL
    ) STRICT;
";

/// How many bytes of bodies one answer may come to, beside its first row.
const PAGE_BYTES: usize = 8 * 1024 * 1024;

/// The object's SQLite database.
pub struct Store {
    sql: SqlStorage,
}

#[derive(Deserialize)]
struct Stored {
    seq: f64,
    key: String,
    at: f64,
    events: f64,
    body: String,
}

#[derive(Deserialize)]
struct Number {
    value: f64,
}

impl Store {
    /// Opens the database as it is. A day that nothing was added to has no table, and looking at it makes none.
    pub fn open(sql: SqlStorage) -> Self {
        Self { sql }
    }

    /// Makes sure that there is a table to add to.
    pub fn prepare(&self) -> Result<(), ApiError> {
        self.run(TABLE, vec![])
    }

    /// When the newest row was added; `None` where there is none.
    pub fn newest(&self) -> Result<Option<i64>, ApiError> {
        if !self.has_table()? {
            return Ok(None);
        }
        let query = "SELECT at AS value FROM segments ORDER BY seq DESC LIMIT 1";
        Ok(self.number(query)?.map(|at| at as i64))
    }

    /// Adds a row.
    pub fn append(&self, key: &str, at: i64, events: usize, body: &str) -> Result<(), ApiError> {
        let values = vec![key.into(), (at as f64).into(), (events as f64).into(), body.into()];
        self.run("INSERT INTO segments (key, at, events, body) VALUES (?, ?, ?, ?)", values)
    }

    /// Rows in the order they were added.
    pub fn page(&self, after_seq: u64, limit: usize) -> Result<Page, ApiError> {
        let query = "SELECT seq, key, at, events, body FROM segments WHERE seq > ? ORDER BY seq";
        self.rows(query, after_seq as f64, |rows| rows.len() >= limit)
    }

    /// The newest rows, newest first.
    pub fn latest(&self, events: usize, before_seq: Option<u64>) -> Result<Page, ApiError> {
        let query = "SELECT seq, key, at, events, body FROM segments WHERE seq < ? ORDER BY seq DESC";
        // The largest number that is exact in JavaScript stands for no bound.
        let before = before_seq.map_or(9_007_199_254_740_991.0, |seq| seq as f64);
        self.rows(query, before, |rows| {
            rows.iter().fold(0_usize, |sum, row| sum.saturating_add(row.events)) >= events
        })
    }

    /// Takes rows until there are enough of them, or they come to too many bytes.
    fn rows(&self, query: &str, bound: f64, enough: impl Fn(&[Row]) -> bool) -> Result<Page, ApiError> {
        let mut page = Page { rows: Vec::new(), more: false };
        if !self.has_table()? {
            return Ok(page);
        }
        let cursor = self.sql.exec(query, vec![bound.into()]).map_err(|error| failed(&error))?;
        let mut bytes: usize = 0;
        for stored in cursor.next::<Stored>() {
            let stored = stored.map_err(|error| failed(&error))?;
            bytes = bytes.saturating_add(stored.body.len());
            if enough(&page.rows) || (bytes > PAGE_BYTES && !page.rows.is_empty()) {
                page.more = true;
                break;
            }
            page.rows.push(Row {
                seq: stored.seq as u64,
                key: stored.key,
                at: stored.at as i64,
                events: stored.events as usize,
                body: stored.body,
            });
        }
        Ok(page)
    }

    fn has_table(&self) -> Result<bool, ApiError> {
        let query = "SELECT count(*) AS value FROM sqlite_master WHERE type = 'table' AND name = 'segments'";
        Ok(self.number(query)?.is_some_and(|tables| tables > 0.0))
    }

    fn number(&self, query: &str) -> Result<Option<f64>, ApiError> {
        let rows: Vec<Number> = self
            .sql
            .exec(query, None)
            .and_then(|cursor| cursor.to_array())
            .map_err(|error| failed(&error))?;
        Ok(rows.first().map(|row| row.value))
    }

    fn run(&self, statement: &str, values: Vec<SqlStorageValue>) -> Result<(), ApiError> {
        self.sql.exec(statement, values).map(|_| ()).map_err(|error| failed(&error))
    }
}

fn failed(error: &worker::Error) -> ApiError {
    ApiError::unavailable(format!("the history's storage failed: {error}"))
}
