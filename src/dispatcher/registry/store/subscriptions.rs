//! The table of subscriptions, and of the creations that a client may repeat.

use serde::Deserialize;

use super::Store;
use crate::{
    core::{
        envelope::ApiError,
        registry::Idempotency,
        subscription::{Snapshot, Subscription},
    },
    edge::sql::write,
};

/// How long a creation can be repeated under its key: a day.
const IDEMPOTENCY_MILLIS: i64 = 24 * 60 * 60 * 1000;

#[derive(Deserialize)]
struct Earlier {
    fingerprint: String,
    subscription: String,
}

impl Store {
    /// All subscriptions in the order of their creation, and the revision.
    pub fn snapshot(&self) -> Result<Snapshot, ApiError> {
        let subscriptions = self.database.all("SELECT body FROM subscriptions ORDER BY rowid", vec![])?;
        Ok(Snapshot { revision: self.revision()?, org: self.org_settings()?, subscriptions })
    }

    /// How many subscriptions there are.
    pub fn count(&self) -> Result<usize, ApiError> {
        let count = self.database.number("SELECT count(*) AS value FROM subscriptions", vec![])?;
        Ok(usize::try_from(count).unwrap_or(usize::MAX))
    }

    /// The subscription with this id.
    pub fn find(&self, id: &str) -> Result<Subscription, ApiError> {
        self.database
            .one("SELECT body FROM subscriptions WHERE id = ?", vec![id.into()])?
            .ok_or_else(|| ApiError::not_found("webhook"))
    }

    /// Adds a subscription.
    pub fn insert(&self, subscription: &Subscription) -> Result<(), ApiError> {
        let values = vec![subscription.id.as_str().into(), write(subscription)?.into()];
        self.database.run("INSERT INTO subscriptions (id, body) VALUES (?, ?)", values)?;
        self.changed()
    }

    /// Puts a subscription in the place of the one with its id, in the same position.
    pub fn replace(&self, subscription: &Subscription) -> Result<(), ApiError> {
        let values = vec![write(subscription)?.into(), subscription.id.as_str().into()];
        self.database.run("UPDATE subscriptions SET body = ? WHERE id = ?", values)?;
        self.set_untold(&subscription.id, subscription.revision)?;
        self.changed()
    }

    /// Removes a subscription.
    pub fn remove(&self, id: &str) -> Result<(), ApiError> {
        let revision = self.find(id)?.revision;
        self.set_untold(id, revision.saturating_add(1))?;
        self.database.run("DELETE FROM subscriptions WHERE id = ?", vec![id.into()])?;
        self.changed()
    }

    /// The subscription that was created under this key, as long as it is there; 422 where the key was used for another
    /// request.
    pub fn created_earlier(&self, idempotency: &Idempotency, now: i64) -> Result<Option<String>, ApiError> {
        let id = self.earlier(idempotency, now)?;
        Ok(id.and_then(|id| self.find(&id).ok()).map(|subscription| subscription.id))
    }

    /// The id of what was created under this key within a day, be it a subscription or an API key; likewise.
    pub fn earlier(&self, idempotency: &Idempotency, now: i64) -> Result<Option<String>, ApiError> {
        let oldest = now.saturating_sub(IDEMPOTENCY_MILLIS);
        self.database.run("DELETE FROM idempotency WHERE at < ?", vec![(oldest as f64).into()])?;
        let query = "SELECT fingerprint, subscription FROM idempotency WHERE key = ?";
        let rows: Vec<Earlier> = self.database.rows(query, vec![idempotency.key.as_str().into()])?;
        let Some(earlier) = rows.into_iter().next() else { return Ok(None) };
        if earlier.fingerprint != idempotency.fingerprint {
            let message = "idempotency-key: was used for another request; use a new key";
            return Err(ApiError::new(422, message));
        }
        Ok(Some(earlier.subscription))
    }

    /// Notes what was created under a key.
    pub fn note_creation(&self, idempotency: &Idempotency, id: &str, now: i64) -> Result<(), ApiError> {
        let statement =
            "INSERT OR REPLACE INTO idempotency (key, fingerprint, subscription, at) VALUES (?, ?, ?, ?)";
        let values = vec![
            idempotency.key.as_str().into(),
            idempotency.fingerprint.as_str().into(),
            id.into(),
            (now as f64).into(),
        ];
        self.database.run(statement, values)
    }
}
