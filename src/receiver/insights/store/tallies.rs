//! Rows of sums, to be added to.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Store;
use crate::{
    core::{
        envelope::ApiError,
        insights::{Key, Kind, Name, Tally},
    },
    edge::sql::{read, write},
};

/// How many rows a statement removes at most, so that it does not hold the object up.
const REMOVED_AT_ONCE: f64 = 20_000.0;

/// A budget and a user's month begin so many hours before their last row is written to.
const LONGEST_WINDOW: i64 = 31 * 24;

#[derive(Deserialize)]
struct Stored {
    kind: String,
    hour: f64,
    name: String,
    body: String,
}

impl Store {
    /// Those of these rows that there are.
    pub fn tallies<'a>(&self, keys: impl Iterator<Item = &'a Key>) -> Result<BTreeMap<Key, Tally>, ApiError> {
        let keys: Vec<_> = keys.map(parts).collect();
        // In this order of loops, so that each key is looked up and no row is read in vain.
        let query = "SELECT kind, hour, name, body FROM json_each(?) AS wanted CROSS JOIN tallies
                     WHERE kind = wanted.value->>0 AND hour = wanted.value->>1 AND name = wanted.value->>2";
        let rows: Vec<Stored> = self.database.rows(query, vec![write(&keys)?.into()])?;
        let known = rows.into_iter().filter_map(|row| Some((Kind::from_key(&row.kind)?, row)));
        known
            .map(|(kind, row)| {
                let key = Key { kind, hour: row.hour as i64, name: Name::from_key(&row.name) };
                Ok((key, read(&row.body)?))
            })
            .collect()
    }

    /// Puts rows in the place of those that there are.
    pub fn put_tallies(&self, tallies: &BTreeMap<Key, Tally>) -> Result<(), ApiError> {
        if tallies.is_empty() {
            return Ok(());
        }
        let rows: Vec<_> = tallies.iter().map(|(key, tally)| (parts(key), tally)).collect();
        let statement = "INSERT OR REPLACE INTO tallies (kind, hour, name, body)
            SELECT value->0->>0, value->0->>1, value->0->>2, value->1 FROM json_each(?)";
        self.database.run(statement, vec![write(&rows)?.into()])
    }

    /// How many names there are of a kind in a window.
    pub fn count_names(&self, kind: &Kind, hour: i64) -> Result<usize, ApiError> {
        let query = "SELECT count(*) AS value FROM tallies WHERE kind = ? AND hour = ? AND name > '='";
        let count = self.database.number(query, vec![kind.to_string().into(), (hour as f64).into()])?;
        Ok(usize::try_from(count).unwrap_or(usize::MAX))
    }

    /// Removes rows of windows that began before an hour, as many as go at once; of those that may be a month long, that ended
    /// before it. Says whether there may be more.
    pub fn prune_tallies(&self, oldest: i64) -> Result<bool, ApiError> {
        let long_oldest = oldest.saturating_sub(LONGEST_WINDOW);
        let statement = "DELETE FROM tallies WHERE (kind, hour, name) IN (
            SELECT kind, hour, name FROM tallies
            WHERE hour < CASE WHEN kind IN (?, ?) THEN ? ELSE ? END LIMIT CAST(? AS INTEGER))";
        let values = vec![
            Kind::Budget.to_string().into(),
            Kind::UserMonth.to_string().into(),
            (long_oldest as f64).into(),
            (oldest as f64).into(),
            REMOVED_AT_ONCE.into(),
        ];
        self.remove(statement, values)
    }

    /// Forgets deliveries that were counted before a day.
    pub fn prune_seen(&self, oldest_day: i64) -> Result<bool, ApiError> {
        let statement = "DELETE FROM seen WHERE (day, id) IN (
            SELECT day, id FROM seen WHERE day < ? LIMIT CAST(? AS INTEGER))";
        self.remove(statement, vec![(oldest_day as f64).into(), REMOVED_AT_ONCE.into()])
    }

    /// Forgets signals of windows that were over before an hour, and models without a request since.
    pub fn prune_notes(&self, oldest: i64) -> Result<bool, ApiError> {
        self.database.run("DELETE FROM ratios WHERE hour < ?", vec![(oldest as f64).into()])?;
        let statement = "DELETE FROM given WHERE id IN (
            SELECT id FROM given WHERE hour < ? LIMIT CAST(? AS INTEGER))";
        let long_oldest = oldest.saturating_sub(LONGEST_WINDOW);
        self.remove(statement, vec![(long_oldest as f64).into(), REMOVED_AT_ONCE.into()])
    }

    /// Whether no row is left.
    pub fn is_empty(&self) -> Result<bool, ApiError> {
        let query = "SELECT EXISTS (SELECT 1 FROM tallies) OR EXISTS (SELECT 1 FROM seen)
                     OR EXISTS (SELECT 1 FROM given) OR EXISTS (SELECT 1 FROM ratios)
                     OR EXISTS (SELECT 1 FROM untold) AS value";
        Ok(self.database.number(query, vec![])? == 0)
    }

    /// Runs a removal. Says whether it took as many rows as it may.
    fn remove(&self, statement: &str, values: Vec<worker::SqlStorageValue>) -> Result<bool, ApiError> {
        self.database.run(statement, values)?;
        let removed = self.database.number("SELECT changes() AS value", vec![])?;
        Ok(removed as f64 >= REMOVED_AT_ONCE)
    }
}

fn parts(key: &Key) -> (String, i64, String) {
    (key.kind.to_string(), key.hour, key.name.to_string())
}
