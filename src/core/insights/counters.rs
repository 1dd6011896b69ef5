//! Counters of the receiver's own doings, by hour. Their names are chosen here, so that whoever counts and whoever reads mean
//! the same.

/// Deliveries that the door took.
pub const ACCEPTED: &str = "accepted";

/// Deliveries that were handled before.
pub const DUPLICATES: &str = "duplicates";

const SIGNATURE: &str = "signature.";

/// What came of a handler's work on a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Ok,
    /// It failed, and is tried again.
    Failed,
    /// It was given up.
    Dead,
}

/// The counter of deliveries that the door refused, by the reason's code.
pub fn signature(code: &str) -> String {
    format!("{SIGNATURE}{code}")
}

/// Whether a counter is of refused signatures.
pub fn is_signature(name: &str) -> bool {
    name.starts_with(SIGNATURE)
}

/// The counter of what came of a handler's work.
pub fn handler(name: &str, outcome: Outcome) -> String {
    let outcome = match outcome {
        Outcome::Ok => "ok",
        Outcome::Failed => "failed",
        Outcome::Dead => "dead",
    };
    format!("handler.{name}.{outcome}")
}
