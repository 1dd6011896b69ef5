//! When a delivery is tried again, and when it is given up.

mod after;
mod failure;
mod outcome;
mod schedule;
mod why;

pub use after::retry_after_seconds;
pub use failure::Failure;
pub use outcome::{Directive, Outcome};
pub use schedule::{
    DEFAULT_SCHEDULE, JITTER, MAX_DELAY_SECONDS, MAX_RETRIES, check_schedule, jittered, parse_schedule,
};
pub use why::{Fault, Why};

use super::time::Timestamp;

/// How many retries an endpoint gets that refuses what it is sent (3xx and 4xx other than 408, 425 and 429, or a reply
/// that is too large): a repetition seldom changes that answer, but somebody may repair the endpoint. With the default
/// schedule 5 retries are 7 h 35 min.
pub const REFUSED_RETRIES: u32 = 5;

/// An endpoint that is overloaded is left alone for this many seconds at least, before the next attempt.
pub const SLOW_SECONDS: u32 = 60;

/// How often and how soon one endpoint's deliveries are tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan<'a> {
    /// The delay before attempt 2, 3, …, in seconds.
    pub schedule: &'a [u32],
    /// The least delay after an answer that [`slows_down`], in seconds.
    pub slow_seconds: u32,
}

impl<'a> Plan<'a> {
    /// A schedule with the usual [`SLOW_SECONDS`].
    pub fn new(schedule: &'a [u32]) -> Self {
        Self { schedule, slow_seconds: SLOW_SECONDS }
    }
}

/// What is to be done after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The endpoint has it.
    Delivered,
    /// Try again later.
    RetryAfter {
        /// In how many seconds, at most [`MAX_DELAY_SECONDS`].
        seconds: u32,
        /// What went wrong.
        why: Why,
    },
    /// Give this delivery up; why.
    DeadLetter(Why),
    /// Give the endpoint up, and with it this delivery; why.
    DisableEndpoint(Why),
}

/// Decides after attempt number `attempt` (from 1) of the present round: a delivery that somebody sends again begins at 1.
///
/// Only 2xx is a success, whatever its headers ask for. 410 and `webhook-delivery: disable` end the endpoint,
/// `webhook-delivery: abort-message` and a destination that is not allowed end the delivery. Everything else is tried again
/// by the plan's schedule, what the endpoint refuses [`REFUSED_RETRIES`] times at most. `jitter` is a random number from 0
/// to 1 that moves the scheduled delay by up to ±20 % ([`jittered`]); never below what `Retry-After` asks, whatever the
/// status, nor below the plan's `slow_seconds` where the answer [`slows_down`]; and never beyond [`MAX_DELAY_SECONDS`].
///
/// Standard Webhooks 1.0.0, "Delivery": schedule, status codes, `retry-after`.
pub fn decide(outcome: &Outcome, attempt: u32, plan: &Plan<'_>, jitter: f64, now: Timestamp) -> Verdict {
    let Some(why) = Why::of(outcome) else { return Verdict::Delivered };
    match why {
        Why::Gone | Why::DisableAsked => return Verdict::DisableEndpoint(why),
        Why::AbortAsked | Why::Failed(Failure::Blocked) => return Verdict::DeadLetter(why),
        _ => {}
    }
    let retried = attempt.saturating_sub(1);
    let scheduled = plan.schedule.get(usize::try_from(retried).unwrap_or(usize::MAX));
    let Some(scheduled) = scheduled.filter(|_| !why.is_refusal() || retried < REFUSED_RETRIES) else {
        return Verdict::DeadLetter(Why::Exhausted(why.fault()));
    };
    let asked = match outcome {
        Outcome::Answered { retry_after: Some(header), .. } => retry_after_seconds(header, now).unwrap_or(0),
        _ => 0,
    };
    let least = if slows_down(outcome) { plan.slow_seconds } else { 0 };
    let seconds = jittered(*scheduled, jitter).max(asked).max(least).min(MAX_DELAY_SECONDS);
    Verdict::RetryAfter { seconds, why }
}

/// Whether the outcome says that the endpoint gets more than it can take: 429, 502, 504, or no answer in time.
pub fn slows_down(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Answered { status: 429 | 502 | 504, .. } | Outcome::Failed(Failure::Timeout))
}
