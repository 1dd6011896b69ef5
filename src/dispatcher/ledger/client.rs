//! Calling a subscription's `Ledger`.

use serde::de::DeserializeOwned;
use worker::{Env, Response};

use super::command::Command;
use crate::{
    core::{envelope::ApiError, ledger::Standing},
    edge::object,
};

/// The binding.
pub const BINDING: &str = "LEDGER";

/// The object's name. Orgs have no slash in theirs.
pub fn name(org: &str, subscription: &str) -> String {
    format!("{org}/{subscription}")
}

/// Makes a call.
pub async fn call<T: DeserializeOwned>(
    env: &Env,
    org: &str,
    subscription: &str,
    command: &Command,
) -> Result<T, ApiError> {
    object::call(env, BINDING, &name(org, subscription), command).await
}

/// Opens a connection on which it tells what comes of deliveries, as the query string says.
pub async fn watch(env: &Env, org: &str, subscription: &str, query: &str) -> Result<Response, ApiError> {
    object::connect(env, BINDING, &name(org, subscription), query).await
}

/// Tells it how its subscription stands.
pub async fn configure(env: &Env, org: &str, subscription: &str, standing: Standing) -> Result<(), ApiError> {
    call::<bool>(env, org, subscription, &Command::Configure(standing)).await.map(|_| ())
}
