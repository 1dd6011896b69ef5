//! Deliveries that are handled together.

use super::desk::Desk;
use crate::{
    core::inbox::{Asked, Entry, Work, exchange_key},
    edge::{log::Line, queue::Incoming, storage},
    receiver::delivery::Delivery,
};

/// A delivery on its way through the handlers.
pub(super) struct Job {
    pub incoming: Incoming,
    pub asked: Asked,
    /// What is known of it, where it was tried before.
    pub entry: Option<Entry>,
    pub work: Work,
    /// The R2 object that has the body.
    pub stored: Option<String>,
    /// The full exchange's text.
    pub exchange: Option<String>,
    pub delivery: Delivery,
}

/// So many of them as fit into memory together.
#[derive(Default)]
pub(super) struct Round {
    pub jobs: Vec<Job>,
    bytes: usize,
}

impl Round {
    pub fn add(&mut self, job: Job) {
        let exchange = job.exchange.as_ref().map_or(0, String::len);
        self.bytes = self.bytes.saturating_add(job.delivery.body.len()).saturating_add(exchange);
        self.jobs.push(job);
    }

    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Job {
    /// The R2 object that has the exchange, if one has.
    pub fn kept_exchange(&self) -> Option<&str> {
        self.entry.as_ref().and_then(|entry| entry.exchange.as_deref())
    }

    /// Keeps the exchange for handlers that are run again: its URL may be good no longer then. Its key, where it is kept now.
    pub async fn keep_exchange(&self, desk: &Desk<'_>) -> Option<String> {
        if self.kept_exchange().is_some() {
            return None;
        }
        let key = exchange_key(&self.delivery.id);
        let text = self.exchange.clone()?;
        match storage::put_object(desk.env, &key, text.into_bytes(), "application/json").await {
            Ok(()) => Some(key),
            Err(why) => {
                Line::warn("inbox.exchange_not_kept")
                    .text("delivery", &self.delivery.id)
                    .text("why", &why)
                    .emit();
                None
            }
        }
    }
}
