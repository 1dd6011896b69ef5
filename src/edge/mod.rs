//! The platform: everything that touches the Workers runtime and is no rule of ours.
//!
//! Thin by intent. Nothing here decides about events, deliveries or signatures; that is `core`. Nothing here knows of the
//! roles; those are `dispatcher` and `receiver`, which call down into this folder and are never called from it.

pub mod alarm;
pub mod analytics;
pub mod auth;
pub mod body;
pub mod clock;
pub mod digest;
pub mod dns;
pub mod etag;
pub mod gzip;
pub mod http;
pub mod input;
pub mod js;
pub mod limiter;
pub mod log;
pub mod object;
pub mod outbound;
pub mod panics;
pub mod queue;
pub mod random;
pub mod raw;
pub mod registry;
pub mod settings;
pub mod sql;
pub mod storage;
