//! Calling a Durable Object: one command in JSON, one answer in the envelope.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use worker::{
    Env,
    wasm_bindgen::JsCast,
    wasm_bindgen_futures::JsFuture,
    web_sys::{Request, RequestInit, Response},
    worker_sys,
};

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

/// Sends an object a text: the status and the text that it answers. By the raw bindings, since every event and every batch pays
/// for it: the `worker` crate's own look at each header and read the answer as a stream.
pub async fn exchange(env: &Env, binding: &str, name: &str, body: String) -> Result<(u16, String), ApiError> {
    let failed = |_| unavailable(binding);
    let namespace = env.durable_object(binding).map_err(|_| unavailable(binding))?;
    let stub = namespace.get_by_name(name).map_err(|_| unavailable(binding))?;
    let stub: worker_sys::DurableObject = stub.into_rpc();
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&body.into());
    let request = Request::new_with_str_and_init("https://object/", &init).map_err(failed)?;
    let sent = stub.fetch_with_request(&request).map_err(failed)?;
    let response: Response = JsFuture::from(sent).await.map_err(failed)?.unchecked_into();
    let text = JsFuture::from(response.text().map_err(failed)?).await.map_err(failed)?;
    Ok((response.status(), text.as_string().ok_or_else(|| unavailable(binding))?))
}

/// Opens a WebSocket to the object of this name, with a query string for it; what it answers is passed on as it is.
pub async fn connect(
    env: &Env,
    binding: &str,
    name: &str,
    query: &str,
) -> Result<worker::Response, ApiError> {
    let failed = |_| unavailable(binding);
    let headers = worker::Headers::new();
    headers.set("upgrade", "websocket").map_err(failed)?;
    let mut init = worker::RequestInit::new();
    init.with_headers(headers);
    let request =
        worker::Request::new_with_init(&format!("https://object/?{query}"), &init).map_err(failed)?;
    let stub = env.durable_object(binding).and_then(|namespace| namespace.get_by_name(name));
    stub.map_err(failed)?.fetch_with_request(request).await.map_err(failed)
}

/// Reads the command that an object is called with; `who` names the object where it can't.
pub async fn command<T: DeserializeOwned>(request: &mut worker::Request, who: &str) -> Result<T, ApiError> {
    let unread = || ApiError::unavailable(format!("the {who} could not read"));
    let text = request.text().await.map_err(|_| unread())?;
    serde_json::from_str(&text).map_err(|_| unread())
}

fn unavailable(binding: &str) -> ApiError {
    let who = binding.to_ascii_lowercase();
    ApiError::unavailable(format!("the {who} gave no answer; send the same request again"))
}
