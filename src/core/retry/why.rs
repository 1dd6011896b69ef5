//! What went wrong with an attempt, and whose fault it is.

use super::{Directive, Failure, Outcome};

/// Whose fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The endpoint's, or of whoever set its address: it counts against the endpoint's health.
    Endpoint,
    /// Ours: it tells nothing about the endpoint.
    Internal,
}

/// Why an attempt was no success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// 410.
    Gone,
    /// The answer's `webhook-delivery: disable`.
    DisableAsked,
    /// The answer's `webhook-delivery: abort-message`.
    AbortAsked,
    /// 3xx.
    Redirect,
    /// 429.
    RateLimited,
    /// 408 and 425: the endpoint asks for the same again.
    AskedAgain,
    /// Another 4xx.
    Rejected,
    /// 502 and 504.
    Overloaded,
    /// Another 5xx.
    ServerError,
    /// A status that is none of HTTP's final ones.
    UnknownStatus,
    /// No answer.
    Failed(Failure),
    /// There is no retry left; whose fault the last attempt was.
    Exhausted(Fault),
}

impl Why {
    /// What went wrong, from an outcome alone; `None` where nothing did. 410 before the header, and `disable` before the
    /// rest of the statuses.
    pub fn of(outcome: &Outcome) -> Option<Self> {
        let (status, directive) = match outcome {
            Outcome::Failed(failure) => return Some(Self::Failed(*failure)),
            Outcome::Answered { status, directive, .. } => (*status, *directive),
        };
        Some(match (status, directive) {
            (200..=299, _) => return None,
            (410, _) => Self::Gone,
            (_, Some(Directive::Disable)) => Self::DisableAsked,
            (_, Some(Directive::AbortMessage)) => Self::AbortAsked,
            (300..=399, _) => Self::Redirect,
            (408 | 425, _) => Self::AskedAgain,
            (429, _) => Self::RateLimited,
            (400..=499, _) => Self::Rejected,
            (502 | 504, _) => Self::Overloaded,
            (500..=599, _) => Self::ServerError,
            _ => Self::UnknownStatus,
        })
    }

    /// The one of this code.
    pub fn from_code(code: &str) -> Option<Self> {
        let failed = Failure::ALL.into_iter().map(Self::Failed);
        let answered = [
            Self::Gone,
            Self::DisableAsked,
            Self::AbortAsked,
            Self::Redirect,
            Self::RateLimited,
            Self::AskedAgain,
            Self::Rejected,
            Self::Overloaded,
            Self::ServerError,
            Self::UnknownStatus,
            Self::Exhausted(Fault::Endpoint),
        ];
        answered.into_iter().chain(failed).find(|why| why.code() == code)
    }

    /// A stable name for logs and answers, in snake case.
    pub fn code(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::DisableAsked => "disable_asked",
            Self::AbortAsked => "abort_asked",
            Self::Redirect => "redirect",
            Self::RateLimited => "rate_limited",
            Self::AskedAgain => "asked_again",
            Self::Rejected => "rejected",
            Self::Overloaded => "overloaded",
            Self::ServerError => "server_error",
            Self::UnknownStatus => "unknown_status",
            Self::Failed(failure) => failure.code(),
            Self::Exhausted(_) => "exhausted",
        }
    }

    /// The same for people: a sentence without its capital and its full stop.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Gone => "the endpoint answered 410 Gone",
            Self::DisableAsked => "the endpoint asked to be disabled",
            Self::AbortAsked => "the endpoint asked not to be sent this delivery again",
            Self::Redirect => "the endpoint answered with a redirect, which is never followed",
            Self::RateLimited => "the endpoint is being called too often",
            Self::AskedAgain => "the endpoint asked for the same again later",
            Self::Rejected => "the endpoint rejected the delivery",
            Self::Overloaded => "the endpoint is overloaded or down behind its gateway",
            Self::ServerError => "the endpoint failed",
            Self::UnknownStatus => "the endpoint answered with an unknown status",
            Self::Failed(Failure::Timeout) => "the endpoint did not answer in time",
            Self::Failed(Failure::Dns) => "the destination's host name has no address",
            Self::Failed(Failure::Refused) => "the endpoint refused the connection",
            Self::Failed(Failure::Reset) => "the endpoint broke the connection off",
            Self::Failed(Failure::Tls) => "no secure connection to the endpoint could be made",
            Self::Failed(Failure::Redirect) => "the endpoint leads elsewhere, which is never followed",
            Self::Failed(Failure::Oversized) => "the endpoint's reply is too large",
            Self::Failed(Failure::Blocked) => "the destination is not allowed",
            Self::Failed(Failure::Connection) => "the endpoint can't be reached, or the connection broke",
            Self::Failed(Failure::Internal) => "the request could not be made",
            Self::Exhausted(_) => "retries are used up",
        }
    }

    /// Whose fault it is.
    pub fn fault(self) -> Fault {
        match self {
            Self::Failed(Failure::Internal) => Fault::Internal,
            Self::Exhausted(fault) => fault,
            _ => Fault::Endpoint,
        }
    }

    /// Whether the same request will most likely meet the same answer, so that few retries do.
    pub(super) fn is_refusal(self) -> bool {
        matches!(self, Self::Redirect | Self::Rejected | Self::Failed(Failure::Redirect | Failure::Oversized))
    }
}
