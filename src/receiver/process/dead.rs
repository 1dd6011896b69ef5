//! Deliveries that were given up: kept with their body, listed by the inbox's API, and opened again by hand.

use worker::Env;

use super::{
    desk::{Desk, FAULT_DELAY_SECONDS},
    round::Job,
};
use crate::{
    core::inbox::{Asked, InboxMessage, Origin, legacy_id},
    edge::{
        clock,
        log::Line,
        queue::{Batch, Incoming},
    },
    receiver::{enqueue::store, inbox::command::Note},
};

/// Works off the inbox's dead-letter queue: what a consumer crashed over each time, before it could decide. It becomes a dead
/// delivery like any other.
pub async fn consume(batch: Batch, env: &Env) {
    let desk = match Desk::open(env) {
        Ok(desk) => desk,
        Err(error) => return batch.refuse(&error.message),
    };
    const WHY: &str = "the consumer ended each time before it could decide";
    for incoming in batch.into_messages() {
        let text = incoming.text().unwrap_or_default();
        match InboxMessage::decode(&text) {
            Ok((message, body)) => {
                let asked = message.asked(incoming.id().to_owned());
                bury(&desk, incoming, asked, message.stored, body.map(str::to_owned), WHY).await;
            }
            Err(why) => bury_unread(&desk, incoming, text, why).await,
        }
    }
}

/// Gives up a message that is none of ours, as it is.
pub(super) async fn bury_unread(desk: &Desk<'_>, incoming: Incoming, text: String, why: &str) {
    let id = legacy_id(None, &text);
    let now = clock::now();
    let message = InboxMessage::new(id, None, None, Origin::Own, now);
    let asked = message.asked(incoming.id().to_owned());
    bury(desk, incoming, asked, None, Some(text), why).await;
}

/// Gives up a delivery before any handler, with its body where it has one: what is stored already is not stored again.
pub(super) async fn bury(
    desk: &Desk<'_>,
    incoming: Incoming,
    asked: Asked,
    stored: Option<String>,
    body: Option<String>,
    why: &str,
) {
    Line::error("inbox.dead").text("delivery", &asked.id).text("why", why).emit();
    let body = match (stored, body) {
        (Some(stored), _) => Some(stored),
        (None, Some(body)) => match store(&asked.id, body, desk.env).await {
            Ok(key) => Some(key),
            Err(why) => {
                Line::error("inbox.not_buried").text("delivery", &asked.id).text("why", &why).emit();
                return incoming.retry(FAULT_DELAY_SECONDS);
            }
        },
        (None, None) => None,
    };
    let note = Note { body, why: Some(why.to_owned()), ..Note::last(asked) };
    finish(desk, &incoming, note).await;
}

/// Keeps a delivery that a handler gave up, with its body and, where it had one, its exchange.
pub(super) async fn keep(desk: &Desk<'_>, job: &Job) {
    Line::error("inbox.dead").text("delivery", &job.delivery.id).text("why", "a handler gave it up").emit();
    let body = match &job.stored {
        Some(stored) => Ok(stored.clone()),
        None => store(&job.asked.id, job.delivery.body.clone(), desk.env).await,
    };
    match body {
        Ok(body) => {
            let note = Note { body: Some(body), ..Note::last(job.asked.clone()) };
            finish(desk, &job.incoming, note).await;
        }
        Err(why) => {
            // Its handlers are recorded; the message comes back as a duplicate, so that its body is all that is lost.
            Line::error("inbox.not_buried").text("delivery", &job.delivery.id).text("why", &why).emit();
            job.incoming.ack();
        }
    }
}

async fn finish(desk: &Desk<'_>, incoming: &Incoming, note: Note) {
    match desk.inbox().record(&desk.settings.handlers, &[note]).await {
        Ok(_) => incoming.ack(),
        Err(error) => {
            Line::error("inbox.not_buried").text("why", &error.message).emit();
            incoming.retry(FAULT_DELAY_SECONDS);
        }
    }
}
