//! Filters: which events a subscription wants, by what is in them.

mod properties;

pub use properties::{PropertyFilter, matches};
