//! Calling a Durable Object: one command in JSON, one answer in the envelope.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use worker::{
    Env,
    js_sys::{Array, Promise},
    wasm_bindgen::{self, JsCast, JsValue, prelude::wasm_bindgen},
    wasm_bindgen_futures::JsFuture,
    worker_sys,
};

use crate::core::envelope::{ApiError, ErrorCode};

/// How long an object may take for an answer, in milliseconds. None takes a tenth of it, but for one that is busy with a long table.
const DEADLINE_MS: u32 = 60_000;

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
    let (status, text) = exchange(env, binding, name, &body).await?;
    match serde_json::from_str::<Answer<T>>(&text) {
        Ok(Answer { data: Some(data), .. }) => Ok(data),
        Ok(Answer { error: Some(error), code: Some(code), field, .. }) => {
            Err(ApiError { code, field, ..ApiError::new(status, error) })
        }
        _ => Err(unavailable(binding)),
    }
}

#[wasm_bindgen(module = "/src/edge/calls.js")]
extern "C" {
    fn ask(stub: &JsValue, body: &str, deadline_ms: u32) -> Promise;
}

/// Sends an object a text: the status and the text that it answers.
pub async fn exchange(env: &Env, binding: &str, name: &str, body: &str) -> Result<(u16, String), ApiError> {
    let failed = |_| unavailable(binding);
    let namespace = env.durable_object(binding).map_err(|_| unavailable(binding))?;
    let stub = namespace.get_by_name(name).map_err(|_| unavailable(binding))?;
    let stub: worker_sys::DurableObject = stub.into_rpc();
    let answer: Array = JsFuture::from(ask(&stub, body, DEADLINE_MS)).await.map_err(failed)?.unchecked_into();
    let status = answer.get(0).as_f64().unwrap_or_default() as u16;
    Ok((status, answer.get(1).as_string().ok_or_else(|| unavailable(binding))?))
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
