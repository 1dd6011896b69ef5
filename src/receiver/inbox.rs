//! The consumer of the inbox: gets the full exchange, then runs the handlers.

use futures_util::{StreamExt, stream};
use worker::Env;

use super::{
    exchange::{self, Fetched},
    handlers::{self, DataSource, Delivery},
};
use crate::{
    core::inbox::{InboxMessage, Payload, retry_delay},
    edge::{
        clock,
        log::Line,
        queue::{self, Batch, Incoming},
        storage,
    },
};

/// The binding of the inbox's dead-letter queue.
const DEAD: &str = "INBOX_DEAD";

/// An invocation has six connections that may wait for response headers.
const CONCURRENCY: usize = 6;

/// What becomes of a message.
enum Done {
    Handled,
    Retry(String),
    Dead(&'static str),
}

/// Works a batch off. Each message is decided on its own.
pub async fn consume(batch: Batch, env: &Env) {
    stream::iter(batch.into_messages())
        .for_each_concurrent(CONCURRENCY, |incoming| handle(incoming, env))
        .await;
}

async fn handle(incoming: Incoming, env: &Env) {
    let text = incoming.text().unwrap_or_default();
    let (message, inlined) = match InboxMessage::decode(&text) {
        Ok(decoded) => decoded,
        Err(why) => return bury(incoming, &text, why, env).await,
    };
    match process(&message, inlined, &incoming, env).await {
        Done::Handled => {
            if let Some(key) = &message.stored
                && let Err(why) = storage::delete_object(env, key).await
            {
                Line::warn("inbox.not_cleaned").text("delivery", &message.id).text("why", &why).emit();
            }
            incoming.ack();
        }
        Done::Retry(why) => match retry_delay(incoming.attempts) {
            Some(delay) => {
                Line::warn("inbox.retry")
                    .text("delivery", &message.id)
                    .number("attempt", incoming.attempts)
                    .number("retry_in_seconds", delay)
                    .text("why", &why)
                    .emit();
                incoming.retry(delay);
            }
            None => bury(incoming, &text, "retries are used up", env).await,
        },
        Done::Dead(why) => bury(incoming, &text, why, env).await,
    }
}

async fn process(message: &InboxMessage, inlined: Option<&str>, incoming: &Incoming, env: &Env) -> Done {
    let stored;
    let body = match (inlined, &message.stored) {
        (Some(body), _) => body,
        (None, Some(key)) => match storage::get_text(env, key, None).await {
            Ok(Some(text)) => {
                stored = text;
                &stored
            }
            Ok(None) => return Done::Dead("the stored delivery is gone"),
            Err(why) => return Done::Retry(why),
        },
        (None, None) => return Done::Dead("a message without a body"),
    };
    let mut payload = match Payload::read(body) {
        Ok(payload) => payload,
        Err(why) => return Done::Dead(why),
    };
    let now = clock::now();
    let data = match exchange::fetch(&payload, message.received_at, now, env).await {
        Fetched::Full(exchange) => match payload.adopt_exchange(&exchange) {
            Ok(()) => DataSource::Full,
            Err(why) => {
                Line::warn("inbox.exchange_unreadable").text("delivery", &message.id).text("why", why).emit();
                DataSource::Inline
            }
        },
        Fetched::Nowhere => DataSource::Inline,
        Fetched::Expired => DataSource::Expired,
        Fetched::Failed(why) => return Done::Retry(why),
    };
    let event_type = message.event_type.as_deref().unwrap_or(crate::core::event::REQUEST_COMPLETED);
    let delivery =
        Delivery { id: &message.id, event_type, payload: &payload, data, attempt: incoming.attempts };
    match handlers::run_all(&delivery, env).await {
        Ok(()) => Done::Handled,
        Err(why) => Done::Retry(why),
    }
}

async fn bury(incoming: Incoming, text: &str, why: &str, env: &Env) {
    Line::error("inbox.dead").number("attempts", incoming.attempts).text("why", why).emit();
    match queue::send(env, DEAD, &[text.to_owned()]).await {
        Ok(()) => incoming.ack(),
        Err(error) => {
            Line::error("inbox.not_buried").text("why", &error).emit();
            incoming.retry(30);
        }
    }
}
