//! The queue's database.

use serde::Deserialize;
use worker::SqlStorage;

use crate::{
    core::{
        envelope::ApiError,
        review::{Item, Query, State},
        schema,
    },
    edge::sql::{Database, NO_BOUND, write},
};

/// The table.
pub struct Store {
    database: Database,
}

#[derive(Deserialize)]
struct Id {
    id: String,
}

impl Store {
    /// Opens it.
    pub fn open(sql: SqlStorage) -> Result<Self, ApiError> {
        Ok(Self { database: Database::open(sql, schema::REVIEWS)? })
    }

    /// One item.
    pub fn get(&self, id: &str) -> Result<Option<Item>, ApiError> {
        self.database.one("SELECT body FROM reviews WHERE id = ?", vec![id.into()])
    }

    /// Writes an item's row.
    pub fn put(&self, item: &Item) -> Result<(), ApiError> {
        let values = vec![
            item.id.as_str().into(),
            (item.at as f64).into(),
            item.claim.as_ref().map(|claim| claim.until as f64).into(),
            item.label.as_ref().map(|label| label.at as f64).into(),
            write(item)?.into(),
        ];
        let statement = "INSERT OR REPLACE INTO reviews (id, at, claimed_until, labelled_at, body) VALUES (?, ?, ?, ?, ?)";
        self.database.run(statement, values)
    }

    /// When the newest label was given, in milliseconds since 1970; 0 where there is none.
    pub fn newest_label(&self) -> Result<i64, ApiError> {
        let query =
            "SELECT coalesce(max(labelled_at), 0) AS value FROM reviews WHERE labelled_at IS NOT NULL";
        Ok(i64::try_from(self.database.number(query, vec![])?).unwrap_or(i64::MAX))
    }

    /// Items of a state at a moment, oldest first.
    pub fn list(&self, asked: &Query, now: i64) -> Result<Vec<Item>, ApiError> {
        let query = match asked.state {
            State::Open => {
                "SELECT body FROM reviews WHERE labelled_at IS NULL AND coalesce(claimed_until, 0) <= ?
                 AND (at, id) > (?, ?) ORDER BY at, id LIMIT CAST(? AS INTEGER)"
            }
            State::Claimed => {
                "SELECT body FROM reviews WHERE labelled_at IS NULL AND claimed_until > ?
                 AND (at, id) > (?, ?) ORDER BY at, id LIMIT CAST(? AS INTEGER)"
            }
            // The moment bounds nothing here: labels are numbered on where many come at once.
            State::Labelled => {
                "SELECT body FROM reviews WHERE labelled_at IS NOT NULL AND labelled_at <= ?
                 AND (labelled_at, id) > (?, ?) ORDER BY labelled_at, id LIMIT CAST(? AS INTEGER)"
            }
        };
        let until = if asked.state == State::Labelled { NO_BOUND } else { now as f64 };
        let after = asked.after.as_ref();
        let (at, id) = after.map_or((-1.0, ""), |place| (place.at as f64, &place.id));
        self.database.all(query, vec![until.into(), at.into(), id.into(), (asked.limit as f64).into()])
    }

    /// The ids of items that were put here before a moment, so many at most.
    pub fn older(&self, before: i64, limit: usize) -> Result<Vec<String>, ApiError> {
        let query = "SELECT id FROM reviews WHERE at < ? LIMIT CAST(? AS INTEGER)";
        let rows: Vec<Id> = self.database.rows(query, vec![(before as f64).into(), (limit as f64).into()])?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    /// Forgets items.
    pub fn delete(&self, ids: &[String]) -> Result<(), ApiError> {
        let statement = "DELETE FROM reviews WHERE id = ?";
        ids.iter().try_for_each(|id| self.database.run(statement, vec![id.as_str().into()]))
    }
}
