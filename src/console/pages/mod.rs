//! The pages: what the API answered in, HTML out. One file a page, or a folder where it has many parts.

pub mod deliveries;
pub mod events;
pub mod login;
pub mod overview;
pub mod problem;
pub mod receiver;
pub mod settings;
pub mod webhooks;
