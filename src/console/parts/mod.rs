//! What pages are put together from.

pub mod badge;
pub mod chart;
pub mod code;
pub mod fields;
pub mod list;
pub mod number;
pub mod time;
