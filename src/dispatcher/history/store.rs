//! The history's database: one table, which goes with its day.

use std::cell::Cell;

use serde::Deserialize;
use worker::SqlStorage;

use super::command::{Page, Row};
use crate::{
    core::{envelope::ApiError, schema},
    edge::sql::Database,
};

/// The counter that says up to which row everything was compared with the ledgers.
const CHECKED: &str = "checked";

/// How many bytes of bodies one answer may come to, beside its first row.
const PAGE_BYTES: usize = 8 * 1024 * 1024;

/// The object's SQLite database.
pub struct Store {
    database: Database,
}

#[derive(Deserialize)]
struct Stored {
    seq: f64,
    key: String,
    at: f64,
    events: f64,
    body: String,
}

impl Store {
    /// Opens the database, and makes it where there is none.
    pub fn open(sql: SqlStorage) -> Result<Self, ApiError> {
        Ok(Self { database: Database::open(sql, schema::HISTORY)? })
    }

    /// Opens the database if there is one: to look at a day that nothing was added to makes none.
    pub fn find(sql: SqlStorage) -> Result<Option<Self>, ApiError> {
        if Database::exists(&sql)? { Self::open(sql).map(Some) } else { Ok(None) }
    }

    /// When the newest row was added; `None` where there is none.
    pub fn newest(&self) -> Result<Option<i64>, ApiError> {
        let query = "SELECT at AS value FROM segments ORDER BY seq DESC LIMIT 1";
        let at = self.database.number(query, vec![])?;
        Ok((at > 0).then(|| i64::try_from(at).unwrap_or(i64::MAX)))
    }

    /// Adds a row.
    pub fn append(&self, key: &str, at: i64, events: usize, body: &str) -> Result<(), ApiError> {
        let values = vec![key.into(), (at as f64).into(), (events as f64).into(), body.into()];
        self.database.run("INSERT INTO segments (key, at, events, body) VALUES (?, ?, ?, ?)", values)
    }

    /// Rows in the order they were added.
    pub fn page(&self, after_seq: u64, limit: usize) -> Result<Page, ApiError> {
        let query = "SELECT seq, key, at, events, body FROM segments WHERE seq > ? ORDER BY seq";
        self.rows(query, after_seq as f64, |rows, _| rows.len() >= limit)
    }

    /// The newest rows, newest first.
    pub fn latest(&self, events: usize, before_seq: Option<u64>) -> Result<Page, ApiError> {
        let query = "SELECT seq, key, at, events, body FROM segments WHERE seq < ? ORDER BY seq DESC";
        // The largest number that is exact in JavaScript stands for no bound.
        let before = before_seq.map_or(9_007_199_254_740_991.0, |seq| seq as f64);
        self.rows(query, before, |rows, _| {
            rows.iter().fold(0_usize, |sum, row| sum.saturating_add(row.events)) >= events
        })
    }

    /// The first rows that were not compared with the ledgers yet, of those that were added by a moment.
    pub fn unchecked(&self, until: i64, limit: usize) -> Result<Page, ApiError> {
        let after = self.database.counter(CHECKED)?;
        let query = "SELECT seq, key, at, events, body FROM segments WHERE seq > ? ORDER BY seq";
        let is_at_end = Cell::new(false);
        let page = self.rows(query, after as f64, |rows, next| {
            is_at_end.set(next.at > until);
            is_at_end.get() || rows.len() >= limit
        })?;
        Ok(Page { more: page.more && !is_at_end.get(), ..page })
    }

    /// Notes that everything up to a row was compared.
    pub fn set_checked(&self, seq: u64) -> Result<(), ApiError> {
        self.database.set_counter(CHECKED, seq.max(self.database.counter(CHECKED)?))
    }

    /// Takes rows until there are enough of them before the next one, or they come to too many bytes.
    fn rows(&self, query: &str, bound: f64, enough: impl Fn(&[Row], &Row) -> bool) -> Result<Page, ApiError> {
        let mut page = Page { rows: Vec::new(), more: false };
        let mut bytes: usize = 0;
        self.database.each(query, vec![bound.into()], |stored: Stored| {
            bytes = bytes.saturating_add(stored.body.len());
            let row = Row {
                seq: stored.seq as u64,
                key: stored.key,
                at: stored.at as i64,
                events: stored.events as usize,
                body: stored.body,
            };
            page.more = enough(&page.rows, &row) || (bytes > PAGE_BYTES && !page.rows.is_empty());
            if !page.more {
                page.rows.push(row);
            }
            !page.more
        })?;
        Ok(page)
    }
}
