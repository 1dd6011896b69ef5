//! `/v1/keys`: API keys, which the root key alone manages.

use serde_json::Value;
use worker::{Env, Request};

use crate::{
    core::{
        answer::KeyView,
        auth::{ApiKey, DEFAULT_ORG, KeyRecord, Scope, is_org_id},
        envelope::ApiError,
        field::{self, FieldError},
        registry::{Command, Found},
        time::Timestamp,
    },
    dispatcher::{api::idempotency, orgs},
    edge::{
        auth, clock,
        http::{Answer, ok},
        input, random, registry, settings,
    },
};

const FIELDS: [&str; 3] = ["name", "scopes", "org"];

/// Issues a key and shows it, this once: the same call under the same `Idempotency-Key` within a day is refused.
pub async fn create(request: &mut Request, env: &Env) -> Answer {
    let fields = input::object(request).await?;
    field::only(&fields, &FIELDS)?;
    let idempotency = idempotency::read(request, &fields)?;
    let name = input::name(&fields)?.ok_or_else(|| FieldError::new("name", "is required"))?;
    let scopes = scopes(fields.get("scopes"))?;
    let org = input::text(&fields, "org")?.unwrap_or(DEFAULT_ORG);
    orgs::check_exists(env, org).await?;

    let key = ApiKey::issue(org, random::bytes()?, &settings::keys(env)?.credential_key);
    let record = KeyRecord {
        id: format!("key_{}", hex::encode(random::bytes::<12>()?)),
        name: name.to_owned(),
        scopes,
        created_at: clock::now().millis(),
        last_used_at: None,
    };
    let command = Command::CreateKey { record, hash: key.hash(), idempotency };
    let record: KeyRecord = registry::call(env, org, &command).await?;
    // Whoever tried the key before it was there was told no, and that must not stick.
    auth::forget();
    ok(200, &view(&record, org, Some(&key.text)))
}

/// Lists the keys of an org (`?org=`, by default the default one).
pub async fn list(request: &Request, env: &Env) -> Answer {
    let org = org_of(request, env).await?;
    let records: Vec<KeyRecord> = registry::call(env, &org, &Command::Keys).await?;
    let rows: Vec<KeyView> = records.iter().map(|record| view(record, &org, None)).collect();
    ok(200, &rows)
}

/// Revokes a key: here at once, everywhere within half a minute.
pub async fn revoke(request: &Request, id: &str, env: &Env) -> Answer {
    let org = org_of(request, env).await?;
    let found: Found = registry::call(env, &org, &Command::RevokeKey { id: id.to_owned() }).await?;
    let record = found.key.ok_or_else(|| ApiError::not_found("key"))?;
    auth::forget();
    ok(200, &view(&record, &org, None))
}

async fn org_of(request: &Request, env: &Env) -> Result<String, ApiError> {
    let url = input::url(request)?;
    let org = url.query_pairs().find(|(name, _)| name == "org").map(|(_, org)| org.into_owned());
    let org = org.unwrap_or_else(|| DEFAULT_ORG.to_owned());
    if !is_org_id(&org) {
        return Err(FieldError::new("org", orgs::ID_RULE).into());
    }
    orgs::check_exists(env, &org).await?;
    Ok(org)
}

fn scopes(value: Option<&Value>) -> Result<Vec<Scope>, ApiError> {
    let rule = || {
        let names: Vec<&str> = Scope::ALL.into_iter().map(Scope::name).collect();
        format!("must be a non-empty list of: {}", names.join(", "))
    };
    let list =
        value.and_then(Value::as_array).filter(|list| !list.is_empty() && list.len() <= Scope::ALL.len());
    let list = list.ok_or_else(|| FieldError::new("scopes", rule()))?;
    let mut scopes = Vec::new();
    for (at, value) in list.iter().enumerate() {
        let scope = value.as_str().and_then(Scope::parse);
        let scope = scope.ok_or_else(|| FieldError::new(format!("scopes[{at}]"), rule()))?;
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    Ok(scopes)
}

fn view<'a>(record: &'a KeyRecord, org: &'a str, key: Option<&'a str>) -> KeyView<'a> {
    KeyView {
        id: &record.id,
        org,
        name: &record.name,
        scopes: &record.scopes,
        created_at: Timestamp::from_millis(record.created_at).to_string(),
        last_used_at: record.last_used_at.map(|at| Timestamp::from_millis(at).to_string()),
        key,
    }
}
