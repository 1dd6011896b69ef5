//! The consumer of the delivery queue: sends each message's webhook and does with the message what the verdict says.

use std::rc::Rc;

use futures_util::{StreamExt, stream};
use worker::Env;

use super::{
    attempt::{self, Attempt},
    subscriptions::{self, Subscriptions},
};
use crate::{
    core::{
        delivery::{Message, UrlMint, attempt_request, dead_letter},
        envelope::ApiError,
        event::read_record,
        payload::{Rendered, Shape, render},
        retry::{self, Outcome, Plan, Verdict},
        subscription::{Status, Subscription},
    },
    edge::{
        clock,
        log::Line,
        queue::{self, Batch, Incoming},
        random,
        settings::{self, DispatcherSettings},
        storage,
    },
};

/// The binding of the queue that deliveries wait in.
const EXPRESS: &str = "EXPRESS";
/// The binding of its dead-letter queue.
const DEAD: &str = "EXPRESS_DEAD";

/// When a fault is ours, the message waits this long for us to be well again.
const FAULT_DELAY_SECONDS: u32 = 30;

/// How long a message of a paused subscription waits before it is looked at again.
const HOLD_DELAY_SECONDS: u32 = 60;

/// Why a message was not sent, where that is not the endpoint's doing.
enum Halt {
    /// Nobody wants it any more.
    Drop(&'static str),
    /// It can never be sent.
    Dead(&'static str),
    /// It has to wait, through nobody's fault.
    Hold(&'static str),
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
    let number = message.attempts_before.saturating_add(incoming.attempts);
    let halt = match deliver(&mut message, body, number, settings, env).await {
        Ok(Verdict::Delivered) => return incoming.ack(),
        Ok(Verdict::RetryAfter { seconds, .. }) => return incoming.retry(seconds),
        Ok(Verdict::DeadLetter(why) | Verdict::DisableEndpoint(why)) => {
            return bury(incoming, &text, why.sentence(), Some(&message), env).await;
        }
        Err(Halt::Dead(why)) => return bury(incoming, &text, why, Some(&message), env).await,
        Err(halt) => halt,
    };
    let (line, delay) = match &halt {
        Halt::Drop(why) | Halt::Dead(why) => (Line::info("delivery.dropped").text("why", why), None),
        Halt::Hold(why) => (Line::info("delivery.held").text("why", why), Some(HOLD_DELAY_SECONDS)),
        Halt::Fault(why) => (Line::error("delivery.fault").text("why", why), Some(FAULT_DELAY_SECONDS)),
    };
    line.text("delivery", &message.id).text("subscription", &message.subscription).emit();
    match delay {
        None => incoming.ack(),
        Some(seconds) => postpone(incoming, message, body, seconds, env).await,
    }
}

/// Makes one attempt, the `number`th.
async fn deliver(
    message: &mut Message,
    inlined: Option<&str>,
    number: u32,
    settings: &DispatcherSettings,
    env: &Env,
) -> Result<Verdict, Halt> {
    let subscriptions = subscriptions_of(message, env).await?;
    let subscription = subscriptions
        .snapshot
        .find(&message.subscription)
        .ok_or(Halt::Drop("the subscription was deleted"))?;
    if subscription.settings.status == Status::Paused {
        return Err(Halt::Hold("the subscription is paused"));
    }
    let now = clock::now();
    let credentials = subscriptions
        .credentials(subscription, settings, now)
        .ok_or_else(|| Halt::Fault("the subscription's secrets don't open under SEALING_KEY".to_owned()))?;
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
    let request =
        attempt_request(message, body, number, &credentials.signer, &credentials.headers, &mint, now);
    let deadline_ms = subscription.settings.timeout_ms.unwrap_or(settings.delivery_timeout_ms);
    let Attempt { outcome, .. } = attempt::send(subscription, &request, deadline_ms, settings).await;
    let ended = clock::now();
    let schedule = subscription.settings.retry_schedule.as_deref().unwrap_or(&settings.retry_schedule);
    let verdict = retry::decide(&outcome, number, &Plan::new(schedule), random::unit(), ended);
    let took = ended.millis().saturating_sub(now.millis());
    log_attempt(message, number, &outcome, verdict, took, request.body.len());
    Ok(verdict)
}

/// The org's subscriptions, asked again of `Registry` where the snapshot at hand does not know the message's: it may be
/// older than the subscription.
async fn subscriptions_of(message: &Message, env: &Env) -> Result<Rc<Subscriptions>, Halt> {
    let fault = |error: ApiError| Halt::Fault(error.message);
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

/// Puts a message back as a new one, so that waiting costs none of its attempts.
async fn postpone(incoming: Incoming, mut message: Message, body: Option<&str>, seconds: u32, env: &Env) {
    message.attempts_before = message.attempts_before.saturating_add(incoming.attempts).saturating_sub(1);
    match queue::send_later(env, EXPRESS, &message.encode_with(body), seconds).await {
        Ok(()) => incoming.ack(),
        Err(why) => {
            Line::error("delivery.not_postponed").text("why", &why).emit();
            incoming.retry(seconds);
        }
    }
}

/// Moves a message to the dead-letter queue. It leaves this queue only once it is there.
async fn bury(incoming: Incoming, text: &str, why: &str, message: Option<&Message>, env: &Env) {
    let attempts = message.map_or(0, |message| message.attempts_before).saturating_add(incoming.attempts);
    Line::error("delivery.dead")
        .maybe("delivery", message.map(|message| message.id.as_str()))
        .maybe("subscription", message.map(|message| message.subscription.as_str()))
        .number("attempts", attempts)
        .text("why", why)
        .emit();
    let letter = dead_letter(text, why, attempts, clock::now());
    match queue::send(env, DEAD, &[letter]).await {
        Ok(()) => incoming.ack(),
        Err(error) => {
            Line::error("delivery.not_buried").text("why", &error).emit();
            incoming.retry(FAULT_DELAY_SECONDS);
        }
    }
}

fn log_attempt(message: &Message, number: u32, outcome: &Outcome, verdict: Verdict, took: i64, bytes: usize) {
    let line = match verdict {
        Verdict::Delivered => Line::info("delivery.attempt").text("outcome", "delivered"),
        Verdict::RetryAfter { seconds, why } => Line::warn("delivery.attempt")
            .text("outcome", "retry")
            .number("retry_in_seconds", seconds)
            .text("why", why.code()),
        Verdict::DeadLetter(why) | Verdict::DisableEndpoint(why) => {
            Line::warn("delivery.attempt").text("outcome", "dead").text("why", why.code())
        }
    };
    let line = match outcome {
        Outcome::Answered { status, .. } => line.number("status", *status),
        Outcome::Failed(failure) => line.text("failure", failure.code()),
    };
    line.text("delivery", &message.id)
        .text("subscription", &message.subscription)
        .text("type", &message.event_type)
        .number("attempt", number)
        .number("ms", took)
        .size("bytes", bytes)
        .number("since_accepted_ms", clock::now().millis().saturating_sub(message.accepted_at))
        .emit();
}
