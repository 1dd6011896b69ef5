//! Subscriptions: listed, made, changed and tried.

pub mod check;
pub mod draft;
pub mod filled;
pub mod form;
pub mod list;
pub mod remove;
pub mod secrets;
pub mod show;
pub mod snippets;
pub mod tested;

mod charts;
mod events;
mod sending;
