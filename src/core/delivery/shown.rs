//! The request of an attempt that was made, for whoever looks into why it was not taken.

use serde::Serialize;

use super::{AttemptRequest, CustomHeaders};
use crate::core::{ledger::Attempt, time::Timestamp};

/// What an attempt sent.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = AttemptRequest))]
pub struct RequestView<'a> {
    /// The delivery's id.
    delivery_id: &'a str,
    /// Which of its attempts.
    attempt: u32,
    /// When it began: the moment of its timestamp, its signatures and the URL in its body.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    at: String,
    /// `POST`.
    method: &'static str,
    /// The destination as it is now.
    url: &'a str,
    /// In the order in which they were set.
    headers: Vec<HeaderView<'a>>,
    /// The body, byte for byte.
    body: &'a str,
    /// Whether signing it comes to a signature that was sent: then these are the bytes that were. It does not where the webhook or
    /// its keys were changed since.
    is_exact: bool,
}

/// One header.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = SentHeader))]
struct HeaderView<'a> {
    /// Its name.
    name: &'a str,
    /// Its value; null of the headers that the webhook's owner has set, which are secrets.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    value: Option<&'a str>,
}

impl<'a> RequestView<'a> {
    /// Shows a request that was composed anew for the moment of an attempt, with the signatures that were sent then. `None` where
    /// its body is no text, which none of ours is.
    pub fn new(
        delivery_id: &'a str,
        attempt: &'a Attempt,
        url: &'a str,
        request: &'a AttemptRequest,
        own: &CustomHeaders,
    ) -> Option<Self> {
        let sent = |name: &str| {
            let name = if name == "x-helicone-signature" { "helicone-signature" } else { name };
            attempt.signatures.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
        };
        let is_own = |name: &str| own.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
        let headers = request.headers.iter().map(|(name, value)| HeaderView {
            name,
            value: (!is_own(name)).then(|| sent(name).unwrap_or(value)),
        });
        // Keys that have ended since signed beside those that are left, so one in common is enough.
        let agrees = |name: &str, value: &str| {
            let was = sent(name).into_iter().flat_map(str::split_whitespace);
            was.into_iter().any(|was| value.split_whitespace().any(|is| is == was))
        };
        Some(Self {
            delivery_id,
            attempt: attempt.number,
            at: Timestamp::from_millis(attempt.at).to_string(),
            method: "POST",
            url,
            headers: headers.collect(),
            body: std::str::from_utf8(&request.body).ok()?,
            is_exact: request.headers.iter().any(|(name, value)| agrees(name, value)),
        })
    }
}
