//! What pages need of the API's answers; docs/API.md and the API's description say what these hold.

pub mod delivery;
pub mod metrics;
pub mod webhook;
