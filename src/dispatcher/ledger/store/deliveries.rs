//! The table of deliveries.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::Store;
use crate::{
    core::{
        envelope::ApiError,
        ledger::{Brief, Row, State},
    },
    dispatcher::ledger::command::Stored,
    edge::sql::{read, write},
};

/// How much one statement takes, in bytes: the database bounds a value at 2 MB.
const MOST_BYTES: usize = 1_000_000;

/// What a claim reads of a delivery.
pub struct Existing {
    /// Its id.
    pub id: String,
    /// How it stands.
    pub brief: Brief,
    /// All of it.
    pub body: Box<RawValue>,
}

#[derive(Deserialize)]
struct ExistingRow {
    id: String,
    state: String,
    due: Option<f64>,
    resend: Option<String>,
    body: String,
}

#[derive(Deserialize)]
struct Id {
    id: String,
}

#[derive(Deserialize)]
struct Pair {
    id: String,
    body: String,
}

impl Store {
    /// Those of these deliveries that there are.
    pub fn existing(&self, ids: &[&str]) -> Result<Vec<Existing>, ApiError> {
        let query = "SELECT id, state, due, resend, body FROM deliveries
                     WHERE id IN (SELECT value FROM json_each(?))";
        let rows: Vec<ExistingRow> = self.database.rows(query, vec![write(&ids)?.into()])?;
        rows.into_iter()
            .map(|row| {
                let state = read(&format!("\"{}\"", row.state))?;
                let brief = Brief { state, due: row.due.map(|due| due as i64), resend: row.resend };
                let body =
                    RawValue::from_string(row.body).map_err(|_| ApiError::new(500, "a row can't be read"))?;
                Ok(Existing { id: row.id, brief, body })
            })
            .collect()
    }

    /// Which of these have a row.
    pub fn known(&self, ids: &[String]) -> Result<HashSet<String>, ApiError> {
        let query = "SELECT id FROM deliveries WHERE id IN (SELECT value FROM json_each(?))";
        let rows: Vec<Id> = self.database.rows(query, vec![write(&ids)?.into()])?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    /// One delivery.
    pub fn find(&self, id: &str) -> Result<Option<Row>, ApiError> {
        self.database.one("SELECT body FROM deliveries WHERE id = ?", vec![id.into()])
    }

    /// Those of these deliveries that there are, each with its place among the ids.
    pub fn rows(&self, ids: &[String]) -> Result<Vec<(usize, Row)>, ApiError> {
        let query = "SELECT id, body FROM deliveries WHERE id IN (SELECT value FROM json_each(?))";
        let found: Vec<Pair> = self.database.rows(query, vec![write(&ids)?.into()])?;
        let mut found: std::collections::HashMap<String, String> =
            found.into_iter().map(|pair| (pair.id, pair.body)).collect();
        let bodies = ids.iter().enumerate().filter_map(|(at, id)| Some((at, found.remove(id)?)));
        bodies.map(|(at, body)| Ok((at, read(&body)?))).collect()
    }

    /// Stores rows as they are now. One that was written by somebody who knew of more attempts stays.
    pub fn put(&self, rows: &[Stored], now: i64) -> Result<(), ApiError> {
        if rows.is_empty() {
            return Ok(());
        }
        // The database takes the rows apart itself: they never become values of ours.
        let statement = "INSERT INTO deliveries (id, state, due, resend, made, body)
            SELECT value->>'id', value->>'state', value->>'due', value->>'resend', value->>'made', value->'body'
            FROM json_each(?) WHERE true
            ON CONFLICT (id) DO UPDATE SET state = excluded.state, due = excluded.due, resend = excluded.resend,
                made = excluded.made, body = excluded.body
            WHERE excluded.made >= made";
        let (mut from, mut bytes) = (0_usize, 0_usize);
        for (at, row) in rows.iter().enumerate() {
            let length = row.body.get().len();
            if bytes.saturating_add(length) > MOST_BYTES && at > from {
                self.database.run(statement, vec![write(&rows.get(from..at))?.into()])?;
                (from, bytes) = (at, 0);
            }
            bytes = bytes.saturating_add(length);
        }
        self.database.run(statement, vec![write(&rows.get(from..))?.into()])?;
        let ids = |wanted: fn(&&Stored) -> bool| -> Vec<&str> {
            rows.iter().filter(wanted).map(|row| row.id.as_str()).collect()
        };
        let new = ids(|row| row.is_new);
        if !new.is_empty() {
            self.append(&new, now)?;
        }
        let closed = ids(|row| row.was_open && row.state != State::Retrying);
        if !closed.is_empty() {
            self.strike_off(&closed)?;
        }
        for row in rows.iter().filter(|row| row.state == State::Retrying) {
            self.set_due(&row.id, row.due.unwrap_or(now), row.accepted_at)?;
        }
        Ok(())
    }

    /// Removes deliveries.
    pub fn remove(&self, ids: &[String]) -> Result<(), ApiError> {
        let values = || -> Result<_, ApiError> { Ok(vec![write(&ids)?.into()]) };
        let chosen = "IN (SELECT value FROM json_each(?))";
        self.database.run(&format!("DELETE FROM deliveries WHERE id {chosen}"), values()?)?;
        self.database.run(&format!("DELETE FROM open WHERE id {chosen}"), values()?)
    }
}
