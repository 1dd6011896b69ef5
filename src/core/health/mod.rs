//! How one endpoint is doing, from the outcomes of its attempts: when its owner has to know, and when it is given up.
//!
//! What is observed goes in one attempt at a time; what is to be told comes out as [`Signal`]s, each once per change.

mod disabled;
mod event;
mod policy;
mod signal;
mod window;

pub use disabled::{DisableReason, Disabled};
pub use policy::{LATE_MS, Policy};
pub use signal::Signal;
pub use window::{HOURS, Rate};

use serde::{Deserialize, Serialize};

use super::{
    retry::{Fault, Outcome, Why, slows_down},
    time::Timestamp,
};
use window::Window;

/// How an endpoint is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It takes what it is sent, or has not failed often and long enough to tell.
    #[default]
    Healthy,
    /// It has been taking nothing for a while.
    Failing,
    /// It is sent nothing until its owner enables it.
    Disabled,
}

impl State {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Failing => "failing",
            Self::Disabled => "disabled",
        }
    }
}

/// One attempt as health sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observed {
    /// When it ended.
    pub at: Timestamp,
    /// Whether the delivery was taken.
    pub ok: bool,
    /// Whether the endpoint gets more than it can take.
    pub slow: bool,
    /// Whether it is to be disabled at once.
    pub disable: Option<DisableReason>,
}

impl Observed {
    /// From an attempt's outcome and its end; `None` where it failed by our own fault, which tells nothing about the
    /// endpoint.
    pub fn of(outcome: &Outcome, at: Timestamp) -> Option<Self> {
        let why = Why::of(outcome);
        if why.is_some_and(|why| why.fault() == Fault::Internal) {
            return None;
        }
        Some(Self { at, ok: why.is_none(), slow: slows_down(outcome), disable: DisableReason::of(outcome) })
    }
}

/// The health of one endpoint, as it is stored: one JSON value of at most about 1 KB. All moments are milliseconds since the
/// epoch. Unknown fields are ignored and missing ones are as in a new one, so that versions can follow each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Health {
    /// How it is doing.
    pub state: State,
    /// Since when it is doing so.
    pub since: i64,
    /// Attempts that ended before this are none of its business: when it was created, or last enabled.
    pub fresh_since: i64,
    /// The first failure of the present run of failures; null outside one.
    pub failing_since: Option<i64>,
    /// How many attempts failed in the present run.
    pub consecutive_failures: u32,
    /// The newest success.
    pub last_success_at: Option<i64>,
    /// The newest failure.
    pub last_failure_at: Option<i64>,
    /// When and why it was disabled; null unless it is.
    pub disabled: Option<Disabled>,
    /// Until when it is to be treated as slow; null where it is not.
    pub slow_until: Option<i64>,
    /// Whether its success rate was found too low, and has not recovered.
    pub rate_is_low: bool,
    window: Window,
}

impl Health {
    /// A clean slate.
    pub fn new(now: Timestamp) -> Self {
        Self { since: now.millis(), fresh_since: now.millis(), ..Self::default() }
    }

    /// Takes in one attempt and returns what changed by it, in the order that it is to be told.
    ///
    /// The outcomes of a batch may come in any order: what ended before the present run of failures began (or before the
    /// last success, or before the endpoint was enabled) does not change its state, as long as it is no more than [`LATE_MS`] late.
    /// What seems later than that was measured by a clock that has been set back since, and is taken as it comes.
    /// While the endpoint is disabled nothing is raised: what was under way ends, and tells nothing new.
    pub fn observe(&mut self, attempt: Observed, policy: &Policy) -> Vec<Signal> {
        let at = attempt.at.millis();
        let mut signals = Vec::new();
        if is_late(at, self.fresh_since) {
            return signals;
        }
        self.window.count(at, attempt.ok);
        let newest = if attempt.ok { &mut self.last_success_at } else { &mut self.last_failure_at };
        *newest = Some(newest.map_or(at, |known| known.max(at)));
        if self.state == State::Disabled {
            return signals;
        }
        self.mark_slow(at, attempt, policy);
        if attempt.ok {
            signals.extend(self.succeeded(at));
        } else {
            signals.extend(self.failed(at, policy));
        }
        signals.extend(self.judge_rate(policy));
        if let Some(reason) = attempt.disable.or_else(|| self.given_up(at, policy)) {
            self.enter(State::Disabled, at);
            self.disabled = Some(Disabled { reason, at });
            signals.push(Signal::Disabled { reason });
        }
        signals
    }

