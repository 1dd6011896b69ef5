//! Scores each request, and posts the scores to Helicone: `POST {HELICONE_API_URL}/v1/request/{id}/score`.
//!
//! The scores follow from the exchange alone, and the last ones written for a request are those that count: doing it twice
//! changes nothing.

use async_trait::async_trait;
use worker::{Method, Url};

use crate::{
    core::score::{self, Known, Scorer},
    edge::{clock, settings::setting},
    receiver::{
        call::{self, Header},
        delivery::Delivery,
        handler::{Context, Failure, Handler, Kind},
        helicone,
    },
};

const WHAT: &str = "where scores are posted";

/// For how long after a delivery its request may be unknown where scores go: it is delivered before it is stored there.
const STORED_WITHIN_MILLIS: i64 = 300_000;

/// The handler.
pub struct ScoreHandler {
    scorers: Vec<&'static dyn Scorer>,
    base: Url,
    /// The key's setting, and the key.
    key: (&'static str, String),
}

/// Sets it up.
pub fn make(context: &Context<'_>) -> Result<Kind, String> {
    let env = context.env;
    let scorers = score::parse_names(setting(env, "SCORERS").as_deref())?;
    let base = match call::url_setting(env, "SCORE_URL")? {
        Some(url) => url,
        None => Url::parse(&helicone::api_url(env))
            .map_err(|_| "HELICONE_API_URL: must be an http(s) URL".to_owned())?,
    };
    let keys = ["SCORE_KEY", "HELICONE_API_KEY"];
    let key = keys.into_iter().find_map(|name| Some((name, setting(env, name)?)));
    let key = key.ok_or("HELICONE_API_KEY: is not set, and neither is SCORE_KEY")?;
    Ok(Kind::Each(Box::new(ScoreHandler { scorers, base, key })))
}

#[async_trait(?Send)]
impl Handler for ScoreHandler {
    async fn handle(&self, delivery: &Delivery, _context: &Context<'_>) -> Result<(), Failure> {
        let Some(request_id) = score::request_of(&delivery.event_type, &delivery.payload) else {
            return Ok(());
        };
        let known = Known { exchange: delivery.exchange(), payload: &delivery.payload };
        let Some(body) = score::body(&self.scorers, &known) else { return Ok(()) };
        let url = helicone::request_url(self.base.as_str(), request_id, Some("score"))
            .ok_or_else(|| Failure::never("no score URL can be made of the request's id"))?;
        let (key_name, key) = &self.key;
        let headers: [Header; 2] =
            [("content-type".into(), "application/json".to_owned()), helicone::authorization(key.trim())];
        let reply = call::ask(WHAT, Method::Post, &url, &headers, body.as_bytes()).await?;
        let age = clock::now().millis().saturating_sub(delivery.received_at.millis());
        match reply.status {
            // A key can be repaired meanwhile.
            status @ (401 | 403) => {
                Err(Failure::later(format!("{WHAT}, {key_name} was refused with {status}; is it right?")))
            }
            404 if age < STORED_WITHIN_MILLIS => {
                Err(Failure::later(format!("{WHAT} answered 404: the request is not known there yet")))
            }
            status => call::judge(WHAT, status, reply.retry_after.as_deref()),
        }
    }
}
