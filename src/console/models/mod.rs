//! What pages need of the API's answers; docs/API.md and the API's description say what these hold.

pub mod delivery;
pub mod event_type;
pub mod inbox;
pub mod insights;
pub mod job;
pub mod metrics;
pub mod request;
pub mod rules;
pub mod settings;
pub mod subscription;
pub mod webhook;
