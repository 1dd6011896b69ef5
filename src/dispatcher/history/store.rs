//! The history's database: one table, which goes with its day.

use serde::Deserialize;
use worker::{SqlStorage, SqlStorageValue};

use super::command::{Checked, Page, Row};
use crate::{
    core::{envelope::ApiError, schema},
    edge::sql::{Database, NO_BOUND},
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

    /// The database as this object has opened it before.
    pub fn opened(sql: SqlStorage) -> Self {
        Self { database: Database::opened(sql) }
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
        self.rows(query, vec![(after_seq as f64).into()], |rows| rows.len() >= limit)
    }

    /// The next rows behind one, as many as it takes to come to so many events.
    pub fn next(&self, after_seq: u64, events: usize) -> Result<Page, ApiError> {
        let query = "SELECT seq, key, at, events, body FROM segments WHERE seq > ? ORDER BY seq";
        self.rows(query, vec![(after_seq as f64).into()], |rows| come_to(rows, events))
    }

    /// The newest rows, newest first.
    pub fn latest(&self, events: usize, before_seq: Option<u64>) -> Result<Page, ApiError> {
        let query = "SELECT seq, key, at, events, body FROM segments WHERE seq < ? ORDER BY seq DESC";
        let before = before_seq.map_or(NO_BOUND, |seq| seq as f64);
        self.rows(query, vec![before.into()], |rows| come_to(rows, events))
    }

    /// The first rows that were not compared with the ledgers yet, of those that were added by a moment, and those in doubt that
    /// are due.
    pub fn unchecked(&self, now: i64, until: i64, limit: usize) -> Result<Page, ApiError> {
        // By number, so that the rows before them are not read.
        let query = "SELECT seq, key, at, events, body FROM segments WHERE seq IN (
                         SELECT seq FROM doubtful WHERE due <= ?
                         UNION SELECT seq FROM segments WHERE seq > ? AND at <= ?
                     ) ORDER BY seq";
        let after = self.database.counter(CHECKED)? as f64;
        let values = vec![(now as f64).into(), after.into(), (until as f64).into()];
        self.rows(query, values, |rows| rows.len() >= limit)
    }

    /// Notes that rows were compared.
    pub fn set_checked(&self, checked: &Checked) -> Result<(), ApiError> {
        for seq in &checked.seqs {
            let waited = "SELECT wait AS value FROM doubtful WHERE seq = ?";
            let waited = self.database.number(waited, vec![(*seq as f64).into()])?;
            if checked.doubtful.contains(seq) {
                let wait = i64::try_from(waited.saturating_mul(2)).unwrap_or(i64::MAX).max(checked.wait);
                let due = checked.now.saturating_add(wait);
                let values = vec![(*seq as f64).into(), (due as f64).into(), (wait as f64).into()];
                self.database
                    .run("INSERT OR REPLACE INTO doubtful (seq, due, wait) VALUES (?, ?, ?)", values)?;
            } else if waited > 0 {
                self.database.run("DELETE FROM doubtful WHERE seq = ?", vec![(*seq as f64).into()])?;
            }
        }
        let last = checked.seqs.iter().copied().max().unwrap_or_default();
        self.database.set_counter(CHECKED, last.max(self.database.counter(CHECKED)?))
    }

    /// Takes rows until there are enough of them, or they come to too many bytes.
    fn rows(
        &self,
        query: &str,
        values: Vec<SqlStorageValue>,
        enough: impl Fn(&[Row]) -> bool,
    ) -> Result<Page, ApiError> {
        let mut page = Page { rows: Vec::new(), more: false };
        let mut bytes: usize = 0;
        self.database.each(query, values, |stored: Stored| {
            bytes = bytes.saturating_add(stored.body.len());
            let row = Row {
                seq: stored.seq as u64,
                key: stored.key,
                at: stored.at as i64,
                events: stored.events as usize,
                body: stored.body,
            };
            page.more = enough(&page.rows) || (bytes > PAGE_BYTES && !page.rows.is_empty());
            if !page.more {
                page.rows.push(row);
            }
            !page.more
        })?;
        Ok(page)
    }
}

fn come_to(rows: &[Row], events: usize) -> bool {
    rows.iter().fold(0_usize, |sum, row| sum.saturating_add(row.events)) >= events
}
