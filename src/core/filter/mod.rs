//! Filters: which events a subscription wants, by what is in them.
//!
//! Two kinds, and both must hold: Helicone's [`PropertyFilter`]s, exact values of custom properties, and one
//! [`ContentFilter`], a JSON value with operators that is matched against the whole event.

mod compare;
mod compiled;
mod content;
mod evaluate;
mod explain;
mod limits;
mod parse;
mod path;
mod properties;
mod view;

pub use content::ContentFilter;
pub use explain::{Mismatch, Reason};
pub use limits::{MAX_BYTES, MAX_DEPTH, MAX_NODES};
pub use properties::{PropertyFilter, first_mismatch, matches};
pub use view::EventView;
