//! Calling an org's `Registry`.

use serde::{Deserialize, de::DeserializeOwned};
use worker::{Env, Method, Request, RequestInit};

use super::command::Command;
use crate::core::envelope::{ApiError, ErrorCode};

const BINDING: &str = "REGISTRY";

#[derive(Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
struct Answer<T> {
    data: Option<T>,
    error: Option<String>,
    code: Option<ErrorCode>,
    field: Option<String>,
}

/// Makes a call. A refusal comes back as it was made there.
pub async fn call<T: DeserializeOwned>(env: &Env, org: &str, command: &Command) -> Result<T, ApiError> {
    let (status, text) = exchange(env, org, command).await?;
    match serde_json::from_str::<Answer<T>>(&text) {
        Ok(Answer { data: Some(data), .. }) => Ok(data),
        Ok(Answer { error: Some(error), code: Some(code), field, .. }) => {
            Err(ApiError { code, field, ..ApiError::new(status, error) })
        }
        _ => Err(ApiError::unavailable("the registry gave no answer; send the same request again")),
    }
}

async fn exchange(env: &Env, org: &str, command: &Command) -> Result<(u16, String), ApiError> {
    let unavailable = |_| ApiError::unavailable("the registry can't be reached; send the same request again");
    let body = serde_json::to_string(command).map_err(|error| unavailable(error.into()))?;
    let stub =
        env.durable_object(BINDING).and_then(|namespace| namespace.get_by_name(org)).map_err(unavailable)?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(body.into()));
    let request = Request::new_with_init("https://registry/", &init).map_err(unavailable)?;
    let mut response = stub.fetch_with_request(request).await.map_err(unavailable)?;
    let status = response.status_code();
    Ok((status, response.text().await.map_err(unavailable)?))
}
