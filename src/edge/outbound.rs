//! Requests to others: no redirects, one deadline over the whole exchange, and no more of the reply than is wanted.

use std::borrow::Cow;

use serde_json::Value;
use worker::{
    Method,
    js_sys::{Array, Promise, Uint8Array},
    wasm_bindgen::{self, JsCast, JsValue, prelude::wasm_bindgen},
    wasm_bindgen_futures::JsFuture,
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

#[wasm_bindgen(module = "/src/edge/calls.js")]
extern "C" {
    /// The deadlines of calls that begin about together in one event: sharing one, each may end 50 ms later than it was told to.
    pub type Deadlines;
    /// Of one event.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Deadlines;

    #[wasm_bindgen(catch)]
    fn exchange(
        deadlines: &Deadlines,
        url: &str,
        method: &str,
        headers: &str,
        body: Option<&[u8]>,
        wanted: &str,
        deadline_ms: u32,
        cap: f64,
    ) -> Result<Promise, JsValue>;
}

/// Sends a request and reads the reply.
pub async fn send(outgoing: &Outgoing<'_>) -> Result<Reply, Failure> {
    send_within(outgoing, &Deadlines::new()).await
}

/// The same beside others that it may share its deadline with.
pub async fn send_within(outgoing: &Outgoing<'_>, deadlines: &Deadlines) -> Result<Reply, Failure> {
    let reply = talk(outgoing, deadlines, &["retry-after", Directive::HEADER], outgoing.cap).await?;
    let status = status(&reply);
    let is_success = (200..300).contains(&status);
    Ok(Reply {
        status,
        body: reply.get(1).unchecked_into::<Uint8Array>().to_vec(),
        is_cut: reply.get(2).is_truthy(),
        retry_after: reply.get(3).as_string().filter(|_| !is_success),
        directive: reply.get(4).as_string().as_deref().and_then(Directive::parse),
    })
}

/// Sends a request of whose reply only the status and some headers are wanted. The body is not read.
pub async fn ask<const N: usize>(
    outgoing: &Outgoing<'_>,
    names: [&str; N],
) -> Result<(u16, [Option<String>; N]), Failure> {
    let reply = talk(outgoing, &Deadlines::new(), &names, 0).await?;
    let mut values = reply.iter().skip(3);
    Ok((status(&reply), names.map(|_| values.next().and_then(|value| value.as_string()))))
}

fn status(reply: &Array) -> u16 {
    reply.get(0).as_f64().unwrap_or_default() as u16
}

async fn talk(
    outgoing: &Outgoing<'_>,
    deadlines: &Deadlines,
    wanted: &[&str],
    cap: usize,
) -> Result<Array, Failure> {
    let sent = exchange(
        deadlines,
        outgoing.url,
        outgoing.method.as_ref(),
        &headers(outgoing.headers),
        outgoing.body,
        &wanted.join(","),
        outgoing.deadline_ms,
        cap as f64,
    );
    let reply =
        JsFuture::from(sent.map_err(|error| failure(&error))?).await.map_err(|error| failure(&error))?;
    if reply.is_null() { Err(Failure::Timeout) } else { Ok(reply.unchecked_into()) }
}

fn failure(error: &JsValue) -> Failure {
    Failure::classify(&js::message(error).unwrap_or_default())
}

/// Headers as a JSON object. They cross over as one text: each name and each value of its own would cost as much as that.
fn headers(headers: &[(Cow<'static, str>, String)]) -> String {
    let members = headers.iter().map(|(name, value)| (name.clone().into_owned(), value.as_str().into()));
    Value::Object(members.collect()).to_string()
}
