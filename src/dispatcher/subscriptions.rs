//! How everyone but `Registry` reads and changes subscriptions.
//!
//! Dispatch reads the snapshot in KV, remembered for a few seconds per isolate. A change goes to `Registry`, whose answer
//! is the new snapshot: it is remembered at once, so that the next event of this isolate already sees it.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};

use worker::Env;

use crate::{
    core::{
        delivery::{CustomHeaders, Signer},
        destination,
        envelope::ApiError,
        health::Disabled,
        registry::{Command, Created, Idempotency},
        subscription::{Snapshot, Subscription},
        time::Timestamp,
    },
    edge::{clock, log::Line, registry, settings::DispatcherSettings, storage},
};

/// How long a snapshot is taken from memory. With KV's own 30 s cache, a change is seen everywhere within 60 s.
const MEMO_MILLIS: i64 = 5000;

/// Beyond so many orgs in one isolate, memory is worth more than their snapshots.
const MEMO_ORGS: usize = 500;

/// An org's subscriptions with what was prepared from them.
pub struct Subscriptions {
    /// The subscriptions.
    pub snapshot: Snapshot,
    org: String,
    read_at: Cell<Timestamp>,
    /// Opening sealed keys costs more than signing with them, so each subscription's are opened once per snapshot.
    credentials: RefCell<HashMap<String, Prepared>>,
}

impl Subscriptions {
    /// What a subscription's deliveries are sent with; `None` when it does not open under this deployment's `SEALING_KEY`.
    pub fn credentials(
        &self,
        subscription: &Subscription,
        settings: &DispatcherSettings,
        now: Timestamp,
    ) -> Option<Rc<Credentials>> {
        let prepared = self.credentials.try_borrow().ok()?.get(&subscription.id).cloned();
        if let Some(prepared) = prepared
            && prepared.good_until.is_none_or(|until| now.millis() < until)
        {
            return Some(prepared.credentials);
        }
        let keys = subscription.open_keys(&self.org, &settings.sealing_key, now)?;
        let credentials = Rc::new(Credentials {
            signer: Signer::new(&keys, subscription.settings.signatures)?,
            headers: subscription.sent_headers(&self.org, &settings.sealing_key)?,
            url: destination::check(&subscription.settings.destination, &settings.policy)
                .ok()
                .map(String::from),
        });
        let good_until = subscription.live_keys(now).filter_map(|keys| keys.expires_at).min();
        let prepared = Prepared { credentials: Rc::clone(&credentials), good_until };
        self.credentials.try_borrow_mut().ok()?.insert(subscription.id.clone(), prepared);
        Some(credentials)
    }
}

/// What a delivery is signed with, the headers of the owner's own, and where it goes.
pub struct Credentials {
    /// The destination, judged anew with each snapshot: the rules may have become stricter since it was stored. `None` where
    /// they refuse it.
    pub url: Option<String>,
    /// Signs.
    pub signer: Signer,
    /// Sent along.
    pub headers: CustomHeaders,
}

/// Credentials, and when the first of their keys ends.
#[derive(Clone)]
struct Prepared {
    credentials: Rc<Credentials>,
    good_until: Option<i64>,
}

thread_local! {
    static MEMO: RefCell<HashMap<String, Rc<Subscriptions>>> = RefCell::default();
}

/// The org's subscriptions as dispatch sees them.
pub async fn current(env: &Env, org: &str) -> Result<Rc<Subscriptions>, ApiError> {
    let remembered = MEMO.with(|memo| memo.try_borrow().ok()?.get(org).cloned());
    let now = clock::now();
    if let Some(remembered) = &remembered
        && now.millis().saturating_sub(remembered.read_at.get().millis()) < MEMO_MILLIS
    {
        return Ok(Rc::clone(remembered));
    }
    let read = match storage::read_kv(env, &Snapshot::key(org)).await {
        // No subscription was ever created.
        Ok(None) => Ok(Snapshot::default()),
        Ok(Some(text)) => serde_json::from_str(&text).map_err(|error| error.to_string()),
        Err(why) => Err(why),
    };
    match (read, remembered) {
        (Ok(snapshot), _) => Ok(remember(org, snapshot)),
        (Err(why), Some(remembered)) => {
            Line::error("subscriptions.stale").text("org", org).text("why", &why).emit();
            Ok(remembered)
        }
        (Err(why), None) => {
            Line::error("subscriptions.unavailable").text("org", org).text("why", &why).emit();
            Err(ApiError::unavailable(
                "the subscriptions can't be read right now; send the same request again",
            ))
        }
    }
}

