//! Requests to others: no redirects, one deadline over the whole exchange, and no more of the reply than is wanted.

use std::{borrow::Cow, pin::pin, time::Duration};

use futures_util::{
    StreamExt,
    future::{Either, select},
};
use serde_json::Value;
use worker::{
    AbortController, Delay, Method, Response,
    js_sys::{JSON, Uint8Array, global},
    wasm_bindgen::{JsCast, JsValue},
    wasm_bindgen_futures::JsFuture,
    web_sys::{self, RequestInit, RequestRedirect, WorkerGlobalScope},
};

use super::js;
use crate::core::retry::{Directive, Failure};

/// A reply, read up to the cap.
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// `Retry-After`.
    pub retry_after: Option<String>,
    /// What `webhook-delivery` asks for.
    pub directive: Option<Directive>,
    /// The body up to the cap.
    pub body: Vec<u8>,
    /// Whether the body went on beyond the cap.
    pub is_cut: bool,
}

impl Reply {
    /// The body; `Oversized` where it went on beyond the cap.
    pub fn whole(self) -> Result<Vec<u8>, Failure> {
        if self.is_cut { Err(Failure::Oversized) } else { Ok(self.body) }
    }
}

/// What is sent, and how long and how much it may take.
pub struct Outgoing<'a> {
    /// The method.
    pub method: Method,
    /// The URL, already judged.
    pub url: &'a str,
    /// Name and value.
    pub headers: &'a [(Cow<'static, str>, String)],
    /// The body.
    pub body: Option<&'a [u8]>,
    /// The deadline over connecting, headers and body, in milliseconds.
    pub deadline_ms: u32,
    /// How many bytes of the reply are read, after decompression.
    pub cap: usize,
}

/// Sends a request and reads the reply.
pub async fn send(outgoing: &Outgoing<'_>) -> Result<Reply, Failure> {
    let controller = AbortController::default();
    let signal = controller.signal();
    let exchange = pin!(exchange(outgoing, &signal));
    let deadline = pin!(Delay::from(Duration::from_millis(u64::from(outgoing.deadline_ms))));
    match select(exchange, deadline).await {
        Either::Left((reply, _)) => reply,
        Either::Right(((), _)) => {
            controller.abort();
            Err(Failure::Timeout)
        }
    }
}

/// By the raw bindings: the `worker` crate's own make a `Request` first, which `fetch` then copies, and read every body as a
/// stream, which together cost more than the exchange itself.
async fn exchange(outgoing: &Outgoing<'_>, signal: &worker::AbortSignal) -> Result<Reply, Failure> {
    let scope: WorkerGlobalScope = global().unchecked_into();
    let sent = scope.fetch_with_str_and_init(outgoing.url, &compose(outgoing, signal));
    let response: web_sys::Response =
        JsFuture::from(sent).await.map_err(|error| failure(&error))?.unchecked_into();
    let headers = response.headers();
    let header = |name: &str| headers.get(name).ok().flatten();
    let status = response.status();
    let retry_after = if response.ok() { None } else { header("retry-after") };
    let directive = header(Directive::HEADER).as_deref().and_then(Directive::parse);
    let length = header("content-length").and_then(|length| length.parse::<usize>().ok());
    let (body, is_cut) = match length {
        // Most replies are a few bytes and say so. What is compressed says less than it is.
        Some(length) if length <= outgoing.cap && header("content-encoding").is_none() => {
            let whole = response.array_buffer().map_err(|error| failure(&error))?;
            let whole = JsFuture::from(whole).await.map_err(|error| failure(&error))?;
            (Uint8Array::new(&whole).to_vec(), false)
        }
        _ => read_up_to(&mut response.into(), outgoing.cap).await?,
    };
    Ok(Reply { status, retry_after, directive, body, is_cut })
}

fn failure(error: &JsValue) -> Failure {
    Failure::classify(&js::message(error).unwrap_or_default())
}

fn compose(outgoing: &Outgoing<'_>, signal: &worker::AbortSignal) -> RequestInit {
    let init = RequestInit::new();
    init.set_method(outgoing.method.as_ref());
    init.set_headers(&headers(outgoing.headers));
    init.set_redirect(RequestRedirect::Manual);
    init.set_signal(Some(signal));
    if let Some(body) = outgoing.body {
        init.set_body(&Uint8Array::from(body));
    }
    init
}

/// Headers as a plain object. They cross over as one text: each name and each value of its own would cost as much as that.
fn headers(headers: &[(Cow<'static, str>, String)]) -> JsValue {
    let members = headers.iter().map(|(name, value)| (name.clone().into_owned(), value.as_str().into()));
    let text = Value::Object(members.collect()).to_string();
    // What was just written is JSON.
    JSON::parse(&text).unwrap_or(JsValue::UNDEFINED)
}

/// Reads a body until it ends or the cap is reached; what is left is cancelled when the stream is dropped.
async fn read_up_to(response: &mut Response, cap: usize) -> Result<(Vec<u8>, bool), Failure> {
    let mut body = Vec::new();
    let Ok(mut stream) = response.stream() else { return Ok((body, false)) };
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|error| Failure::classify(&error.to_string()))?;
        let room = cap.saturating_sub(body.len());
        body.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
        if chunk.len() > room {
            return Ok((body, true));
        }
    }
    Ok((body, false))
}
