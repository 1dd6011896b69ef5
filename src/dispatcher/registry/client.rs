//! Calling an org's `Registry`.

use serde::Deserialize;
use worker::{Env, Method, Request, RequestInit};

use crate::core::{envelope::ApiError, subscription::Snapshot};

const BINDING: &str = "REGISTRY";

#[derive(Deserialize)]
struct Answer {
    data: Option<Snapshot>,
    error: Option<String>,
}

/// Makes a call and returns the snapshot that it leaves behind; a refusal comes back as it was made there.
pub async fn call(
    env: &Env,
    org: &str,
    method: Method,
    path: &str,
    body: Option<&str>,
) -> Result<Snapshot, ApiError> {
    let unavailable = |_| ApiError::unavailable("the registry can't be reached; send the same request again");
    let stub =
        env.durable_object(BINDING).and_then(|namespace| namespace.get_by_name(org)).map_err(unavailable)?;
    let mut init = RequestInit::new();
    init.with_method(method).with_body(body.map(Into::into));
    let request = Request::new_with_init(&format!("https://registry{path}"), &init).map_err(unavailable)?;
    let mut response = stub.fetch_with_request(request).await.map_err(unavailable)?;
    let status = response.status_code();
    let text = response.text().await.map_err(unavailable)?;
    match serde_json::from_str(&text) {
        Ok(Answer { data: Some(snapshot), .. }) => Ok(snapshot),
        Ok(Answer { error: Some(error), .. }) => Err(ApiError::new(status, error)),
        _ => Err(ApiError::unavailable("the registry gave no answer; send the same request again")),
    }
}
