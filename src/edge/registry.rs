//! Calling an org's `Registry`.

use serde::de::DeserializeOwned;
use worker::Env;

use super::object;
use crate::core::{envelope::ApiError, registry::Command, subscription::Snapshot};

const BINDING: &str = "REGISTRY";

/// How often a change is made anew where somebody else was faster.
const TRIES: usize = 5;

/// Makes a call. A refusal comes back as it was made there.
pub async fn call<T: DeserializeOwned>(env: &Env, org: &str, command: &Command) -> Result<T, ApiError> {
    object::call(env, BINDING, org, command).await
}

/// Makes a change that holds for one revision. `make` reads what is there and says what it shall be. Where the client expects a
/// revision, another one is 412; where it expects none, the change is made anew on what somebody else has made of `what`.
pub async fn change(
    env: &Env,
    org: &str,
    what: &str,
    expected: Option<u64>,
    make: impl AsyncFn() -> Result<Command, ApiError>,
) -> Result<Snapshot, ApiError> {
    for _ in 0..TRIES {
        match call(env, org, &make().await?).await {
            Err(error) if error.status == 412 && expected.is_none() => {}
            result => return result,
        }
    }
    Err(ApiError::unavailable(format!("others keep changing {what}; send the same request again")))
}
