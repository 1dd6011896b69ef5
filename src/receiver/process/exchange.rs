//! Getting the full exchange: what was kept of an earlier run, else from `request_response_url`, else from the request API.

use std::borrow::Cow;

use worker::{Env, Method, Url};

use crate::{
    core::{
        destination,
        inbox::{Entry, InboxMessage, Payload, URL_LIFE_SECONDS, exchange_of_row},
        retry::Failure,
        time::Timestamp,
    },
    edge::{
        outbound::{self, Outgoing},
        storage,
    },
    receiver::{delivery::DataSource, helicone, settings::ReceiverSettings},
};

const DEADLINE_MS: u32 = 30_000;

/// What getting it came to.
pub enum Fetched {
    /// The exchange's text, and where it is from.
    Exchange(String, DataSource),
    /// There is none to be had, and why.
    None(DataSource),
    /// It may be had later; why it could not be now.
    Later(String),
}

impl Fetched {
    /// What is counted of it; `None` where there was none to get.
    pub fn outcome(&self) -> Option<&'static str> {
        match self {
            Self::None(DataSource::Inline) => None,
            Self::None(source) | Self::Exchange(_, source) => Some(source.name()),
            Self::Later(_) => Some("failed"),
        }
    }
}

/// Gets it, as long as there is a chance.
pub async fn fetch(
    message: &InboxMessage,
    entry: Option<&Entry>,
    payload: &Payload,
    now: Timestamp,
    (env, settings): (&Env, &ReceiverSettings),
) -> Fetched {
    if let Some(key) = entry.and_then(|entry| entry.exchange.as_deref()) {
        match storage::get_text(env, key).await {
            Ok(Some(text)) => return Fetched::Exchange(text, DataSource::Full),
            Ok(None) => {}
            Err(why) => return Fetched::Later(why),
        }
    }
    let Some(url) = payload.fetchable_url() else { return Fetched::None(DataSource::Inline) };
    let is_allowed = |url: &Url| is_listed(url.host_str().unwrap_or_default(), &settings.exchange_hosts);
    let found = match destination::check(url, &settings.policy) {
        Ok(url) if is_allowed(&url) => get(url.as_str(), &[], settings).await,
        Ok(_) | Err(_) => return Fetched::None(DataSource::Refused),
    };
    match found {
        Got::Text(text) => Fetched::Exchange(text, DataSource::Full),
        Got::Unreadable => Fetched::None(DataSource::Unreadable),
        Got::Oversized => Fetched::None(DataSource::Oversized),
        Got::Gone => from_api(payload, settings).await,
        Got::Later(why) => {
            let age_seconds = now.millis().saturating_sub(message.received_at).div_euclid(1000);
            if age_seconds >= URL_LIFE_SECONDS {
                from_api(payload, settings).await
            } else {
                Fetched::Later(why)
            }
        }
    }
}

/// Reads the bodies from Helicone's request API, where its key is set: `GET /v1/request/{id}?includeBody=true`.
async fn from_api(payload: &Payload, settings: &ReceiverSettings) -> Fetched {
    let expired = Fetched::None(DataSource::Expired);
    let (Some(key), Some(request_id)) = (&settings.api_key, &payload.request_id) else { return expired };
    let Some(mut url) = helicone::request_url(&settings.api_url, request_id, None) else { return expired };
    url.set_query(Some("includeBody=true"));
    let headers = [helicone::authorization(key)];
    match get(url.as_str(), &headers, settings).await {
        Got::Text(text) => match exchange_of_row(&text) {
            Some(exchange) => Fetched::Exchange(exchange, DataSource::Api),
            None => expired,
        },
        Got::Later(why) => Fetched::Later(why),
        Got::Gone | Got::Unreadable | Got::Oversized => expired,
    }
}

/// Whether a host may be asked: an empty list allows all.
fn is_listed(host: &str, list: &[String]) -> bool {
    let is_it = |listed: &String| match listed.strip_prefix("*.") {
        Some(parent) => host.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.')),
        None => host == listed,
    };
    list.is_empty() || list.iter().any(is_it)
}

enum Got {
    Text(String),
    Gone,
    Unreadable,
    Oversized,
    Later(String),
}

async fn get(url: &str, headers: &[(Cow<'static, str>, String)], settings: &ReceiverSettings) -> Got {
    let mut all = vec![("accept".into(), "application/json".to_owned())];
    all.extend_from_slice(headers);
    let outgoing = Outgoing {
        method: Method::Get,
        url,
        headers: &all,
        body: None,
        deadline_ms: DEADLINE_MS,
        cap: settings.exchange_bytes,
    };
    match outbound::send(&outgoing).await {
        Ok(reply) if reply.status == 200 => match reply.whole().map(String::from_utf8) {
            Ok(Ok(text)) => Got::Text(text),
            Ok(Err(_)) => Got::Unreadable,
            Err(_) => Got::Oversized,
        },
        // Refused, gone, or elsewhere: trying again changes nothing.
        Ok(reply) if matches!(reply.status, 200..=499) && reply.status != 429 && reply.status != 408 => {
            Got::Gone
        }
        Ok(reply) => Got::Later(format!("the exchange's URL answered {}", reply.status)),
        Err(Failure::Timeout) => Got::Later("the exchange's URL did not answer in time".to_owned()),
        Err(_) => Got::Later("the exchange's URL can't be reached".to_owned()),
    }
}
