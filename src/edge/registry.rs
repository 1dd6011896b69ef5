//! Calling an org's `Registry`.

use serde::de::DeserializeOwned;
use worker::Env;

use super::object;
use crate::core::{envelope::ApiError, registry::Command};

const BINDING: &str = "REGISTRY";

/// Makes a call. A refusal comes back as it was made there.
pub async fn call<T: DeserializeOwned>(env: &Env, org: &str, command: &Command) -> Result<T, ApiError> {
    object::call(env, BINDING, org, command).await
}
