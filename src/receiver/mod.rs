//! The receiver: the webhook endpoint that a team forks.
//!
//! `webhook` is the door: it verifies, queues, and answers in milliseconds. `inbox` consumes the queue: it fetches the full
//! exchange and runs the handlers. `handlers` is where a fork adds its own; nothing else needs to change for that.

mod exchange;
pub mod handlers;
pub mod inbox;
pub mod webhook;
