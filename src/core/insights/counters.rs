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

const FETCH: &str = "fetch.";
const HANDLER: &str = "handler.";
const MILLIS: &str = ".ms";

/// The counter of exchanges that were asked for, by what came of it: where they are from, why there is none, or `failed` where
/// it is tried again.
pub fn fetch(outcome: &str) -> String {
    format!("{FETCH}{outcome}")
}

/// The counter of how long a handler's work took in all, in milliseconds.
pub fn handler_millis(name: &str) -> String {
    format!("{HANDLER}{name}{MILLIS}")
}

/// What a counter counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counter<'a> {
    /// Deliveries that the door took.
    Accepted,
    /// Deliveries that were handled before.
    Duplicates,
    /// Deliveries that the door refused, by the reason's code.
    Signature(&'a str),
    /// Exchanges that were asked for, by what came of it.
    Fetch(&'a str),
    /// What came of a handler's work: the handler, and `ok`, `failed` or `dead`.
    Handler(&'a str, &'a str),
    /// How long a handler's work took, in milliseconds.
    HandlerMillis(&'a str),
}

/// What the counter of this name counts.
pub fn parse(name: &str) -> Option<Counter<'_>> {
    if let Some(code) = name.strip_prefix(SIGNATURE) {
        return Some(Counter::Signature(code));
    }
    if let Some(outcome) = name.strip_prefix(FETCH) {
        return Some(Counter::Fetch(outcome));
    }
    if let Some(handler) = name.strip_prefix(HANDLER) {
        // A handler's name may have dots of its own.
        return match handler.strip_suffix(MILLIS) {
            Some(handler) => Some(Counter::HandlerMillis(handler)),
            None => handler.rsplit_once('.').map(|(handler, outcome)| Counter::Handler(handler, outcome)),
        };
    }
    match name {
        ACCEPTED => Some(Counter::Accepted),
        DUPLICATES => Some(Counter::Duplicates),
        _ => None,
    }
}

/// The counter of what came of a handler's work.
pub fn handler(name: &str, outcome: Outcome) -> String {
    let outcome = match outcome {
        Outcome::Ok => "ok",
        Outcome::Failed => "failed",
        Outcome::Dead => "dead",
    };
    format!("{HANDLER}{name}.{outcome}")
}
