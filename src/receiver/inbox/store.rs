//! The inbox's database.

use worker::SqlStorage;

use crate::{
    core::{
        envelope::ApiError,
        inbox::{Entry, Query},
        schema,
    },
    edge::sql::{Database, NO_BOUND, write},
};

/// The tables of one shard.
pub struct Store {
    database: Database,
}

impl Store {
    /// Opens them.
    pub fn open(sql: SqlStorage) -> Result<Self, ApiError> {
        Ok(Self { database: Database::open(sql, schema::INBOX)? })
    }

    /// What is filed under a key.
    pub fn under(&self, key: &str) -> Result<Vec<Entry>, ApiError> {
        self.database.all("SELECT body FROM deliveries WHERE key = ?", vec![key.into()])
    }

    /// One delivery of a key.
    pub fn get(&self, key: &str, id: &str) -> Result<Option<Entry>, ApiError> {
        let query = "SELECT body FROM deliveries WHERE key = ? AND id = ?";
        self.database.one(query, vec![key.into(), id.into()])
    }

    /// One delivery, whatever it is filed under: looks at every row, so it is for people and not for consumers.
    pub fn find(&self, id: &str) -> Result<Option<Entry>, ApiError> {
        self.database.one("SELECT body FROM deliveries WHERE id = ?", vec![id.into()])
    }

    /// Writes a delivery's row.
    pub fn put(&self, key: &str, entry: &Entry) -> Result<(), ApiError> {
        let values = vec![
            key.into(),
            entry.id.as_str().into(),
            (entry.received_at as f64).into(),
            entry.state.name().into(),
            write(entry)?.into(),
        ];
        let statement = "INSERT OR REPLACE INTO deliveries (key, id, at, state, body) VALUES (?, ?, ?, ?, ?)";
        self.database.run(statement, values)
    }

    /// Deliveries of a state, newest first.
    pub fn list(&self, asked: &Query) -> Result<Vec<Entry>, ApiError> {
        let query = "SELECT body FROM deliveries WHERE state = ? AND (at, id) < (?, ?)
                     ORDER BY at DESC, id DESC LIMIT CAST(? AS INTEGER)";
        let before = asked.before.as_ref();
        let (at, id) = before.map_or((NO_BOUND, ""), |place| (place.at as f64, &place.id));
        let limit = asked.limit as f64;
        self.database.all(query, vec![asked.state.name().into(), at.into(), id.into(), limit.into()])
    }

    /// Forgets what was taken before a moment.
    pub fn prune(&self, before: i64) -> Result<(), ApiError> {
        self.database.run("DELETE FROM deliveries WHERE at < ?", vec![(before as f64).into()])
    }
}
