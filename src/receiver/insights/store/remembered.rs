//! What was counted and signalled before, and what is usual.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Deserialize;

use super::Store;
use crate::{
    core::{
        envelope::ApiError,
        insights::{Measures, Name, Ratios, Signal},
    },
    edge::sql::{read, write},
};

/// How many models have a usual ratio.
const MAX_MODELS: u64 = 1000;

#[derive(Deserialize)]
struct Seen {
    id: String,
    measures: f64,
}

#[derive(Deserialize)]
struct Id {
    id: String,
}

#[derive(Deserialize)]
struct Named {
    name: String,
    body: String,
}

impl Store {
    /// What was counted of these deliveries on some days, the days counted from 1970.
    pub fn seen(&self, days: &[i64], ids: &[&str]) -> Result<HashMap<String, Measures>, ApiError> {
        let query = "SELECT seen.id, measures FROM json_each(?) AS days CROSS JOIN json_each(?) AS ids CROSS JOIN seen
                     WHERE seen.day = days.value AND seen.id = ids.value";
        let rows: Vec<Seen> = self.database.rows(query, vec![write(&days)?.into(), write(&ids)?.into()])?;
        let mut seen = HashMap::<String, Measures>::new();
        for row in rows {
            let measures = seen.entry(row.id).or_default();
            *measures = measures.and(Measures::from_bits(row.measures as u8));
        }
        Ok(seen)
    }

    /// Remembers what was counted of deliveries on a day, beside what was before.
    pub fn remember_seen(&self, day: i64, seen: &HashMap<&str, Measures>) -> Result<(), ApiError> {
        if seen.is_empty() {
            return Ok(());
        }
        let rows: Vec<_> = seen.iter().collect();
        let statement = "INSERT INTO seen (day, id, measures)
            SELECT ?, value->>0, value->>1 FROM json_each(?) WHERE true
            ON CONFLICT (day, id) DO UPDATE SET measures = measures | excluded.measures";
        self.database.run(statement, vec![(day as f64).into(), write(&rows)?.into()])
    }

    /// Which of these signals were given.
    pub fn given(&self, ids: &[&str]) -> Result<HashSet<String>, ApiError> {
        let query = "SELECT id FROM given WHERE id IN (SELECT value FROM json_each(?))";
        let rows: Vec<Id> = self.database.rows(query, vec![write(&ids)?.into()])?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    /// Remembers that signals were given, each with the first hour of its window.
    pub fn remember_given(&self, ids: &[(String, i64)]) -> Result<(), ApiError> {
        if ids.is_empty() {
            return Ok(());
        }
        let statement = "INSERT OR REPLACE INTO given (id, hour)
            SELECT value->>0, value->>1 FROM json_each(?)";
        self.database.run(statement, vec![write(&ids)?.into()])
    }

    /// Keeps signals until somebody was told.
    pub fn keep_untold(&self, signals: &[(String, Signal)]) -> Result<(), ApiError> {
        if signals.is_empty() {
            return Ok(());
        }
        let statement = "INSERT OR REPLACE INTO untold (id, body)
            SELECT value->>0, value->1 FROM json_each(?)";
        self.database.run(statement, vec![write(&signals)?.into()])
    }

    /// Some of them.
    pub fn untold(&self, limit: usize) -> Result<Vec<(String, Signal)>, ApiError> {
        let query = "SELECT id AS name, body FROM untold LIMIT CAST(? AS INTEGER)";
        let rows: Vec<Named> = self.database.rows(query, vec![(limit as f64).into()])?;
        rows.into_iter().map(|row| Ok((row.name, read(&row.body)?))).collect()
    }

    /// Somebody was told of these.
    pub fn told(&self, ids: &[&str]) -> Result<(), ApiError> {
        let statement = "DELETE FROM untold WHERE id IN (SELECT value FROM json_each(?))";
        self.database.run(statement, vec![write(&ids)?.into()])
    }

    /// What is usual for these models, where it is known.
    pub fn ratios<'a>(
        &self,
        names: impl Iterator<Item = &'a Name>,
    ) -> Result<BTreeMap<Name, Ratios>, ApiError> {
        let names: Vec<String> = names.map(Name::to_string).collect();
        let query = "SELECT name, body FROM ratios WHERE name IN (SELECT value FROM json_each(?))";
        let rows: Vec<Named> = self.database.rows(query, vec![write(&names)?.into()])?;
        rows.iter().map(|row| Ok((Name::from_key(&row.name), read(&row.body)?))).collect()
    }

    /// Puts what is usual for models in the place of what was; a model beyond as many as are kept is left out.
    pub fn put_ratios(&self, ratios: &BTreeMap<Name, (i64, Ratios)>) -> Result<(), ApiError> {
        if ratios.is_empty() {
            return Ok(());
        }
        let rows: Vec<_> =
            ratios.iter().map(|(name, (hour, ratios))| (name.to_string(), hour, ratios)).collect();
        let is_full = "SELECT count(*) >= ? AS value FROM ratios";
        let is_full = self.database.number(is_full, vec![(MAX_MODELS as f64).into()])? == 1;
        let room = if is_full { "WHERE value->>0 IN (SELECT name FROM ratios)" } else { "" };
        let statement = format!(
            "INSERT OR REPLACE INTO ratios (name, hour, body)
             SELECT value->>0, value->>1, value->2 FROM json_each(?) {room}"
        );
        self.database.run(&statement, vec![write(&rows)?.into()])
    }
}