/// The org's subscriptions as `Registry` has them: the truth.
pub async fn truth(env: &Env, org: &str) -> Result<Snapshot, ApiError> {
    registry::call(env, org, &Command::Snapshot).await
}

/// One subscription as `Registry` has it; 404 where there is none of that id.
pub async fn find(env: &Env, org: &str, id: &str) -> Result<Subscription, ApiError> {
    let snapshot = truth(env, org).await?;
    snapshot.find(id).cloned().ok_or_else(|| ApiError::not_found("webhook"))
}

/// Adds a subscription, or finds the one that the same request added before.
pub async fn create(
    env: &Env,
    org: &str,
    subscription: Subscription,
    idempotency: Option<Idempotency>,
) -> Result<Subscription, ApiError> {
    let Created { id, snapshot } =
        registry::call(env, org, &Command::Create { subscription, idempotency }).await?;
    let created = snapshot.find(&id).cloned();
    remember(org, snapshot);
    created.ok_or_else(|| ApiError::not_found("webhook"))
}

/// Changes a subscription: at the revision that the client expects, or, where it expects none, at whatever revision it is,
/// again if somebody else was faster.
pub async fn change(
    env: &Env,
    org: &str,
    id: &str,
    expected: Option<u64>,
    apply: impl Fn(&mut Subscription) -> Result<(), ApiError>,
) -> Result<Subscription, ApiError> {
    let snapshot = registry::change(env, org, "this webhook", expected, async || {
        let mut subscription = find(env, org, id).await?;
        let expected = expected.unwrap_or(subscription.revision);
        apply(&mut subscription)?;
        Ok(Command::Replace { subscription, expected })
    })
    .await?;
    let changed = snapshot.find(id).cloned();
    remember(org, snapshot);
    changed.ok_or_else(|| ApiError::not_found("webhook"))
}

/// Removes a subscription; 404 where there is none of that id, 412 where it is at another revision than expected.
pub async fn delete(env: &Env, org: &str, id: &str, expected: Option<u64>) -> Result<(), ApiError> {
    let snapshot = registry::call(env, org, &Command::Delete { id: id.to_owned(), expected }).await?;
    remember(org, snapshot);
    Ok(())
}

/// Holds a subscription's deliveries, since its endpoint was given up.
pub async fn disable(env: &Env, org: &str, id: &str, disabled: Disabled) -> Result<(), ApiError> {
    let command = Command::Disable { id: id.to_owned(), disabled };
    remember(org, registry::call(env, org, &command).await?);
    Ok(())
}

/// Asks `Registry` and remembers what it says: for a subscription that the snapshot at hand does not know (yet).
pub async fn refresh(env: &Env, org: &str) -> Result<Rc<Subscriptions>, ApiError> {
    Ok(remember(org, truth(env, org).await?))
}

/// Remembers a snapshot, unless a newer one is remembered already: KV may lag behind what this isolate itself has written.
pub fn remember(org: &str, snapshot: Snapshot) -> Rc<Subscriptions> {
    let fresh = |snapshot: Snapshot| {
        Rc::new(Subscriptions {
            snapshot,
            org: org.to_owned(),
            read_at: Cell::new(clock::now()),
            credentials: RefCell::default(),
        })
    };
    MEMO.with(|memo| {
        let Ok(mut memo) = memo.try_borrow_mut() else { return fresh(snapshot) };
        let subscriptions = match memo.get(org) {
            // The same or an older one: what is known stays, with the time of this reading and the keys already opened.
            Some(known) if known.snapshot.revision >= snapshot.revision => {
                known.read_at.set(clock::now());
                return Rc::clone(known);
            }
            _ => fresh(snapshot),
        };
        if memo.len() >= MEMO_ORGS {
            memo.clear();
        }
        memo.insert(org.to_owned(), Rc::clone(&subscriptions));
        subscriptions
    })
}
