//! Fetching the full exchange from `request_response_url`.

use worker::{Env, Method};

use crate::{
    core::{
        destination::{self, Policy},
        inbox::{Payload, URL_LIFE_SECONDS},
        retry::Failure,
        time::Timestamp,
    },
    edge::{
        outbound::{self, Outgoing},
        settings,
    },
};

const DEADLINE_MS: u32 = 30_000;
/// The largest exchange that is taken into memory, after decompression.
const CAP: usize = 32 * 1024 * 1024;

/// What fetching came to.
pub enum Fetched {
    /// The exchange's text.
    Full(String),
    /// The delivery names no URL that could be fetched.
    Nowhere,
    /// The URL is no longer good, or never was.
    Expired,
    /// It may work later; why it did not now.
    Failed(String),
}

/// Fetches, as long as the URL can still be good.
pub async fn fetch(payload: &Payload, received_at: i64, now: Timestamp, env: &Env) -> Fetched {
    let Some(url) = payload.fetchable_url() else { return Fetched::Nowhere };
    let policy = Policy { allow_insecure: settings::allow_insecure(env), own_hosts: Vec::new() };
    let Ok(url) = destination::check(url, &policy) else { return Fetched::Expired };
    let outgoing = Outgoing {
        method: Method::Get,
        url: url.as_str(),
        headers: &[("accept".into(), "application/json".to_owned())],
        body: None,
        deadline_ms: DEADLINE_MS,
        cap: CAP,
    };
    let failure = match outbound::send(&outgoing).await {
        Ok(reply) if reply.status == 200 => match reply.whole().map(String::from_utf8) {
            Ok(Ok(text)) => return Fetched::Full(text),
            // Too large, or no text.
            Ok(Err(_)) | Err(_) => return Fetched::Expired,
        },
        // Refused, gone, or elsewhere: trying again changes nothing.
        Ok(reply) if matches!(reply.status, 200..=499) && reply.status != 429 && reply.status != 408 => {
            return Fetched::Expired;
        }
        Ok(reply) => format!("the exchange's URL answered {}", reply.status),
        Err(Failure::Timeout) => "the exchange's URL did not answer in time".to_owned(),
        Err(_) => "the exchange's URL can't be reached".to_owned(),
    };
    let age_seconds = now.millis().saturating_sub(received_at).div_euclid(1000);
    if age_seconds >= URL_LIFE_SECONDS { Fetched::Expired } else { Fetched::Failed(failure) }
}
