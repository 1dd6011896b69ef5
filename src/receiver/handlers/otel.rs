//! Sends LLM calls to an OpenTelemetry collector, by OTLP over HTTP in its JSON form: a span for each, and histograms of
//! tokens and durations.
//!
//! Spans go first. Their ids follow from the delivery's, so a span that is sent again is the same one; a point of a metric that
//! is sent again counts twice. Of a batch whose spans failed nothing is counted, therefore, and what is counted twice is only
//! what the collector took and did not answer for.

use async_trait::async_trait;
use worker::Url;

use crate::{
    core::{
        hash::MacKey,
        otel::{self, Call, Resource, Source},
    },
    edge::{clock, log::Line, settings::setting},
    receiver::{
        call::{self, Header},
        delivery::Delivery,
        handler::{BatchHandler, Context, Failure, Kind},
    },
};

const WHAT: &str = "the OpenTelemetry collector";

/// The shortest key that user ids are hashed under: with less, whoever knows the hashes may find it out.
const MIN_KEY: usize = 16;

/// The handler.
pub struct Otel {
    traces: Url,
    metrics: Url,
    headers: Vec<Header>,
    resource: Resource,
    user_key: Option<MacKey>,
}

/// Sets it up.
pub fn make(context: &Context<'_>) -> Result<Kind, String> {
    let env = context.env;
    let endpoint = call::url_setting(env, "OTEL_EXPORTER_OTLP_ENDPOINT")?
        .ok_or("OTEL_EXPORTER_OTLP_ENDPOINT: is not set")?;
    let headers = setting(env, "OTEL_EXPORTER_OTLP_HEADERS").unwrap_or_default();
    let headers = otel::headers(&headers).map_err(|rule| format!("OTEL_EXPORTER_OTLP_HEADERS: {rule}"))?;
    let (service, attributes) = (setting(env, "OTEL_SERVICE_NAME"), setting(env, "OTEL_RESOURCE_ATTRIBUTES"));
    let resource = Resource::read(service.as_deref(), attributes.as_deref())
        .map_err(|rule| format!("OTEL_RESOURCE_ATTRIBUTES: {rule}"))?;
    let user_key = setting(env, "OTEL_USER_KEY");
    if user_key.as_ref().is_some_and(|key| key.len() < MIN_KEY) {
        return Err(format!("OTEL_USER_KEY: must have at least {MIN_KEY} characters"));
    }
    Ok(Kind::Batch(Box::new(Otel {
        traces: below(&endpoint, "traces")?,
        metrics: below(&endpoint, "metrics")?,
        headers: headers.into_iter().map(|(name, value)| (name.into(), value)).collect(),
        resource,
        user_key: user_key.map(|key| MacKey::new(key.as_bytes())),
    })))
}

/// Where a signal goes: `v1/…` below the endpoint, whatever its path is.
fn below(endpoint: &Url, signal: &str) -> Result<Url, String> {
    let mut url = endpoint.clone();
    let mut path = url.path_segments_mut().map_err(|()| "OTEL_EXPORTER_OTLP_ENDPOINT: has no path")?;
    path.pop_if_empty().extend(["v1", signal]);
    drop(path);
    Ok(url)
}

#[async_trait(?Send)]
impl BatchHandler for Otel {
    async fn handle(&self, deliveries: &[&Delivery], _context: &Context<'_>) -> Vec<Result<(), Failure>> {
        let calls: Vec<Option<Call>> = deliveries.iter().map(|delivery| self.read(delivery)).collect();
        let known: Vec<Call> = calls.iter().flatten().cloned().collect();
        let from = deliveries.iter().map(|delivery| delivery.received_at.millis()).min().unwrap_or_default();
        let result = self.send(&known, from).await;
        calls.iter().map(|call| if call.is_some() { result.clone() } else { Ok(()) }).collect()
    }
}

impl Otel {
    fn read(&self, delivery: &Delivery) -> Option<Call> {
        Call::of(Source {
            id: &delivery.id,
            event_type: &delivery.event_type,
            received_at: delivery.received_at,
            payload: &delivery.payload,
            user_key: self.user_key.as_ref(),
        })
    }

    async fn send(&self, calls: &[Call], from: i64) -> Result<(), Failure> {
        if calls.is_empty() {
            return Ok(());
        }
        let spans = otel::traces_request(&self.resource, calls);
        self.post(&self.traces, &spans, "rejectedSpans").await?;
        match otel::metrics_request(&self.resource, calls, from, clock::now().millis()) {
            Some(points) => self.post(&self.metrics, &points, "rejectedDataPoints").await,
            None => Ok(()),
        }
    }

    /// What a collector takes in part, it says; the rest it would not take another time either.
    async fn post(&self, url: &Url, body: &str, field: &str) -> Result<(), Failure> {
        let reply = call::post_json(WHAT, url, &self.headers, body.as_bytes()).await?;
        let rejected = otel::rejected(&reply.body, field);
        if rejected > 0 {
            Line::warn("otel.rejected")
                .text("what", field)
                .number("count", i64::try_from(rejected).unwrap_or(i64::MAX))
                .emit();
        }
        Ok(())
    }
}
