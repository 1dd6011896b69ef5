//! The deliveries, in each volume's table.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::Store;
use crate::{
    core::{
        delivery::Whose,
        envelope::ApiError,
        ledger::{Brief, Remembered, Room, Row, State, Volume},
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
struct Pair {
    id: String,
    body: String,
}

impl Store {
    /// Those of these deliveries that there are.
    pub fn existing(&self, ids: &[&str]) -> Result<Vec<Existing>, ApiError> {
        let mut found = Vec::new();
        let mut missing = ids.to_vec();
        for volume in self.newest_first() {
            let query = format!(
                "SELECT id, state, due, resend, body FROM {} WHERE id IN (SELECT value FROM json_each(?))",
                volume.deliveries()
            );
            let rows: Vec<ExistingRow> = self.database.rows(&query, vec![write(&missing)?.into()])?;
            if rows.is_empty() {
                continue;
            }
            missing.retain(|id| rows.iter().all(|row| row.id != *id));
            for row in rows {
                found.push(row.open()?);
            }
            if missing.is_empty() {
                break;
            }
        }
        Ok(found)
    }

    /// Which of these have a row.
    pub fn remembered(&self, ids: &[String]) -> Result<Remembered, ApiError> {
        let mut known = HashSet::new();
        for volume in self.newest_first() {
            known.extend(self.known_in(&volume, ids)?);
        }
        Ok(Remembered { ids: known, forgotten_until: self.forgotten_until()? })
    }

    fn known_in<T: Serialize>(&self, volume: &Volume, ids: &[T]) -> Result<HashSet<String>, ApiError> {
        let query =
            format!("SELECT id FROM {} WHERE id IN (SELECT value FROM json_each(?))", volume.deliveries());
        self.ids(&query, vec![write(&ids)?.into()])
    }

    /// One delivery.
    pub fn find(&self, id: &str) -> Result<Option<Row>, ApiError> {
        for volume in self.newest_first() {
            let query = format!("SELECT id, body FROM {} WHERE id = ?", volume.deliveries());
            let found: Vec<Pair> = self.database.rows(&query, vec![id.into()])?;
            if let Some(pair) = found.first() {
                return self.read(id, &pair.body).map(Some);
            }
        }
        Ok(None)
    }

    /// Those of these deliveries that there are.
    pub fn rows(&self, ids: &[String]) -> Result<Vec<Row>, ApiError> {
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        self.existing(&ids)?.iter().map(|existing| self.read(&existing.id, existing.body.get())).collect()
    }

    /// A row as it is kept.
    pub fn read(&self, id: &str, body: &str) -> Result<Row, ApiError> {
        let (org, subscription) = (self.org.as_str(), self.subscription.as_str());
        let unread = || ApiError::new(500, "a stored row can't be read");
        Row::read(body, Whose { id, org, subscription }).ok_or_else(unread)
    }

    /// Those of these deliveries that are in a volume, each with its place among the ids.
    pub(super) fn rows_in(&self, volume: &Volume, ids: &[String]) -> Result<Vec<(usize, Row)>, ApiError> {
        let query = format!(
            "SELECT id, body FROM {} WHERE id IN (SELECT value FROM json_each(?))",
            volume.deliveries()
        );
        let found: Vec<Pair> = self.database.rows(&query, vec![write(&ids)?.into()])?;
        let mut found: HashMap<String, String> = found.into_iter().map(|pair| (pair.id, pair.body)).collect();
        let bodies = ids.iter().enumerate().filter_map(|(at, id)| Some((at, id, found.remove(id)?)));
        bodies.map(|(at, id, body)| Ok((at, self.read(id, &body)?))).collect()
    }

    /// Stores rows as they are now: each where it is, or in the volume of this time. One that was written by somebody who knew of
    /// more attempts stays.
    pub fn put(&self, rows: &[Stored], room: &Room, now: i64) -> Result<(), ApiError> {
        let (mut new, mut old): (Vec<&Stored>, Vec<&Stored>) = rows.iter().partition(|row| row.is_new);
        for volume in self.newest_first() {
            if old.is_empty() {
                break;
            }
            let ids: Vec<&str> = old.iter().map(|row| row.id.as_str()).collect();
            let known = self.known_in(&volume, &ids)?;
            let (here, elsewhere): (Vec<_>, Vec<_>) =
                old.into_iter().partition(|row| known.contains(&row.id));
            self.put_in(&volume, &here)?;
            old = elsewhere;
        }
        // What was there when it was claimed may have been dropped with its volume since.
        new.append(&mut old);
        if !new.is_empty() {
            let volume = self.volume_for_new(room, now)?;
            self.put_in(&volume, &new)?;
            let ids: Vec<&str> = new.iter().map(|row| row.id.as_str()).collect();
            self.append(&volume, &ids, now)?;
        }
        let closed = rows.iter().filter(|row| row.was_open && row.state != State::Retrying);
        let closed: Vec<&str> = closed.map(|row| row.id.as_str()).collect();
        if !closed.is_empty() {
            self.strike_off(&closed)?;
        }
        for row in rows.iter().filter(|row| row.state == State::Retrying) {
            self.set_due(&row.id, row.due.unwrap_or(now), row.accepted_at)?;
        }
        Ok(())
    }

    fn put_in(&self, volume: &Volume, rows: &[&Stored]) -> Result<(), ApiError> {
        if rows.is_empty() {
            return Ok(());
        }
        // The database takes the rows apart itself: they never become values of ours.
        let statement = format!(
            "INSERT INTO {} (id, state, due, resend, made, body)
             SELECT value->>'id', value->>'state', value->>'due', value->>'resend', value->>'made', value->'body'
             FROM json_each(?) WHERE true
             ON CONFLICT (id) DO UPDATE SET state = excluded.state, due = excluded.due, resend = excluded.resend,
                made = excluded.made, body = excluded.body
             WHERE excluded.made >= made",
            volume.deliveries()
        );
        let (mut from, mut bytes) = (0_usize, 0_usize);
        for (at, row) in rows.iter().enumerate() {
            let length = row.body.get().len();
            if bytes.saturating_add(length) > MOST_BYTES && at > from {
                self.database.run(&statement, vec![write(&rows.get(from..at))?.into()])?;
                (from, bytes) = (at, 0);
            }
            bytes = bytes.saturating_add(length);
        }
        self.database.run(&statement, vec![write(&rows.get(from..))?.into()])
    }
}

impl ExistingRow {
    fn open(self) -> Result<Existing, ApiError> {
        let state = read(&format!("\"{}\"", self.state))?;
        let brief = Brief { state, due: self.due.map(|due| due as i64), resend: self.resend };
        let body = RawValue::from_string(self.body).map_err(|_| ApiError::new(500, "a row can't be read"))?;
        Ok(Existing { id: self.id, brief, body })
    }
}
