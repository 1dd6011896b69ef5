//! The rules: whatever decides lives here, pure.
//!
//! Nothing in this folder does I/O, reads a clock, draws randomness or imports the `worker` crate: time and
//! randomness come in as arguments and decisions go out as data, so every rule is tested natively in milliseconds.
//! What talks to the platform lives in `edge`, and calls these rules from `dispatcher` and `receiver`.

pub mod adapter;
pub mod advice;
pub mod alert;
pub mod analytics;
pub mod answer;
pub mod api_version;
pub mod auth;
pub mod backfill;
pub mod byte_range;
pub mod content_coding;
pub mod delivery;
pub mod delivery_alerts;
pub mod destination;
pub mod diagnosis;
pub mod envelope;
pub mod event;
pub mod event_types;
pub mod exchange;
pub mod field;
pub mod filter;
pub mod format;
pub mod handshake;
pub mod hash;
pub mod health;
pub mod histogram;
pub mod history;
pub mod ids;
pub mod inbox;
pub mod insights;
pub mod intake;
pub mod json;
pub mod json_schema;
pub mod lease;
pub mod ledger;
pub mod limits;
pub mod log_text;
pub mod metrics;
pub mod nanos;
pub mod org;
pub mod otel;
pub mod payload;
pub mod presign;
pub mod pricing;
pub mod reconcile;
pub mod registry;
pub mod replay;
pub mod retry;
pub mod review;
pub mod roles;
pub mod rules;
pub mod sampling;
pub mod schema;
pub mod score;
pub mod seal;
pub mod shaping;
pub mod signature;
pub mod signed_url;
pub mod subscription;
pub mod tail;
pub mod tally;
pub mod time;
pub mod window;
