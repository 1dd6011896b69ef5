//! `Registry`: the truth about one org's subscriptions. One object per org, so that there is one writer and no lost update.
//!
//! A change commits to SQLite first; then the snapshot goes to KV. Where that write fails, an alarm that was set before it
//! tries again, until KV holds the newest revision.

pub mod client;
mod store;

use std::cell::Cell;

use worker::{DurableObject, Env, Method, Request, Response, Result, State, durable_object};

use self::store::Store;
use crate::{
    core::{
        envelope::ApiError,
        subscription::{Snapshot, Subscription},
    },
    edge::{http, log::Line, settings, storage},
};

/// How long after a change an unfinished publication is taken up again, in milliseconds.
const REPAIR_AFTER_MILLIS: i64 = 5000;

/// The object.
#[durable_object]
pub struct Registry {
    state: State,
    env: Env,
    /// Whether a publication runs. A second one waits for none: the running one sees its revision.
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
        let answer = match self.store() {
            Ok(store) => self.publish(&store).await.and_then(|()| http::ok(200, &())),
            Err(error) => Err(error),
        };
        // An alarm that returns an error is run again by the platform, later and later.
        match answer {
            Ok(response) => Ok(response),
            Err(error) => Err(worker::Error::RustError(error.message)),
        }
    }
}

impl Registry {
    async fn answer(&self, request: &mut Request) -> http::Answer {
        let store = self.store()?;
        match request.method() {
            Method::Get => {}
            Method::Post => {
                let text = request.text().await.map_err(|_| failed("read"))?;
                let subscription: Subscription = serde_json::from_str(&text).map_err(|_| failed("read"))?;
                let limit = settings::dispatcher(&self.env)?.max_subscriptions;
                if store.count()? >= limit {
                    return Err(ApiError::new(
                        409,
                        format!("an org may have at most {limit} webhooks; delete one first"),
                    ));
                }
                store.insert(&subscription)?;
                self.committed(&store).await?;
            }
            Method::Delete => {
                let id = request.text().await.map_err(|_| failed("read"))?;
                if !store.remove(&id)? {
                    return Err(ApiError::not_found("webhook"));
                }
                self.committed(&store).await?;
            }
            _ => return Err(ApiError::method("GET, POST, DELETE")),
        }
        http::ok(200, &store.snapshot()?)
    }

    /// A change is in SQLite: sees that KV gets it, now or by alarm. The change stands either way.
    async fn committed(&self, store: &Store) -> std::result::Result<(), ApiError> {
        self.state.storage().set_alarm(REPAIR_AFTER_MILLIS).await.map_err(|_| failed("schedule"))?;
        if let Err(error) = self.publish(store).await {
            Line::error("registry.unpublished").text("why", &error.message).emit();
        }
        Ok(())
    }

    /// Writes the snapshot to KV until KV has the newest revision. Only one publication runs at a time, so that an older
    /// snapshot never lands after a newer one.
    async fn publish(&self, store: &Store) -> std::result::Result<(), ApiError> {
        if self.publishing.replace(true) {
            return Ok(());
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
        // Nothing is left to repair.
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

fn failed(what: &str) -> ApiError {
    ApiError::unavailable(format!("the registry could not {what}; nothing was changed"))
}
