//! The receiver: the webhook endpoint that a team forks.
//!
//! `webhook` is the door: it verifies, queues, and answers in milliseconds. `process` consumes the queue: it claims deliveries
//! in the `inbox`, fetches the full exchanges and runs the `handlers`, of which `handlers/mine.rs` is the one that a fork edits.
//! `insights` is the object that counts what was handled, `backfill` the one that reads what was missed; `api` shows all of it. `reviews` is what people
//! are to look at.

pub mod api;
mod backfill;
mod call;
pub mod delivery;
mod door;
mod enqueue;
pub mod handler;
pub mod handlers;
mod helicone;
pub mod inbox;
pub mod insights;
pub mod process;
pub mod reviews;
pub mod settings;
pub mod webhook;
