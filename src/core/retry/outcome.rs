//! How an attempt ended, and what the endpoint asked for.

use super::Failure;

/// How one attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The endpoint answered.
    Answered {
        /// The HTTP status.
        status: u16,
        /// The `Retry-After` header, as it came.
        retry_after: Option<String>,
        /// What its `webhook-delivery` header asks for.
        directive: Option<Directive>,
    },
    /// It did not; why.
    Failed(Failure),
}

/// What an endpoint may ask for with the header `webhook-delivery` of its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Directive {
    /// `abort-message`: never send this delivery again.
    AbortMessage,
    /// `disable`: send nothing any more.
    Disable,
}

impl Directive {
    /// The name of the header.
    pub const HEADER: &str = "webhook-delivery";

    /// Reads the header's value; case and spaces don't count, and of several words (a header sent twice arrives joined by
    /// a comma) `disable` wins. `None` where there is none that is known.
    pub fn parse(value: &str) -> Option<Self> {
        let asks = |word: &str| value.split(',').any(|part| part.trim().eq_ignore_ascii_case(word));
        if asks("disable") {
            Some(Self::Disable)
        } else if asks("abort-message") {
            Some(Self::AbortMessage)
        } else {
            None
        }
    }
}
