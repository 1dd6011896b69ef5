//! The orgs of a deployment. The default org's registry keeps the list.

pub mod settings;

use worker::Env;

use crate::{
    core::{
        auth::{DEFAULT_ORG, is_org_id},
        envelope::ApiError,
        field::FieldError,
        org::Org,
        registry::Command,
    },
    edge::registry,
};

/// What an org's id may be.
pub const ID_RULE: &str =
    "must be 1 to 40 lower-case letters, digits or hyphens, not beginning with a hyphen, and not root";

/// All orgs beside the default one.
pub async fn all(env: &Env) -> Result<Vec<Org>, ApiError> {
    registry::call(env, DEFAULT_ORG, &Command::Orgs).await
}

/// The ids of all orgs, the default one first.
pub async fn ids(env: &Env) -> Result<Vec<String>, ApiError> {
    let others = all(env).await?.into_iter().map(|org| org.id);
    Ok(std::iter::once(DEFAULT_ORG.to_owned()).chain(others).collect())
}

/// Adds an org.
pub async fn create(env: &Env, org: Org) -> Result<Org, ApiError> {
    if !is_org_id(&org.id) {
        return Err(FieldError::new("id", ID_RULE).into());
    }
    if org.id == DEFAULT_ORG {
        return Err(ApiError::exists("id: there is an org of that id already"));
    }
    registry::call(env, DEFAULT_ORG, &Command::CreateOrg(org)).await
}

/// 404 where there is no such org.
pub async fn check_exists(env: &Env, id: &str) -> Result<(), ApiError> {
    if id == DEFAULT_ORG || all(env).await?.iter().any(|org| org.id == id) {
        return Ok(());
    }
    Err(ApiError::not_found("org"))
}
