//! The table of API keys, by their hashes.

use super::Store;
use crate::{
    core::{auth::KeyRecord, envelope::ApiError},
    edge::sql::write,
};

/// How exactly the last use of a key is kept: a row written is what noting it costs.
const USE_MILLIS: i64 = 60_000;

impl Store {
    /// All keys in the order of their creation.
    pub fn keys(&self) -> Result<Vec<KeyRecord>, ApiError> {
        self.database.all("SELECT body FROM api_keys ORDER BY rowid", vec![])
    }

    /// Adds a key.
    pub fn insert_key(&self, record: &KeyRecord, hash: &str) -> Result<(), ApiError> {
        let values = vec![hash.into(), record.id.as_str().into(), write(record)?.into()];
        self.database.run("INSERT INTO api_keys (hash, id, body) VALUES (?, ?, ?)", values)
    }

    /// Removes a key, and says which it was.
    pub fn remove_key(&self, id: &str) -> Result<Option<KeyRecord>, ApiError> {
        self.database.one("DELETE FROM api_keys WHERE id = ? RETURNING body", vec![id.into()])
    }

    /// The key with this hash; notes that it was used.
    pub fn use_key(&self, hash: &str, now: i64) -> Result<Option<KeyRecord>, ApiError> {
        let query = "SELECT body FROM api_keys WHERE hash = ?";
        let Some(mut record) = self.database.one::<KeyRecord>(query, vec![hash.into()])? else {
            return Ok(None);
        };
        let is_news = record.last_used_at.is_none_or(|last| now.saturating_sub(last) >= USE_MILLIS);
        if is_news {
            record.last_used_at = Some(now);
            let values = vec![write(&record)?.into(), hash.into()];
            self.database.run("UPDATE api_keys SET body = ? WHERE hash = ?", values)?;
        }
        Ok(Some(record))
    }
}
