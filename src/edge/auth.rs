//! Finding out who calls: the root key at once, an API key through its org's registry.
//!
//! What a registry said of a key is remembered for half a minute per isolate, good news and bad. A revoked key is therefore
//! refused everywhere within that half minute: the registry is one object, and asking it is never stale.

use std::{cell::RefCell, collections::HashMap};

use worker::{Env, Request};

use super::{clock, http::header, registry, settings};
use crate::core::{
    auth::{ApiKey, DEFAULT_ORG, Principal, Scope, Session, bearer, is_root, is_root_hash, root_hash},
    envelope::ApiError,
    registry::{Command, Found},
    time::Timestamp,
};

/// How long an answer is remembered, in milliseconds.
const MEMO_MILLIS: i64 = 30_000;

/// Beyond so many keys in one isolate, all are asked about again.
const MEMO_KEYS: usize = 1000;

thread_local! {
    /// By the key's hash: who it is, and when the registry said so.
    static MEMO: RefCell<HashMap<String, (Option<Principal>, Timestamp)>> = RefCell::default();
}

/// Who calls, if they may do what the scope stands for: 401 without a valid key, 403 without the scope.
pub async fn allow(request: &Request, env: &Env, scope: Scope) -> Result<Principal, ApiError> {
    let principal = authenticate(request, env).await?;
    require(&principal, scope)?;
    Ok(principal)
}

/// 403 where who calls may not do what the scope stands for.
pub fn require(principal: &Principal, scope: Scope) -> Result<(), ApiError> {
    match principal.may(scope) {
        true => Ok(()),
        false => {
            let rule = format!("this key may not do that: the scope {} is required", scope.name());
            Err(ApiError::new(403, rule))
        }
    }
}

/// Who calls, if it is the root key.
pub async fn allow_root(request: &Request, env: &Env) -> Result<Principal, ApiError> {
    let principal = authenticate(request, env).await?;
    if !principal.is_root {
        return Err(ApiError::new(403, "only the root key may do that"));
    }
    Ok(principal)
}

async fn authenticate(request: &Request, env: &Env) -> Result<Principal, ApiError> {
    let refused = || ApiError::new(401, "authorization: a valid API key is required, as `Bearer <key>`");
    let authorization = header(request, "authorization");
    let credential = bearer(authorization.as_deref()).ok_or_else(refused)?;
    let (org, hash) = whose(credential, env)?.ok_or_else(refused)?;
    principal_of(&org, &hash, env).await?.ok_or_else(refused)
}

/// The org and the hash of the key that a credential is or stands for: an API key, the root key, or a session of the console.
/// `None` for what this deployment did not issue. Says nothing of whether it was revoked.
pub fn whose(credential: &str, env: &Env) -> Result<Option<(String, String)>, ApiError> {
    let keys = settings::keys(env)?;
    if is_root(credential, &keys.root_key) {
        return Ok(Some((DEFAULT_ORG.to_owned(), root_hash(&keys.root_key))));
    }
    if Session::is_meant(credential) {
        let session = Session::read(credential, &keys.credential_key, clock::now());
        return Ok(session.map(|session| (session.org, session.key_hash)));
    }
    Ok(ApiKey::read(credential, &keys.credential_key).map(|key| (key.org.clone(), key.hash())))
}

/// Who a key is, by its org and its hash; `None` where it is none or was revoked.
pub async fn principal_of(org: &str, hash: &str, env: &Env) -> Result<Option<Principal>, ApiError> {
    if is_root_hash(hash, &settings::keys(env)?.root_key) {
        return Ok(Some(Principal::root()));
    }
    let (hash, now) = (hash.to_owned(), clock::now());
    let remembered = MEMO.with(|memo| memo.try_borrow().ok()?.get(&hash).cloned());
    if let Some((principal, at)) = remembered
        && now.millis().saturating_sub(at.millis()) < MEMO_MILLIS
    {
        return Ok(principal);
    }
    let command = Command::Authenticate { hash: hash.clone(), now: now.millis() };
    let found: Found = registry::call(env, org, &command).await?;
    let principal =
        found.key.map(|record| Principal { org: org.to_owned(), is_root: false, scopes: record.scopes });
    MEMO.with(|memo| {
        if let Ok(mut memo) = memo.try_borrow_mut() {
            if memo.len() >= MEMO_KEYS {
                memo.clear();
            }
            memo.insert(hash, (principal.clone(), now));
        }
    });
    Ok(principal)
}

/// Forgets what is remembered: a key was revoked through this isolate, and here that holds at once.
pub fn forget() {
    MEMO.with(|memo| {
        if let Ok(mut memo) = memo.try_borrow_mut() {
            memo.clear();
        }
    });
}
