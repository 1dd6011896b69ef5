//! The thresholds' database: sums by window, and what was crossed; what fires of alerts (`alerts`).

mod alerts;

use std::{cell::RefCell, collections::HashMap};

use serde::Deserialize;
use serde_json::Value;
use worker::SqlStorage;

use crate::{
    core::{
        envelope::ApiError,
        rules::{Crossing, Rule, Share, Sum},
        schema,
        window::Window,
    },
    edge::sql::{Database, read, write},
};

/// How many users or models of one window are told apart; those beyond are not counted by themselves.
const MAX_KEYS: u64 = 10_000;

/// The object's SQLite database.
pub struct Store {
    database: Database,
    /// How many keys the windows have that were added to.
    keys: RefCell<HashMap<(i64, Window, String), u64>>,
}

#[derive(Deserialize)]
struct Keyed {
    key: String,
    body: String,
}

#[derive(Deserialize)]
struct Untold {
    begin: f64,
    rule: String,
    key: String,
    body: String,
}

/// An event that is to be raised.
pub struct Pending {
    /// Where it stands.
    pub place: (i64, String, String),
    /// The deployment's address and the event.
    pub body: (String, Value),
}

impl Store {
    /// Opens the database.
    pub fn open(sql: SqlStorage) -> Result<Self, ApiError> {
        Ok(Self { database: Database::open(sql, schema::THRESHOLDS)?, keys: RefCell::default() })
    }

    /// Notes a call; says whether it is new.
    pub fn note_call(&self, mark: &str, now: i64) -> Result<bool, ApiError> {
        let known = self.database.number("SELECT 1 AS value FROM calls WHERE mark = ?", vec![mark.into()])?;
        if known > 0 {
            return Ok(false);
        }
        let values = vec![mark.into(), (now as f64).into()];
        self.database.run("INSERT INTO calls (mark, at) VALUES (?, ?)", values)?;
        Ok(true)
    }

    /// Adds to a window, and gives it as it is then; `None` where the window has too many keys already.
    pub fn add(&self, share: &Share) -> Result<Option<Share>, ApiError> {
        let (begin, window, per, key) = place(share);
        let values = vec![begin.into(), window.into(), per.into(), key.into()];
        let query = "SELECT body FROM sums WHERE begin = ? AND window = ? AND per = ? AND key = ?";
        let mut sum: Sum = match self.database.one(query, values)? {
            Some(sum) => sum,
            None if self.is_full(share)? => return Ok(None),
            None => Sum::default(),
        };
        sum.merge(&share.sum);
        let statement = "INSERT OR REPLACE INTO sums (begin, window, per, key, body) VALUES (?, ?, ?, ?, ?)";
        let values = vec![begin.into(), window.into(), per.into(), key.into(), write(&sum)?.into()];
        self.database.run(statement, values)?;
        Ok(Some(Share { sum, ..share.clone() }))
    }

    /// Whether a window has as many keys as it may; counts one more where it has not.
    fn is_full(&self, share: &Share) -> Result<bool, ApiError> {
        let (begin, window, per, _) = place(share);
        let name = (share.begin, share.window, per.to_owned());
        let known = self.keys.try_borrow().ok().and_then(|keys| keys.get(&name).copied());
        let count = match known {
            Some(count) => count,
            None => {
                let query = "SELECT count(*) AS value FROM sums WHERE begin = ? AND window = ? AND per = ?";
                self.database.number(query, vec![begin.into(), window.into(), per.into()])?
            }
        };
        if count >= MAX_KEYS {
            return Ok(true);
        }
        if let Ok(mut keys) = self.keys.try_borrow_mut() {
            // Windows that are over are not asked about again.
            keys.retain(|(begin, _, _), _| *begin >= share.begin.saturating_sub(1000));
            keys.insert(name, count.saturating_add(1));
        }
        Ok(false)
    }

