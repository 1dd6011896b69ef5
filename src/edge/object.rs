//! Calling a Durable Object: one command in JSON, one answer in the envelope.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use worker::{Env, Method, Request, RequestInit};

use crate::core::envelope::{ApiError, ErrorCode};

#[derive(Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
struct Answer<T> {
    data: Option<T>,
    error: Option<String>,
    code: Option<ErrorCode>,
    field: Option<String>,
}

/// Calls the object of this name. A refusal comes back as it was made there.
pub async fn call<T: DeserializeOwned>(
    env: &Env,
    binding: &str,
    name: &str,
    command: &impl Serialize,
) -> Result<T, ApiError> {
    let body = serde_json::to_string(command).map_err(|_| unavailable(binding))?;
    let (status, text) = exchange(env, binding, name, body).await?;
    match serde_json::from_str::<Answer<T>>(&text) {
        Ok(Answer { data: Some(data), .. }) => Ok(data),
        Ok(Answer { error: Some(error), code: Some(code), field, .. }) => {
            Err(ApiError { code, field, ..ApiError::new(status, error) })
        }
        _ => Err(unavailable(binding)),
    }
}

/// Sends an object a text: the status and the text that it answers.
pub async fn exchange(env: &Env, binding: &str, name: &str, body: String) -> Result<(u16, String), ApiError> {
    let failed = |_| unavailable(binding);
    let stub =
        env.durable_object(binding).and_then(|namespace| namespace.get_by_name(name)).map_err(failed)?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(body.into()));
    let request = Request::new_with_init("https://object/", &init).map_err(failed)?;
    let mut response = stub.fetch_with_request(request).await.map_err(failed)?;
    let status = response.status_code();
    Ok((status, response.text().await.map_err(failed)?))
}

fn unavailable(binding: &str) -> ApiError {
    let who = binding.to_ascii_lowercase();
    ApiError::unavailable(format!("the {who} gave no answer; send the same request again"))
}
