//! `OPTIONS /webhook`: a sender asks whether it may send (CloudEvents' web-hook handshake).
//!
//! Permission is given in the answer or not at all. `WebHook-Request-Callback`, by which it could be given later, is never called: it is a
//! URL of whoever asks, and calling it would let anybody make this Worker send requests.

use worker::{
    Env,
    web_sys::{Request, Response},
};

use super::rate;
use crate::{
    core::{
        envelope::ApiError,
        handshake::{Allowance, REQUEST_ORIGIN},
    },
    edge::{
        log::Line,
        raw::{self, Headers},
    },
};

/// Allows those who are listed; 403 for others, and 405 where nobody is.
pub async fn answer(request: &Request, allowance: &Allowance, env: &Env) -> Result<Response, ApiError> {
    let headers = Headers::of(request);
    let origin = headers.get(REQUEST_ORIGIN).filter(|_| !allowance.is_none());
    let origin = origin.ok_or_else(|| ApiError::method("POST"))?;
    rate::check(headers.get("cf-connecting-ip").unwrap_or_default(), env).await?;
    let Some([allowed, rate]) = allowance.answer(origin) else {
        Line::warn("webhook.not_allowed").emit();
        return Err(ApiError::new(403, format!("{REQUEST_ORIGIN}: is not among those that may send here")));
    };
    Line::info("webhook.allowed").text("origin", &allowed.1).emit();
    raw::empty(&[("allow", "POST".to_owned()), allowed, rate])
}
