//! The consumer of the delivery queue: sends each message's webhook and does with the message what the verdict says.

use futures_util::{StreamExt, stream};
use worker::{Env, Method};

use super::subscriptions::{self, Subscriptions};
use crate::{
    core::{
        delivery::{AttemptRequest, Message, UrlMint, attempt_request, dead_letter},
        destination,
        event::read_record,
        payload::{Rendered, Shape, render},
        retry::{self, Failure, Outcome, Verdict},
        subscription::Subscription,
    },
    edge::{
        clock,
        log::Line,
        outbound::{self, Outgoing},
        queue::{self, Batch, Incoming},
        random,
        settings::{self, DispatcherSettings},
        storage,
    },
};

/// The binding of the dead-letter queue.
const DEAD: &str = "EXPRESS_DEAD";

/// How much of a reply is read.
const REPLY_CAP: usize = 4096;

/// When a fault is ours, the message waits this long for us to be well again.
const FAULT_DELAY_SECONDS: u32 = 30;

/// Why a message was not sent, where that is not the endpoint's doing.
enum Halt {
    /// Nobody wants it any more.
    Drop(&'static str),
    /// It can never be sent.
    Dead(&'static str),
    /// A part of ours failed; later it may work.
    Fault(String),
}

/// Delivers a batch, so many at a time that a deadline measures the endpoint and not the wait for one of our connections.
pub async fn consume(batch: Batch, env: &Env) {
    let settings = match settings::dispatcher(env) {
        Ok(settings) => settings,
        Err(error) => return batch.refuse(&error.message),
    };
    stream::iter(batch.into_messages())
        .for_each_concurrent(settings.concurrency, |incoming| handle(incoming, &settings, env))
        .await;
}

async fn handle(incoming: Incoming, settings: &DispatcherSettings, env: &Env) {
    let Some(text) = incoming.text() else {
        Line::error("delivery.poison").text("why", "the message is not a text").emit();
        return incoming.ack();
    };
    let (mut message, body) = match Message::decode(&text) {
        Ok(decoded) => decoded,
        Err(why) => return bury(incoming, &text, why, None, env).await,
    };
    let halt = match deliver(&mut message, body, incoming.attempts, settings, env).await {
        Ok(Verdict::Delivered) => return incoming.ack(),
        Ok(Verdict::RetryAfter(seconds)) => return incoming.retry(seconds),
        Ok(Verdict::DeadLetter(why)) | Err(Halt::Dead(why)) => {
            return bury(incoming, &text, why, Some(&message), env).await;
        }
        Err(halt) => halt,
    };
    let line = match &halt {
        Halt::Drop(why) => Line::info("delivery.dropped").text("why", why),
        Halt::Dead(why) => Line::error("delivery.dead").text("why", why),
        Halt::Fault(why) => Line::error("delivery.fault").text("why", why),
    };
    line.text("delivery", &message.id).text("subscription", &message.subscription).emit();
    match halt {
        Halt::Drop(_) => incoming.ack(),
        Halt::Dead(_) | Halt::Fault(_) => incoming.retry(FAULT_DELAY_SECONDS),
    }
}

/// Makes one attempt.
async fn deliver(
    message: &mut Message,
    inlined: Option<&str>,
    attempt: u32,
    settings: &DispatcherSettings,
    env: &Env,
) -> Result<Verdict, Halt> {
    let subscriptions = subscriptions_of(message, env).await?;
    let subscription = subscriptions
        .snapshot
        .find(&message.subscription)
        .ok_or(Halt::Drop("the subscription was deleted"))?;
    let signer = subscriptions
        .signer(subscription, settings)
        .ok_or_else(|| Halt::Fault("the subscription's keys don't open under SEALING_KEY".to_owned()))?;
    let rendered;
    let body = match inlined {
        Some(body) => body,
        None => {
            rendered = render_from_archive(message, subscription, env).await?;
            message.adopt(&rendered);
            &rendered.body
        }
    };
    let mint = UrlMint { key: &settings.url_key, ttl_seconds: settings.url_ttl_seconds };
    let now = clock::now();
    let request = attempt_request(message, body, attempt, &signer, &mint, now);
    let outcome = send(subscription, &request, settings).await;
    let took = clock::now().millis().saturating_sub(now.millis());
    let schedule = subscription.retry_schedule.as_deref().unwrap_or(&settings.retry_schedule);
    let verdict = retry::decide(&outcome, attempt, schedule, random::unit(), clock::now());
    log_attempt(message, attempt, &outcome, verdict, took, request.body.len());
    Ok(verdict)
}

/// The org's subscriptions, asked again of `Registry` where the snapshot at hand does not know the message's: it may be
/// older than the subscription.
async fn subscriptions_of(message: &Message, env: &Env) -> Result<std::rc::Rc<Subscriptions>, Halt> {
    let fault = |error: crate::core::envelope::ApiError| Halt::Fault(error.message);
    let current = subscriptions::current(env, &message.org).await.map_err(fault)?;
    if current.snapshot.find(&message.subscription).is_some() {
        return Ok(current);
    }
    subscriptions::refresh(env, &message.org).await.map_err(fault)
}

async fn render_from_archive(
    message: &Message,
    subscription: &Subscription,
    env: &Env,
) -> Result<Rendered, Halt> {
    let line = storage::get_text(env, &message.segment, Some(message.record)).await.map_err(Halt::Fault)?;
    let line = line.ok_or(Halt::Dead("the archived event is gone"))?;
    let event = read_record(&line).map_err(|_| Halt::Dead("the archived event can't be read"))?;
    Ok(render(&event, Shape::of(subscription, &event.event_type)))
}

async fn send(
    subscription: &Subscription,
    request: &AttemptRequest,
    settings: &DispatcherSettings,
) -> Outcome {
    // Judged again at each attempt: the rules may have become stricter since the subscription was stored.
    let Ok(url) = destination::check(&subscription.destination, &settings.policy) else {
        return Outcome::Failed(Failure::Blocked);
    };
    let outgoing = Outgoing {
        method: Method::Post,
        url: url.as_str(),
        headers: &request.headers,
        body: Some(&request.body),
        deadline_ms: settings.delivery_timeout_ms,
        cap: REPLY_CAP,
    };
    match outbound::send(&outgoing).await {
        Ok(reply) => Outcome::Answered { status: reply.status, retry_after: reply.retry_after },
        Err(failure) => Outcome::Failed(failure),
    }
}

/// Moves a message to the dead-letter queue. It leaves this queue only once it is there.
async fn bury(incoming: Incoming, text: &str, why: &str, message: Option<&Message>, env: &Env) {
    Line::error("delivery.dead")
        .maybe("delivery", message.map(|message| message.id.as_str()))
        .maybe("subscription", message.map(|message| message.subscription.as_str()))
        .number("attempts", incoming.attempts)
        .text("why", why)
        .emit();
    let letter = dead_letter(text, why, incoming.attempts, clock::now());
    match queue::send(env, DEAD, &[letter]).await {
        Ok(()) => incoming.ack(),
        Err(error) => {
            Line::error("delivery.not_buried").text("why", &error).emit();
            incoming.retry(FAULT_DELAY_SECONDS);
        }
    }
}

fn log_attempt(
    message: &Message,
    attempt: u32,
    outcome: &Outcome,
    verdict: Verdict,
    took: i64,
    bytes: usize,
) {
    let line = match verdict {
        Verdict::Delivered => Line::info("delivery.attempt").text("outcome", "delivered"),
        Verdict::RetryAfter(seconds) => {
            Line::warn("delivery.attempt").text("outcome", "retry").number("retry_in_seconds", seconds)
        }
        Verdict::DeadLetter(_) => Line::warn("delivery.attempt").text("outcome", "dead"),
    };
    let line = match outcome {
        Outcome::Answered { status, .. } => line.number("status", *status),
        Outcome::Failed(failure) => line.text("failure", failure.code()),
    };
    line.text("delivery", &message.id)
        .text("subscription", &message.subscription)
        .text("type", &message.event_type)
        .number("attempt", attempt)
        .number("ms", took)
        .size("bytes", bytes)
        .number("since_accepted_ms", clock::now().millis().saturating_sub(message.accepted_at))
        .emit();
}
