//! `Registry`: the truth about one org's subscriptions and API keys. One object per org, so that there is one writer and no lost update.
//!
//! A change commits to SQLite first; then the snapshot goes to KV. Where that write fails, an alarm that was set before it
//! tries again, and sets the next one before it does, until KV holds the newest revision.

mod store;

use std::cell::Cell;

use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use self::store::Store;
use crate::{
    core::{
        envelope::ApiError,
        registry::{Command, Created, Found, Idempotency},
        subscription::{Snapshot, Subscription},
    },
    dispatcher::ledger::client as ledger,
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
        match self.store() {
            Ok(store) => self.spread(&store).await,
            Err(error) => note("registry.unreadable", Err(error)),
        }
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
            Command::Disable { id, disabled } => {
                let mut subscription = store.find(&id)?;
                if subscription.disabled.is_none() {
                    subscription.disabled = Some(disabled);
                    subscription.revision = subscription.revision.saturating_add(1);
                    store.replace(&subscription)?;
                    self.committed(&store).await?;
                }
                http::ok(200, &store.snapshot()?)
            }
            Command::Settings => http::ok(200, &store.org_settings()?),
            Command::SetSettings { mut settings, expected } => {
                if store.org_settings()?.revision != expected {
                    return Err(conflict("the settings were"));
                }
                settings.revision = expected.saturating_add(1);
                store.set_org_settings(&settings)?;
                self.committed(&store).await?;
                http::ok(200, &store.snapshot()?)
            }
            Command::Keys => http::ok(200, &store.keys()?),
            Command::CreateKey { record, hash, idempotency } => {
                if let Some(idempotency) = &idempotency
                    && store.earlier(idempotency, record.created_at)?.is_some()
                {
                    let message =
                        "idempotency-key: this call was made before, and the key that it made was shown then";
                    return Err(ApiError::exists(message));
                }
                if store.keys()?.len() >= MAX_KEYS {
                    let message = format!("an org may have at most {MAX_KEYS} keys; revoke one first");
                    return Err(ApiError::limit(message));
                }
                store.insert_key(&record, &hash)?;
                if let Some(idempotency) = &idempotency {
                    store.note_creation(idempotency, &record.id, record.created_at)?;
                }
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

    /// A change is in SQLite: sees that everyone gets to know, now or by alarm. The change stands either way.
    async fn committed(&self, store: &Store) -> std::result::Result<(), ApiError> {
        self.set_alarm().await.map_err(|_| failed("schedule"))?;
        self.spread(store).await;
        Ok(())
    }

    /// Publishes the snapshot and tells the ledgers. The alarm is taken back once nothing is left to do.
    async fn spread(&self, store: &Store) {
        let told = self.tell(store).await;
        let published = self.publish(store).await;
        let is_done = told.is_ok() && matches!(published, Ok(true));
        note("registry.untold", told);
        note("registry.unpublished", published.map(|_| ()));
        if is_done {
            // A change that comes while it is taken back sets its own, and spreads itself.
            let _ = self.state.storage().delete_alarm().await;
        }
    }

    /// Tells the ledgers of the subscriptions that have changed how these stand: pausing, disabling and deleting hold at once
    /// everywhere, since every delivery asks its ledger first.
    async fn tell(&self, store: &Store) -> std::result::Result<(), ApiError> {
        let (mut told, mut result) = (Vec::new(), Ok(()));
        for (id, standing) in store.untold()? {
            match ledger::configure(&self.env, &self.org()?, &id, standing).await {
                Ok(()) => told.push((id, standing.revision)),
                Err(error) => result = Err(error),
            }
        }
        if !told.is_empty() {
            store.set_told(&told)?;
        }
        result
    }

    /// Has an unfinished publication taken up again in a while.
    async fn set_alarm(&self) -> Result<()> {
        let after = settings::dispatcher(&self.env)
            .map_or(settings::DEFAULT_REPAIR_AFTER_MS, |settings| settings.repair_after_ms);
        self.state.storage().set_alarm(after).await
    }

    /// Writes the snapshot to KV until KV has the newest revision. Only one publication runs at a time, so that an older
    /// snapshot never lands after a newer one. Says whether it was this one.
    async fn publish(&self, store: &Store) -> std::result::Result<bool, ApiError> {
        if self.publishing.replace(true) {
            return Ok(false);
        }
        let _running = Running(&self.publishing);
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
        Ok(true)
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

/// What could not be spread is news for the operator and nobody else: the change stands, and the alarm goes on trying.
fn note(event: &str, result: std::result::Result<(), ApiError>) {
    if let Err(error) = result {
        Line::error(event).text("why", &error.message).emit();
    }
}

/// 412 where a change was meant for another revision.
fn check_revision(current: &Subscription, expected: Option<u64>) -> std::result::Result<(), ApiError> {
    match expected {
        Some(expected) if expected != current.revision => Err(conflict("the webhook was")),
        _ => Ok(()),
    }
}

fn conflict(what: &str) -> ApiError {
    ApiError::new(412, format!("{what} changed by somebody else; read again and repeat the change"))
}

fn failed(what: &str) -> ApiError {
    ApiError::unavailable(format!("the registry could not {what}; nothing was changed"))
}
