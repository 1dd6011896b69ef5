//! Calling `Insights`: the one place that knows how many of these objects there are.

use serde::de::DeserializeOwned;
use worker::Env;

use super::command::Command;
use crate::{core::envelope::ApiError, edge::object};

const BINDING: &str = "INSIGHTS";

/// The only object.
const NAME: &str = "insights";

/// Makes a call. A refusal comes back as it was made there.
pub async fn call<T: DeserializeOwned>(env: &Env, command: &Command) -> Result<T, ApiError> {
    object::call(env, BINDING, NAME, command).await
}
