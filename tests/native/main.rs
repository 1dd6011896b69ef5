//! The native suites: the pure core, by subject, in milliseconds. One binary, so that it links once.

// What may not panic is the Worker; a test that finds something wrong has to.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

mod alert;
mod analytics;
mod archive;
mod auth;
mod backfill;
mod bundle;
mod byte_range;
mod cli;
mod console;
mod content_filter;
mod custom_headers;
mod delivery_alerts;
mod description;
mod destination;
mod diagnosis;
mod event;
mod exchange;
mod explain;
mod handshake;
mod health;
mod helicone;
mod history;
mod inbox;
mod inbox_entry;
mod insights;
mod intake;
mod json;
mod ledger;
mod litellm;
mod log_text;
mod metrics;
mod org;
mod otel;
mod otlp_intake;
mod payload;
mod presign;
mod preview;
mod pricing;
mod reconcile;
mod redaction;
mod replay;
mod requests;
mod retry;
mod review;
mod rules;
mod schema;
mod score;
mod shaping;
mod signature;
mod signature_keys;
mod signer;
mod subscription;
mod support;
mod tail;
mod tally;
mod thresholds;
mod versions;
