//! Taking events in: plan, store and note, queue, and only then say yes.

use std::borrow::Cow;

use futures_util::future::join3;
use serde_json::{Value, value::RawValue};
use worker::{Env, Request};

use super::{archive, history, lanes::EXPRESS, subscriptions, thresholds::client as thresholds, unsent};
use crate::{
    core::{
        auth::Principal,
        envelope::ApiError,
        event::{Event, RecordPlace, catalogue, read_event, write_record},
        ids,
        intake::{Intake, Plan, Rejection, Source},
        presign,
        time::Timestamp,
    },
    edge::{
        clock,
        log::Line,
        queue, random,
        settings::{self, DispatcherSettings},
        storage,
    },
};

/// What a call came to.
pub struct Outcome {
    /// How many events were accepted.
    pub accepted: usize,
    /// How many deliveries were queued.
    pub deliveries: usize,
    /// How many are held.
    pub held: usize,
    /// How many of the accepted are requests whose cost is unknown.
    pub unpriced: usize,
    /// Which events were not.
    pub rejected: Vec<Rejection>,
}

/// Takes the events of a call in: each, or what is wrong with it. An error means that nothing of it can be relied on, and that the same call is safe to repeat: every
/// id is derived, so what was already queued is met again.
pub async fn take_in(
    events: impl Iterator<Item = Result<Event, String>>,
    body_length: usize,
    principal: &Principal,
    request: &Request,
    env: &Env,
) -> Result<Outcome, ApiError> {
    let settings = settings::dispatcher(env)?;
    let subscriptions = subscriptions::current(env, &principal.org).await?;
    let now = clock::now();
    let mut segment_key = segment_key(&principal.org, now)?;
    if settings.presigner.is_some() && events.size_hint().1 == Some(1) {
        segment_key = presign::mark(&segment_key);
    }
    let intake = Intake {
        org: &principal.org,
        now,
        base_url: &base_url(&settings, request),
        segment_key: &segment_key,
        snapshot: &subscriptions.snapshot,
        source: Source::Gateway,
        user_ids: &settings.user_ids,
    };
    let outcome = carry_out(&intake, events, body_length, env).await?;
    Line::info("intake")
        .text("org", &principal.org)
        .size("bytes", body_length)
        .size("accepted", outcome.accepted)
        .size("rejected", outcome.rejected.len())
        .size("deliveries", outcome.deliveries)
        .size("held", outcome.held)
        .size("unpriced", outcome.unpriced)
        .emit();
    Ok(outcome)
}

/// Takes events of our own in. Those that are about a subscription do not go to it.
pub async fn take_in_own(
    events: &[Value],
    org: &str,
    base_url: &str,
    about: Option<&str>,
    env: &Env,
) -> Result<(), ApiError> {
    let settings = settings::dispatcher(env)?;
    let subscriptions = subscriptions::current(env, org).await?;
    let now = clock::now();
    let snapshot = match about {
        None => Cow::Borrowed(&subscriptions.snapshot),
        Some(about) => Cow::Owned(subscriptions.snapshot.without(about)),
    };
    let intake = Intake {
        org,
        now,
        base_url,
        segment_key: &segment_key(org, now)?,
        snapshot: &snapshot,
        source: Source::Own,
        user_ids: &settings.user_ids,
    };
    let texts: Vec<String> = events.iter().map(Value::to_string).collect();
    let length = texts.iter().fold(0_usize, |sum, text| sum.saturating_add(text.len()));
    let events = texts.iter().map(|text| {
        let event: &RawValue = serde_json::from_str(text).map_err(|error| error.to_string())?;
        read_event(event, now).map_err(|error| error.to_string())
    });
    carry_out(&intake, events, length, env).await.map(|_| ())
}

/// Plans a batch and does what the plan says.
async fn carry_out(
    intake: &Intake<'_>,
    events: impl Iterator<Item = Result<Event, String>>,
    body_length: usize,
    env: &Env,
) -> Result<Outcome, ApiError> {
    let mut plan = intake.plan(events, body_length);
    let observed = std::mem::take(&mut plan.observed);
    let rules = &intake.snapshot.org.rules;
    // Beside the rest, which may fail and be repeated: what was counted is not counted again.
    let counted = thresholds::observe(env, intake.org, intake.base_url, rules, observed);
    unsent::note(intake.org, plan.unsent.by_subscription(intake.snapshot));
    let (outcome, (), ()) = join3(keep(intake, plan, env), counted, unsent::hand_on(env)).await;
    outcome
}

