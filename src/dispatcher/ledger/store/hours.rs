//! The table of counts.

use serde::Deserialize;

use super::Store;
use crate::{
    core::{
        envelope::ApiError,
        ledger::{Hour, HourKey, Hours},
        metrics::{Asked, Reading},
        window::hour_of,
    },
    edge::sql::{read, write},
};

#[derive(Deserialize)]
struct Counted {
    key: String,
    body: String,
}

impl Store {
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

    /// Adds the counts of a range to what is answered.
    pub fn read_hours(&self, asked: &Asked, reading: &mut Reading) -> Result<(), ApiError> {
        let (first, end) = asked.keys();
        let query = "SELECT key, body FROM hours WHERE key >= ? AND key < ? ORDER BY key";
        self.database.try_each(query, vec![first.into(), end.into()], |row: Counted| {
            reading.add(asked, &HourKey(row.key), &read(&row.body)?);
            Ok(())
        })
    }

    /// Forgets the counts of hours before a moment.
    pub fn prune_hours(&self, before: i64) -> Result<(), ApiError> {
        let bound = HourKey::bound(hour_of(before));
        self.database.run("DELETE FROM hours WHERE key < ?", vec![bound.into()])
    }
}
