//! The history of requests as the API asks for it: over an org's days, with what the archive holds of each.

pub mod bodies;
pub mod scored;
pub mod walk;
