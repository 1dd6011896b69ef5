//! Requests to others: no redirects, one deadline over the whole exchange, and no more of the reply than is wanted.

use std::{borrow::Cow, pin::pin, time::Duration};

use futures_util::{
    StreamExt,
    future::{Either, select},
};
use worker::{
    AbortController, Delay, Fetch, Headers, Method, Request, RequestInit, RequestRedirect, Response,
    js_sys::Uint8Array,
};

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

async fn exchange(outgoing: &Outgoing<'_>, signal: &worker::AbortSignal) -> Result<Reply, Failure> {
    let request = compose(outgoing).map_err(|_| Failure::Internal)?;
    let mut response =
        Fetch::Request(request).send_with_signal(signal).await.map_err(|error| failure(&error))?;
    let status = response.status_code();
    let header = |name: &str| response.headers().get(name).ok().flatten();
    let retry_after = header("retry-after");
    let directive = header(Directive::HEADER).as_deref().and_then(Directive::parse);
    let (body, is_cut) = read_up_to(&mut response, outgoing.cap).await?;
    Ok(Reply { status, retry_after, directive, body, is_cut })
}

fn failure(error: &worker::Error) -> Failure {
    Failure::classify(&error.to_string())
}

fn compose(outgoing: &Outgoing<'_>) -> worker::Result<Request> {
    let headers = Headers::new();
    for (name, value) in outgoing.headers {
        headers.set(name, value)?;
    }
    let mut init = RequestInit::new();
    init.with_method(outgoing.method.clone()).with_headers(headers).with_redirect(RequestRedirect::Manual);
    if let Some(body) = outgoing.body {
        init.with_body(Some(Uint8Array::from(body).into()));
    }
    Request::new_with_init(outgoing.url, &init)
}

/// Reads a body until it ends or the cap is reached; what is left is cancelled when the stream is dropped.
async fn read_up_to(response: &mut Response, cap: usize) -> Result<(Vec<u8>, bool), Failure> {
    let mut body = Vec::new();
    let Ok(mut stream) = response.stream() else { return Ok((body, false)) };
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|error| failure(&error))?;
        let room = cap.saturating_sub(body.len());
        body.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
        if chunk.len() > room {
            return Ok((body, true));
        }
    }
    Ok((body, false))
}
