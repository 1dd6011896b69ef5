//! That an endpoint was given up.

use serde::{Deserialize, Serialize};

use crate::core::retry::{Directive, Outcome};

/// Why an endpoint was disabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisableReason {
    /// It answered 410.
    Gone,
    /// It asked with `webhook-delivery: disable`.
    DisableAsked,
    /// It took nothing for longer than [`Policy::disable_after_ms`](super::Policy::disable_after_ms).
    FailingTooLong,
}

impl DisableReason {
    /// What an outcome says about it: 410, or the header, which counts on a success too (the delivery was taken, the next
    /// one is not wanted).
    pub fn of(outcome: &Outcome) -> Option<Self> {
        match outcome {
            Outcome::Answered { status: 410, .. } => Some(Self::Gone),
            Outcome::Answered { directive: Some(Directive::Disable), .. } => Some(Self::DisableAsked),
            _ => None,
        }
    }

    /// The name in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::DisableAsked => "disable_asked",
            Self::FailingTooLong => "failing_too_long",
        }
    }

    /// The same for people: a sentence without its capital and its full stop.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Gone => "the endpoint answered 410 Gone",
            Self::DisableAsked => "the endpoint asked to be disabled",
            Self::FailingTooLong => "the endpoint has taken nothing for too long",
        }
    }
}

/// When and why an endpoint was disabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disabled {
    /// Why.
    pub reason: DisableReason,
    /// When, in milliseconds since the epoch.
    pub at: i64,
}