    /// Notes that a rule is crossed, with the event that tells it; says whether that is news.
    pub fn cross(&self, crossing: &Crossing<'_>, base_url: &str) -> Result<bool, ApiError> {
        let share = crossing.share;
        let place =
            || vec![(share.begin as f64).into(), crossing.rule.id.as_str().into(), share.key.as_str().into()];
        let query = "SELECT 1 AS value FROM crossed WHERE begin = ? AND rule = ? AND key = ?";
        if self.database.number(query, place())? > 0 {
            return Ok(false);
        }
        let mut values = place();
        values.push(write(&(base_url, crossing.event()))?.into());
        self.database.run("INSERT INTO crossed (begin, rule, key, body) VALUES (?, ?, ?, ?)", values)?;
        Ok(true)
    }

    /// The events that are still to be raised, at most so many.
    pub fn pending(&self, limit: usize) -> Result<Vec<Pending>, ApiError> {
        let query = "SELECT begin, rule, key, body FROM crossed WHERE body IS NOT NULL LIMIT ?";
        let rows: Vec<Untold> = self.database.rows(query, vec![(limit as f64).into()])?;
        let pending = |row: Untold| {
            Ok(Pending { place: (row.begin as i64, row.rule, row.key), body: read(&row.body)? })
        };
        rows.into_iter().map(pending).collect()
    }

    /// Notes that an event was raised.
    pub fn set_raised(&self, (begin, rule, key): &(i64, String, String)) -> Result<(), ApiError> {
        let statement = "UPDATE crossed SET body = NULL WHERE begin = ? AND rule = ? AND key = ?";
        let values = vec![(*begin as f64).into(), rule.as_str().into(), key.as_str().into()];
        self.database.run(statement, values)
    }

    /// The sums of a rule's window, by key.
    pub fn window(&self, rule: &Rule, begin: i64) -> Result<Vec<(String, Sum)>, ApiError> {
        let query = "SELECT key, body FROM sums WHERE begin = ? AND window = ? AND per = ?";
        let values = vec![(begin as f64).into(), rule.window.name().into(), rule.per.name().into()];
        let rows: Vec<Keyed> = self.database.rows(query, values)?;
        rows.into_iter().map(|row| Ok((row.key, read(&row.body)?))).collect()
    }

    /// For which keys of a window a rule was crossed.
    pub fn crossed(&self, rule: &Rule, begin: i64) -> Result<Vec<String>, ApiError> {
        #[derive(Deserialize)]
        struct Key {
            key: String,
        }
        let query = "SELECT key FROM crossed WHERE begin = ? AND rule = ?";
        let rows: Vec<Key> =
            self.database.rows(query, vec![(begin as f64).into(), rule.id.as_str().into()])?;
        Ok(rows.into_iter().map(|row| row.key).collect())
    }

    /// Removes the windows of each length that began before the hour that goes with it, and calls of before a moment. Says
    /// whether anything is left.
    pub fn prune(&self, before: [(Window, i64); 3], calls_before: i64) -> Result<bool, ApiError> {
        for (window, hour) in before {
            let values = vec![window.name().into(), (hour as f64).into()];
            self.database.run("DELETE FROM sums WHERE window = ? AND begin < ?", values)?;
        }
        // A month is the longest that a window can be remembered to have been crossed in.
        let oldest = before.iter().map(|(_, hour)| *hour).min().unwrap_or_default();
        let statement = "DELETE FROM crossed WHERE begin < ? AND body IS NULL";
        self.database.run(statement, vec![(oldest as f64).into()])?;
        self.database.run("DELETE FROM calls WHERE at < ?", vec![(calls_before as f64).into()])?;
        let query = "SELECT (SELECT count(*) FROM sums) + (SELECT count(*) FROM crossed) + (SELECT count(*) FROM calls) + (SELECT count(*) FROM firing) AS value";
        Ok(self.database.number(query, vec![])? > 0)
    }
}

fn place(share: &Share) -> (f64, &'static str, &'static str, &str) {
    (share.begin as f64, share.window.name(), share.per.name(), &share.key)
}
