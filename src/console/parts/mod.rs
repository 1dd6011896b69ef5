//! What pages are put together from.

pub mod badge;
pub mod chart;
pub mod choices;
pub mod code;
pub mod errors;
pub mod fields;
pub mod list;
pub mod number;
pub mod tabs;
pub mod text;
pub mod time;