    /// The owner enabled the endpoint again: everything that was known is forgotten, and what is still under way does not
    /// count.
    pub fn enable(&mut self, now: Timestamp) {
        *self = Self::new(now);
    }

    /// Whether the endpoint is to be treated as slow.
    pub fn is_slow(&self, now: Timestamp) -> bool {
        self.slow_until.is_some_and(|until| now.millis() < until)
    }

    /// The attempts of the last [`HOURS`] hours, to the hour.
    pub fn rate(&self, now: Timestamp) -> Rate {
        self.window.rate_at(now.millis())
    }

    /// A slow answer slows the endpoint down from its end on; a success that was not slow takes that back.
    fn mark_slow(&mut self, at: i64, attempt: Observed, policy: &Policy) {
        if attempt.slow {
            let until = at.saturating_add(policy.slow_ms);
            self.slow_until = Some(self.slow_until.map_or(until, |known| known.max(until)));
        } else if attempt.ok {
            self.slow_until =
                self.slow_until.filter(|until| is_late(at, until.saturating_sub(policy.slow_ms)));
        }
    }

    fn succeeded(&mut self, at: i64) -> Option<Signal> {
        let began = self.failing_since?;
        if is_late(at, began) {
            return None;
        }
        self.failing_since = None;
        self.consecutive_failures = 0;
        (self.state == State::Failing).then(|| {
            self.enter(State::Healthy, at);
            Signal::Recovered { failing_for_ms: at.saturating_sub(began).max(0) }
        })
    }

    fn failed(&mut self, at: i64, policy: &Policy) -> Option<Signal> {
        if self.last_success_at.is_some_and(|success| is_late(at, success)) {
            return None;
        }
        let began = match self.failing_since {
            Some(began) if is_late(at, began) => at,
            Some(began) => began,
            None => at,
        };
        self.failing_since = Some(began);
        self.consecutive_failures = self.consecutive_failures.saturating_add(1);
        let failing_for_ms = at.saturating_sub(began).max(0);
        let is_failing = self.consecutive_failures >= policy.failing_after_attempts
            && failing_for_ms >= policy.failing_after_ms;
        (is_failing && self.state == State::Healthy).then(|| {
            self.enter(State::Failing, at);
            Signal::Failing { failures: self.consecutive_failures, failing_for_ms }
        })
    }

    /// Whether the present run of failures is long enough to disable the endpoint.
    fn given_up(&self, at: i64, policy: &Policy) -> Option<DisableReason> {
        let failing_for_ms = at.saturating_sub(self.failing_since?);
        (self.consecutive_failures >= policy.disable_min_attempts
            && failing_for_ms >= policy.disable_after_ms)
            .then_some(DisableReason::FailingTooLong)
    }

    fn judge_rate(&mut self, policy: &Policy) -> Option<Signal> {
        let rate = self.window.rate();
        if self.rate_is_low {
            self.rate_is_low = rate.is_below(policy.recovered_rate_percent.max(policy.low_rate_percent));
            return None;
        }
        self.rate_is_low =
            rate.attempts() >= policy.low_rate_min_attempts && rate.is_below(policy.low_rate_percent);
        self.rate_is_low
            .then(|| Signal::SuccessRateLow { percent: rate.percent(), attempts: rate.attempts() })
    }

    /// Whether more has changed than the counts and times of an endpoint that all goes well with.
    pub fn is_news_after(&self, before: &Self) -> bool {
        let course = |health: &Self| {
            (health.state, health.since, health.failing_since, health.consecutive_failures, health.slow_until)
        };
        course(self) != course(before)
            || self.disabled != before.disabled
            || self.rate_is_low != before.rate_is_low
            || self.fresh_since != before.fresh_since
    }

    fn enter(&mut self, state: State, at: i64) {
        self.state = state;
        self.since = at;
    }
}

/// Whether something ended before a moment that is already known, but not so long before that the clock must be wrong.
fn is_late(at: i64, known: i64) -> bool {
    (1..=LATE_MS).contains(&known.saturating_sub(at))
}
