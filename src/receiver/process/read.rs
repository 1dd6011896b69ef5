//! From a message to what its handlers get.

use std::cell::OnceCell;

use super::{
    dead,
    desk::{Desk, FAULT_DELAY_SECONDS},
    exchange::{self, Fetched},
    round::Job,
};
use crate::{
    core::{
        event::REQUEST_COMPLETED,
        inbox::{Asked, Entry, InboxMessage, Origin, Payload, Work, retry_delay},
        insights::counters,
        time::Timestamp,
    },
    edge::{clock, log::Line, queue::Incoming, storage},
    receiver::{
        delivery::{DataSource, Delivery},
        inbox::command::Note,
    },
};

/// A delivery that is ours to handle.
pub(super) struct Ticket {
    pub incoming: Incoming,
    pub message: InboxMessage,
    /// The body, where it travels in the message.
    pub body: Option<String>,
    pub asked: Asked,
    /// What is known of it, where it was tried before.
    pub entry: Option<Entry>,
    pub work: Work,
}

/// Gets its body and its exchange. `None` where it comes to no handler now: its message is decided then.
pub(super) async fn open(desk: &Desk<'_>, ticket: Ticket) -> Option<Job> {
    let Ticket { incoming, message, body, asked, entry, work } = ticket;
    let stored = message.stored.clone().or_else(|| entry.as_ref().and_then(|entry| entry.body.clone()));
    let body = match (body, &stored) {
        (Some(body), _) => body,
        (None, Some(key)) => match storage::get_text(desk.env, key).await {
            Ok(Some(text)) => text,
            Ok(None) => {
                dead::bury(desk, incoming, asked, None, None, "the stored delivery is gone").await;
                return None;
            }
            Err(why) => {
                later(desk, incoming, asked, &why, FAULT_DELAY_SECONDS).await;
                return None;
            }
        },
        (None, None) => {
            dead::bury(desk, incoming, asked, None, None, "a message without a body").await;
            return None;
        }
    };
    let mut payload = match Payload::read(&body) {
        Ok(payload) => payload,
        Err(why) => {
            dead::bury(desk, incoming, asked, stored, Some(body), why).await;
            return None;
        }
    };
    if message.origin == Origin::Helicone {
        payload.forget_zeros();
    }
    let place = (desk.env, &*desk.settings);
    let fetched = exchange::fetch(&message, entry.as_ref(), &payload, clock::now(), place).await;
    let was_kept = entry.as_ref().is_some_and(|entry| entry.exchange.is_some());
    if let Some(outcome) = fetched.outcome().filter(|_| !was_kept) {
        desk.count(counters::fetch(outcome));
    }
    let (data, exchange) = match fetched {
        Fetched::None(data) => (data, None),
        Fetched::Exchange(text, data) => match payload.adopt_exchange(&text) {
            Ok(()) => (data, Some(text)),
            Err(why) => {
                Line::warn("inbox.exchange_unreadable").text("delivery", &message.id).text("why", why).emit();
                (DataSource::Unreadable, None)
            }
        },
        Fetched::Later(why) => {
            // The queue's count of tries is the exchange's own, while no handler has been run.
            let delay = retry_delay(incoming.attempts).unwrap_or(FAULT_DELAY_SECONDS);
            later(desk, incoming, asked, &why, delay).await;
            return None;
        }
    };
    let delivery = Delivery {
        id: message.id.clone(),
        event_type: message.event_type.clone().unwrap_or_else(|| REQUEST_COMPLETED.to_owned()),
        origin: message.origin,
        received_at: Timestamp::from_millis(message.received_at),
        body,
        payload,
        data,
        exchange: OnceCell::new(),
    };
    Some(Job { incoming, asked, entry, work, stored, exchange, delivery })
}

/// Puts a message back, and lets others have its delivery meanwhile.
async fn later(desk: &Desk<'_>, incoming: Incoming, asked: Asked, why: &str, delay: u32) {
    Line::warn("inbox.retry")
        .text("delivery", &asked.id)
        .number("attempt", incoming.attempts)
        .number("retry_in_seconds", delay)
        .text("why", why)
        .emit();
    // Should this fail, the lease ends by itself.
    let _ = desk.inbox().record(&desk.settings.handlers, &[Note::last(asked)]).await;
    incoming.retry(delay);
}
