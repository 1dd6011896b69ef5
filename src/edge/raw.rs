//! Requests and answers by the platform's own types: for the receiver's door, whose every call across the border to JavaScript is
//! felt. The `worker` crate's types look at each property of a request when it comes in, and build an answer member by member.

use std::collections::BTreeMap;

use worker::{
    js_sys::{JSON, Object, Uint8Array},
    wasm_bindgen::{JsCast, JsValue},
    wasm_bindgen_futures::JsFuture,
    web_sys::{Request, Response, ResponseInit},
};

use super::{body, js};
use crate::core::envelope::{ApiError, success};

/// A request's headers, by their names in lower case. They cross over as one text: each of its own would cost as much.
pub struct Headers(BTreeMap<String, String>);

impl Headers {
    /// Reads them.
    pub fn of(request: &Request) -> Self {
        let all = Object::from_entries(&request.headers()).and_then(|all| JSON::stringify(&all));
        let text = all.ok().and_then(|text| text.as_string()).unwrap_or_default();
        Self(serde_json::from_str(&text).unwrap_or_default())
    }

    /// One of them.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Whether there is one whose name begins so.
    pub fn any_begins(&self, prefix: &str) -> bool {
        self.0.keys().any(|name| name.starts_with(prefix))
    }
}

/// The path of a request's URL.
pub fn path(request: &Request) -> String {
    let url = request.url();
    let behind_host = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    let path = behind_host.find('/').and_then(|at| behind_host.get(at..)).unwrap_or("/");
    path.split(['?', '#']).next().unwrap_or("/").to_owned()
}

/// The raw body, as long as it stays within `limit` bytes.
pub async fn body(request: &Request, headers: &Headers, limit: usize) -> Result<Vec<u8>, ApiError> {
    let declared = headers.get("content-length").and_then(|length| length.trim().parse::<usize>().ok());
    if declared.is_none_or(|declared| declared > limit) {
        return body::read(&mut Clone::clone(request).into(), limit).await;
    }
    // The server holds a client to the length that it declared, so this is within the limit.
    let broken = |_| ApiError::bad_request("the body could not be read to its end");
    let whole = request.array_buffer().map_err(broken)?;
    let whole = JsFuture::from(whole).await.map_err(broken)?;
    Ok(Uint8Array::new(&whole).to_vec())
}

thread_local! {
    /// How every success is answered.
    static OK: JsValue = {
        let headers = [("content-type", "application/json".into()), ("cache-control", "no-store".into())];
        js::object(&[("status", JsValue::from(200)), ("headers", js::object(&headers))])
    };
}

/// A success that is all in its headers.
pub fn empty(headers: &[(&'static str, String)]) -> Result<Response, ApiError> {
    let headers: Vec<(&str, JsValue)> =
        headers.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
    let init = js::object(&[("status", JsValue::from(200)), ("headers", js::object(&headers))]);
    Response::new_with_opt_str_and_init(None, init.unchecked_ref())
        .map_err(|_| ApiError::new(500, "the answer could not be written"))
}

/// A success in the envelope.
pub fn ok<T: serde::Serialize>(data: &T) -> Result<Response, ApiError> {
    let text = String::from_utf8(success(data)).unwrap_or_default();
    let made = OK.with(|init| {
        let init: &ResponseInit = init.unchecked_ref();
        Response::new_with_opt_str_and_init(Some(&text), init)
    });
    made.map_err(|_| ApiError::new(500, "the answer could not be written"))
}
