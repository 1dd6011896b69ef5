//! The ledger's database.

mod deliveries;
mod hours;
mod jobs;
mod log;
mod open;
mod volumes;

use std::cell::RefCell;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use worker::{SqlStorage, SqlStorageValue};

use crate::{
    core::{envelope::ApiError, ledger::Volume, schema},
    edge::sql::{Database, write},
};

#[derive(Deserialize)]
struct Id {
    id: String,
}

/// The tables of one subscription's ledger.
pub struct Store {
    database: Database,
    org: String,
    subscription: String,
    volumes: RefCell<Vec<Volume>>,
}

impl Store {
    /// Opens those of an org's subscription.
    pub fn open(sql: SqlStorage, (org, subscription): (String, String)) -> Result<Self, ApiError> {
        let database = Database::open(sql, schema::LEDGER)?;
        let store = Self { database, org, subscription, volumes: RefCell::default() };
        store.read_volumes()?;
        Ok(store)
    }

    /// The `id` of each row of a query.
    fn ids<C: FromIterator<String>>(&self, query: &str, values: Vec<SqlStorageValue>) -> Result<C, ApiError> {
        let rows: Vec<Id> = self.database.rows(query, values)?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    /// What is noted under a name.
    pub fn note<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, ApiError> {
        self.database.one("SELECT body FROM notes WHERE name = ?", vec![name.into()])
    }

    /// Notes something under a name.
    pub fn set_note<T: Serialize>(&self, name: &str, value: &T) -> Result<(), ApiError> {
        let values = vec![name.into(), write(value)?.into()];
        self.database.run("INSERT OR REPLACE INTO notes (name, body) VALUES (?, ?)", values)
    }

    /// Whether there is nothing left that [`Self::clear`] would remove: what else it does is there with one of these.
    pub fn is_cleared(&self) -> Result<bool, ApiError> {
        let is_empty = self.volumes().iter().all(|volume| volume.began.is_none());
        Ok(is_empty && self.database.number("SELECT EXISTS (SELECT 1 FROM hours) AS value", vec![])? == 0)
    }

    /// Removes everything but the notes.
    pub fn clear(&self) -> Result<(), ApiError> {
        self.drop_all()?;
        for table in ["open", "hours", "jobs"] {
            self.database.run(&format!("DELETE FROM {table}"), vec![])?;
        }
        Ok(())
    }
}
