//! The consumer of the inbox: claims what a batch brings, gets the full exchanges, runs the handlers, and lets go of a message
//! when what came of it is recorded.

mod dead;
mod desk;
mod exchange;
mod read;
mod round;
mod run;

use futures_util::{StreamExt, stream};
use worker::Env;

pub use self::dead::consume as consume_dead;
use self::{
    desk::{Desk, FAULT_DELAY_SECONDS, seconds_until},
    read::Ticket,
    round::Round,
};
use super::insights;
use crate::{
    core::{
        inbox::{InboxMessage, Verdict, Work},
        insights::counters,
    },
    edge::{
        clock,
        log::Line,
        queue::{Batch, Incoming},
    },
};

/// Exchanges that are fetched at once: each may be large, and all are in memory.
const FETCHES: usize = 4;

/// How many bytes of deliveries and exchanges are handled together, at the least one delivery.
const ROUND_BYTES: usize = 16 * 1024 * 1024;

/// Works a batch off. Each message is decided on its own.
pub async fn consume(batch: Batch, env: &Env) {
    let desk = match Desk::open(env) {
        Ok(desk) => desk,
        Err(error) => return batch.refuse(&error.message),
    };
    let mut messages = Vec::new();
    for incoming in batch.into_messages() {
        let text = incoming.text().unwrap_or_default();
        match InboxMessage::decode(&text).map(|(message, body)| (message, body.map(str::to_owned))) {
            Ok((message, body)) => messages.push((incoming, message, body)),
            Err(why) => dead::bury_unread(&desk, incoming, text, why).await,
        }
    }
    let tickets = claim(&desk, messages).await;
    let fetched = stream::iter(tickets).map(|ticket| read::open(&desk, ticket)).buffered(FETCHES);
    let mut fetched = std::pin::pin!(fetched);
    let mut round = Round::default();
    while let Some(opened) = fetched.next().await {
        let Some(job) = opened else { continue };
        round.add(job);
        if round.bytes() >= ROUND_BYTES {
            run::run(&desk, std::mem::take(&mut round)).await;
        }
    }
    run::run(&desk, round).await;
    insights::client::count(env, desk.counters.take()).await;
}

/// Asks the inbox whose the deliveries are. What is left is ours to handle now.
async fn claim(desk: &Desk<'_>, messages: Vec<(Incoming, InboxMessage, Option<String>)>) -> Vec<Ticket> {
    if messages.is_empty() {
        return Vec::new();
    }
    let asked: Vec<_> =
        messages.iter().map(|(incoming, message, _)| message.asked(incoming.id().to_owned())).collect();
    let verdicts = match desk.inbox().claim(asked.clone()).await {
        Ok(verdicts) => verdicts,
        Err(error) => {
            Line::error("inbox.no_claim").size("messages", messages.len()).text("why", &error.message).emit();
            messages.into_iter().for_each(|(incoming, ..)| incoming.retry(FAULT_DELAY_SECONDS));
            return Vec::new();
        }
    };
    let now = clock::now().millis();
    let mut tickets: Vec<Ticket> = Vec::new();
    for (((incoming, message, body), asked), verdict) in messages.into_iter().zip(asked).zip(verdicts) {
        match verdict {
            Verdict::Take(entry) => {
                if entry.is_none() {
                    desk.count(counters::ACCEPTED.to_owned());
                }
                let work = Work::of(entry.as_ref(), &desk.settings.handlers, now);
                match work.next {
                    Some(next) if work.run.is_empty() => incoming.retry(seconds_until(next, now)),
                    _ => tickets.push(Ticket { incoming, message, body, asked, entry, work }),
                }
            }
            // The message that holds it is in this very batch, and not let go of before it is handled.
            Verdict::Busy(_) if tickets.iter().any(|ticket| ticket.asked.id == asked.id) => {
                let_go(desk, incoming, &message);
            }
            Verdict::Busy(_) => incoming.retry(FAULT_DELAY_SECONDS),
            Verdict::Duplicate => let_go(desk, incoming, &message),
        }
    }
    tickets
}

fn let_go(desk: &Desk<'_>, incoming: Incoming, message: &InboxMessage) {
    desk.count(counters::DUPLICATES.to_owned());
    Line::info("inbox.duplicate").text("delivery", &message.id).emit();
    incoming.ack();
}