/// Stores what a plan says, notes it, and queues it.
async fn keep(intake: &Intake<'_>, mut plan: Plan<'_>, env: &Env) -> Result<Outcome, ApiError> {
    let deliveries = plan.deliveries();
    if !plan.segment.is_empty() {
        // All before the queue, so that no message ever points to what is not there, and none can be lost that is not noted.
        let is_packed = settings::dispatcher(env)?.archive_gzip;
        if is_packed {
            archive::pack(&mut plan.segment, &mut plan.index)
                .await
                .map_err(|why| unavailable("archive", &why))?;
        }
        let alone = plan.exchange_alone(intake.segment_key);
        let segment = std::mem::take(&mut plan.segment);
        let (rows, days) = (plan.index.rows(), intake.snapshot.org.retention_days);
        let (stored, stored_alone, noted) = join3(
            put_segment(env, intake.segment_key, segment, is_packed),
            put_exchange(env, alone, is_packed),
            history::client::append(env, intake.org, intake.segment_key, intake.now, days, &rows),
        )
        .await;
        stored?;
        stored_alone?;
        noted.map_err(|why| unavailable("history", &why))?;
        for chunk in intake.chunks(&plan) {
            queue::send(env, EXPRESS, &chunk).await.map_err(|why| unavailable("queue", &why))?;
        }
    }
    Ok(Outcome {
        accepted: plan.accepted,
        deliveries,
        held: plan.held,
        unpriced: plan.unpriced,
        rejected: plan.rejected,
    })
}

/// An example that was archived as an event is.
pub struct Example {
    /// The event.
    pub event: Event,
    /// The key of the segment that holds it alone, which is not packed.
    pub segment: String,
    /// Where it lies in that.
    pub place: RecordPlace,
}

/// Archives the catalogue's example of a type, with a request id that tells it for a test.
pub async fn archive_example(
    env: &Env,
    org: &str,
    event_type: &str,
    now: Timestamp,
) -> Result<Example, ApiError> {
    let example = catalogue::example(event_type, &ids::test_request_id(random::bytes()?));
    let text = RawValue::from_string(example.to_string())
        .map_err(|_| ApiError::new(500, "the example can't be written"))?;
    let event = read_event(&text, now)?;
    let mut segment = Vec::new();
    let place = write_record(&event, &mut segment);
    let key = segment_key(org, now)?;
    put_segment(env, &key, segment, false).await?;
    Ok(Example { event, segment: key, place })
}

async fn put_exchange(env: &Env, alone: Option<(String, Vec<u8>)>, is_packed: bool) -> Result<(), ApiError> {
    const TYPE: &str = "application/json";
    let Some((key, exchange)) = alone else { return Ok(()) };
    let put = match is_packed {
        true => storage::put_gzip(env, &key, exchange, TYPE).await,
        false => storage::put_object(env, &key, exchange, TYPE).await,
    };
    put.map_err(|why| unavailable("archive", &why))
}

async fn put_segment(env: &Env, key: &str, segment: Vec<u8>, is_packed: bool) -> Result<(), ApiError> {
    // Many members are no content coding: a client that unpacks what says `gzip` may stop after the first.
    let content_type = if is_packed { "application/gzip" } else { "application/x-ndjson" };
    storage::put_object(env, key, segment, content_type).await.map_err(|why| unavailable("archive", &why))
}

fn segment_key(org: &str, now: Timestamp) -> Result<String, ApiError> {
    let (date, hour) = now.date_and_hour();
    Ok(format!("archive/{org}/{date}/{hour}/{}", ids::segment(now.millis(), random::bytes()?)))
}

/// The address that signed URLs begin with: the setting, else where this request was sent to.
pub fn base_url(settings: &DispatcherSettings, request: &Request) -> String {
    match &settings.public_url {
        Some(url) => url.clone(),
        None => request.url().map(|url| url.origin().ascii_serialization()).unwrap_or_default(),
    }
}

fn unavailable(part: &str, why: &str) -> ApiError {
    Line::error("intake.unavailable").text("part", part).text("why", why).emit();
    ApiError::unavailable(format!(
        "the {part} did not accept the events; send the same request again, it is safe to repeat"
    ))
}
