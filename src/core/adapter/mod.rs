//! Other people's formats: each becomes the events that `core/event` knows, or the names of the fields that are wrong, as their
//! clients write them.
//!
//! An adapter is pure. It decides what of a format is an event and under which names it stands there; what an event may hold is
//! decided by `core/event` alone, whatever it came as.

pub mod helicone;
pub mod litellm;
mod object;
pub mod otlp;
