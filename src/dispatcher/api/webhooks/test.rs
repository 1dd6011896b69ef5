//! `POST /v1/webhooks/{id}/test`: one real, signed delivery of an example event, and what came of it.

use serde_json::{Map, Value};
use worker::{Env, Request};

use crate::{
    core::{
        advice::advice,
        answer::Tested,
        auth::Principal,
        delivery::{Message, Origin, attempt_request},
        envelope::ApiError,
        event::{REQUEST_COMPLETED, is_event_type},
        field::{self, FieldError},
        ids,
        retry::{Failure, Outcome},
        shaping::{Reader, render},
    },
    dispatcher::{
        destinations,
        intake::{self, Example},
        send::{self, Sent},
        subscriptions,
    },
    edge::{
        clock,
        http::{Answer, ok},
        input,
        outbound::Deadlines,
        settings,
    },
};

const FIELDS: [&str; 2] = ["eventType", "event_type"];
/// As long as Helicone's test waits.
const DEADLINE_MS: u32 = 10_000;

/// Sends an example of any event type, whatever the subscription's types, filters and sample, and whether or not it is
/// paused. Not repeated, and not counted.
pub async fn handle(request: &mut Request, id: &str, principal: Principal, env: &Env) -> Answer {
    let settings = settings::dispatcher(env)?;
    let fields = input::optional_object(request).await?;
    field::only(&fields, &FIELDS)?;
    let (ours, theirs) = (event_type_in(&fields, "eventType")?, event_type_in(&fields, "event_type")?);
    let event_type = ours.or(theirs).unwrap_or(REQUEST_COMPLETED);
    // The truth, so that the test uses what was just changed.
    let subscriptions = subscriptions::refresh(env, &principal.org).await?;
    let subscription = subscriptions.snapshot.find(id).ok_or_else(|| ApiError::not_found("webhook"))?;
    let now = clock::now();
    let credentials = subscriptions
        .credentials(subscription, &settings, now)
        .ok_or_else(|| ApiError::new(500, "the secrets don't open under SEALING_KEY; was it changed?"))?;

    let Example { event, segment, place } =
        intake::archive_example(env, &principal.org, event_type, now).await?;
    let base_url = intake::base_url(&settings, request);
    let origin = Origin {
        org: &principal.org,
        event: &event.id,
        event_type,
        accepted_at: now,
        base_url: &base_url,
        segment: &segment,
        place,
        traceparent: None,
        trace_id: None,
        route_id: None,
        model: event.model.as_deref(),
        provider: event.provider.as_deref(),
        cost_status: None,
    };
    let delivery_id = ids::delivery_id(&principal.org, &event.id, id);
    let mut message = Message::new(&origin, delivery_id, subscription);
    let reader = Reader::of(subscription, &principal.org, &settings.user_ids);
    let rendered = render(&event, subscription, reader, &base_url);
    message.adopt(&rendered);
    let mint = settings.mint(subscription);
    let composed =
        attempt_request(&message, &rendered.body, 1, &credentials.signer, &credentials.headers, &mint, now);
    let began = clock::now();
    let Sent { outcome, reply } =
        match destinations::check_resolved(&subscription.settings.destination, &settings).await {
            Ok(()) => send::send(credentials.url.as_deref(), &composed, DEADLINE_MS, &Deadlines::new()).await,
            Err(_) => Sent { outcome: Outcome::Failed(Failure::Blocked), reply: Vec::new() },
        };
    let latency_ms = clock::now().millis().saturating_sub(began.millis());
    ok(200, &report(message.id, event_type, &outcome, latency_ms, &reply))
}

fn event_type_in<'a>(fields: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, FieldError> {
    match input::text(fields, name)? {
        Some(given) if !is_event_type(given) => {
            Err(FieldError::new(name, "must be an event type such as request.completed"))
        }
        given => Ok(given),
    }
}

fn report(delivery_id: String, event_type: &str, outcome: &Outcome, latency_ms: i64, reply: &[u8]) -> Tested {
    let (status, failure) = match outcome {
        Outcome::Answered { status, .. } => (Some(*status), None),
        Outcome::Failed(failure) => (None, Some(failure.code())),
    };
    let advice = advice(outcome);
    let message = match (status, failure) {
        _ if advice.is_none() => "Test webhook sent successfully".to_owned(),
        (Some(status), _) => format!("Test webhook failed: the endpoint answered {status}"),
        (None, Some("timeout")) => "Test webhook request timed out after 10 seconds".to_owned(),
        (None, failure) => format!("Test webhook failed: {}", failure.unwrap_or("no answer")),
    };
    Tested {
        success: advice.is_none(),
        message,
        event_type: event_type.to_owned(),
        delivery_id,
        status,
        failure,
        latency_ms,
        reply: String::from_utf8_lossy(reply).into_owned(),
        advice,
    }
}
