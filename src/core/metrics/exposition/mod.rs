//! Metrics in the text format that Prometheus reads (version 0.0.4).
//!
//! What is counted is told since midnight UTC: a counter begins anew each day, as it does when a process is started again, so
//! that a scrape costs the rows of two days, and nothing jumps when old ones are forgotten. What was there yesterday is told
//! with 0 from midnight on.

mod receiver;
mod text;
mod webhooks;

pub use receiver::receiver;
pub use text::{CONTENT_TYPE, Family, render};
pub use webhooks::{Observed, asked, webhooks};
