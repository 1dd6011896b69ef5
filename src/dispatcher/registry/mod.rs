//! `Registry`: the truth about one org's subscriptions and API keys. One object per org, so that there is one writer and no lost update.
//!
//! A change commits to SQLite first; then the snapshot goes to KV. Where that write fails, an alarm that was set before it
//! tries again, and sets the next one before it does, until KV holds the newest revision.

pub mod client;
pub mod command;
mod store;

use std::cell::Cell;

use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use self::{
    command::{Command, Created, Found, Idempotency},
    store::Store,
};
use crate::{
    core::{
        envelope::ApiError,
        subscription::{Snapshot, Subscription},
    },
    edge::{http, log::Line, settings, storage},
};

/// How many API keys an org may have.
const MAX_KEYS: usize = 100;

/// The object.
#[durable_object]
pub struct Registry {
    state: State,
    env: Env,
    /// Whether a publication runs. A second one does not wait for it: the running one sees its revision, and where it
    /// fails the alarm is set.
    publishing: Cell<bool>,
}

impl DurableObject for Registry {
    fn new(state: State, env: Env) -> Self {
        Self { state, env, publishing: Cell::new(false) }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        Ok(http::respond(self.answer(&mut request).await))
    }

    async fn alarm(&self) -> Result<Response> {
        // The next one is set before anything is tried, and taken back once nothing is left to repair: an alarm that returns
        // an error is run again by the platform only a few times, and one that finds a publication running can't know its end.
        self.set_alarm().await?;
        let published = match self.store() {
            Ok(store) => self.publish(&store).await,
            Err(error) => Err(error),
        };
        note(published);
        Response::empty()
    }
}

impl Registry {
    async fn answer(&self, request: &mut Request) -> http::Answer {
        let text = request.text().await.map_err(|_| failed("read"))?;
        let command: Command = serde_json::from_str(&text).map_err(|_| failed("read"))?;
        let store = self.store()?;
        match command {
            Command::Snapshot => http::ok(200, &store.snapshot()?),
            Command::Create { subscription, idempotency } => {
                let id = self.create(&store, &subscription, idempotency.as_ref()).await?;
                http::ok(200, &Created { id, snapshot: store.snapshot()? })
            }
            Command::Replace { mut subscription, expected } => {
                check_revision(&store.find(&subscription.id)?, Some(expected))?;
                subscription.revision = expected.saturating_add(1);
                store.replace(&subscription)?;
                self.committed(&store).await?;
                http::ok(200, &store.snapshot()?)
            }
            Command::Delete { id, expected } => {
                check_revision(&store.find(&id)?, expected)?;
                store.remove(&id)?;
                self.committed(&store).await?;
                http::ok(200, &store.snapshot()?)
            }
            Command::Keys => http::ok(200, &store.keys()?),
            Command::CreateKey { record, hash } => {
                if store.keys()?.len() >= MAX_KEYS {
                    let message = format!("an org may have at most {MAX_KEYS} keys; revoke one first");
                    return Err(ApiError::limit(message));
                }
                store.insert_key(&record, &hash)?;
                http::ok(200, &record)
            }
            Command::RevokeKey { id } => http::ok(200, &Found { key: store.remove_key(&id)? }),
            Command::Authenticate { hash, now } => http::ok(200, &Found { key: store.use_key(&hash, now)? }),
            Command::Orgs => http::ok(200, &store.orgs()?),
            Command::CreateOrg(org) => {
                store.insert_org(&org)?;
                http::ok(200, &org)
            }
        }
    }

    /// Adds a subscription, or finds the one that the same request added before.
    async fn create(
        &self,
        store: &Store,
        subscription: &Subscription,
        idempotency: Option<&Idempotency>,
    ) -> std::result::Result<String, ApiError> {
        let now = subscription.created_at;
        if let Some(idempotency) = idempotency
            && let Some(id) = store.created_earlier(idempotency, now)?
        {
            return Ok(id);
        }
        let limit = settings::dispatcher(&self.env)?.max_subscriptions;
        if store.count()? >= limit {
            let message = format!("an org may have at most {limit} webhooks; delete one first");
            return Err(ApiError::limit(message));
        }
        store.insert(subscription)?;
        if let Some(idempotency) = idempotency {
            store.note_creation(idempotency, &subscription.id, now)?;
        }
        self.committed(store).await?;
        Ok(subscription.id.clone())
    }

    /// A change is in SQLite: sees that KV gets it, now or by alarm. The change stands either way.
    async fn committed(&self, store: &Store) -> std::result::Result<(), ApiError> {
        self.set_alarm().await.map_err(|_| failed("schedule"))?;
        note(self.publish(store).await);
        Ok(())
    }

    /// Has an unfinished publication taken up again in a while.
    async fn set_alarm(&self) -> Result<()> {
        let after = settings::dispatcher(&self.env)
            .map_or(settings::DEFAULT_REPAIR_AFTER_MS, |settings| settings.repair_after_ms);
        self.state.storage().set_alarm(after).await
    }

    /// Writes the snapshot to KV until KV has the newest revision. Only one publication runs at a time, so that an older
    /// snapshot never lands after a newer one.
    async fn publish(&self, store: &Store) -> std::result::Result<(), ApiError> {
        if self.publishing.replace(true) {
            return Ok(());
        }
        let running = Running(&self.publishing);
        loop {
            let snapshot = store.snapshot()?;
            if store.published()? >= snapshot.revision {
                break;
            }
            let text = serde_json::to_string(&snapshot).map_err(|_| failed("write"))?;
            storage::write_kv(&self.env, &Snapshot::key(&self.org()?), &text)
                .await
                .map_err(|why| ApiError::new(503, why))?;
            store.set_published(snapshot.revision)?;
        }
        // Nothing is left to repair. A change that comes while the alarm is taken back sets its own, and publishes itself.
        drop(running);
        let _ = self.state.storage().delete_alarm().await;
        Ok(())
    }

    /// The org is the object's name.
    fn org(&self) -> std::result::Result<String, ApiError> {
        self.state.id().name().ok_or_else(|| failed("name"))
    }

    fn store(&self) -> std::result::Result<Store, ApiError> {
        Store::open(self.state.storage().sql())
    }
}

/// Marks the end of a publication however it ends, so that a request that is cut off never blocks those after it.
struct Running<'a>(&'a Cell<bool>);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

/// A failed publication is news for the operator and nobody else: the change stands, and the alarm goes on trying.
fn note(published: std::result::Result<(), ApiError>) {
    if let Err(error) = published {
        Line::error("registry.unpublished").text("why", &error.message).emit();
    }
}

/// 412 where a change was meant for another revision.
fn check_revision(current: &Subscription, expected: Option<u64>) -> std::result::Result<(), ApiError> {
    match expected {
        Some(expected) if expected != current.revision => Err(ApiError::new(
            412,
            "the webhook was changed by somebody else; read it again and repeat the change",
        )),
        _ => Ok(()),
    }
}

fn failed(what: &str) -> ApiError {
    ApiError::unavailable(format!("the registry could not {what}; nothing was changed"))
}
