//! The handlers: **the place a fork edits**.
//!
//! To add your own, write a file beside `log.rs` with a type that implements [`Handler`], and name it in [`all`]. A handler
//! gets each verified delivery with the full exchange where it could be had. An error puts the delivery back on the queue,
//! to be handled again later, so a handler should be safe to run twice with the same `delivery.id`.

mod log;

use async_trait::async_trait;
use worker::Env;

use crate::core::inbox::Payload;

/// What a handler gets.
pub struct Delivery<'a> {
    /// The idempotency key: the same at every retry of one event.
    pub id: &'a str,
    /// Such as `request.completed`.
    pub event_type: &'a str,
    /// The payload; its bodies are the full ones where `data` says so.
    pub payload: &'a Payload,
    /// Where the bodies come from.
    pub data: DataSource,
    /// How often this delivery was handed to the handlers, this time included.
    pub attempt: u32,
}

/// Where a delivery's bodies come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataSource {
    /// The full exchange, fetched by its signed URL.
    Full,
    /// The delivery itself, which names no URL; bodies over 10 KB are cut.
    Inline,
    /// The delivery itself, because its URL was no longer good.
    Expired,
}

impl DataSource {
    /// For logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Inline => "inline",
            Self::Expired => "expired",
        }
    }
}

/// Something that is done with each delivery.
#[async_trait(?Send)]
pub trait Handler {
    /// Its name, for logs.
    fn name(&self) -> &'static str;

    /// Does it. An error says what went wrong, without any content of the delivery.
    async fn handle(&self, delivery: &Delivery<'_>, env: &Env) -> Result<(), String>;
}

/// All handlers, in the order in which they run.
fn all() -> Vec<Box<dyn Handler>> {
    vec![Box::new(log::Log)]
}

/// Runs every handler, also after one has failed; the error names those that did.
pub async fn run_all(delivery: &Delivery<'_>, env: &Env) -> Result<(), String> {
    let mut failures = Vec::new();
    for handler in all() {
        if let Err(why) = handler.handle(delivery, env).await {
            failures.push(format!("{}: {why}", handler.name()));
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(failures.join("; ")) }
}
