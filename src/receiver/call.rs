//! Calls that handlers make: what an answer means for the handler's next run.

use std::borrow::Cow;

use worker::{Env, Method, Url};

use super::handler::Failure;
use crate::{
    core::{
        retry,
        signature::{Signed, StandardKey, sign_standard},
    },
    edge::{
        clock,
        outbound::{self, Outgoing, Reply},
        settings::setting,
    },
};

/// Over connecting, headers and body. A handler may make two calls within its minute.
const DEADLINE_MS: u32 = 20_000;

/// How much of an answer is read.
const CAP: usize = 64 * 1024;

/// A header: name and value.
pub type Header = (Cow<'static, str>, String);

/// An address that a handler is set up with; `None` where the setting is unset.
pub fn url_setting(env: &Env, name: &str) -> Result<Option<Url>, String> {
    let Some(text) = setting(env, name) else { return Ok(None) };
    match Url::parse(&text) {
        Ok(url) if matches!(url.scheme(), "https" | "http") => Ok(Some(url)),
        _ => Err(format!("{name}: must be an http(s) URL")),
    }
}

/// A secret that a handler signs with; `None` where the setting is unset.
pub fn key_setting(env: &Env, name: &str) -> Result<Option<StandardKey>, String> {
    let Some(text) = setting(env, name) else { return Ok(None) };
    let rule = || format!("{name}: must be whsec_ followed by the base64 of 24 to 64 bytes");
    StandardKey::parse(text.trim()).map(Some).ok_or_else(rule)
}

/// The headers that sign a body by Standard Webhooks.
pub fn signature_headers(key: &StandardKey, id: &str, body: &[u8]) -> Vec<Header> {
    let at = clock::now();
    let signature = sign_standard(std::slice::from_ref(key), Signed { id, at, body });
    vec![
        ("webhook-id".into(), id.to_owned()),
        ("webhook-timestamp".into(), at.seconds().to_string()),
        ("webhook-signature".into(), signature),
    ]
}

/// Posts JSON. Anything but a 2xx is a failure: one that passes where the other side says so by 408, 425, 429 or 5xx or says
/// nothing, and one that stays with any other status. `what` names the other side in the failure.
pub async fn post_json(what: &str, url: &Url, headers: &[Header], body: &[u8]) -> Result<Reply, Failure> {
    let mut all: Vec<Header> = vec![("content-type".into(), "application/json".to_owned())];
    all.extend_from_slice(headers);
    send(what, Method::Post, url, &all, body).await
}

/// Sends a request, likewise.
pub async fn send(
    what: &str,
    method: Method,
    url: &Url,
    headers: &[Header],
    body: &[u8],
) -> Result<Reply, Failure> {
    let reply = ask(what, method, url, headers, body).await?;
    judge(what, reply.status, reply.retry_after.as_deref())?;
    Ok(reply)
}

/// Sends a request, and leaves it to the caller what the answer's status means.
pub async fn ask(
    what: &str,
    method: Method,
    url: &Url,
    headers: &[Header],
    body: &[u8],
) -> Result<Reply, Failure> {
    let outgoing =
        Outgoing { method, url: url.as_str(), headers, body: Some(body), deadline_ms: DEADLINE_MS, cap: CAP };
    let reply = outbound::send(&outgoing).await;
    reply.map_err(|failure| Failure::later(format!("{what} gave no answer: {}", failure.code())))
}

/// What a status means.
pub fn judge(what: &str, status: u16, retry_after: Option<&str>) -> Result<(), Failure> {
    let why = format!("{what} answered {status}");
    match status {
        200..=299 => Ok(()),
        408 | 425 | 429 | 500.. => {
            let wait = retry_after.and_then(|text| retry::retry_after_seconds(text, clock::now()));
            Err(Failure::later(why).after(wait))
        }
        _ => Err(Failure::never(why)),
    }
}
