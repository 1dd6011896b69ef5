//! What the requests of a window come to.

use serde::{Deserialize, Serialize};

use super::{Metric, Rule};
use crate::core::{
    event::{Event, GUARDRAIL_BLOCKED, REQUEST_COMPLETED, REQUEST_FAILED},
    histogram::Histogram,
    nanos::Nanos,
};

/// The HTTP status from which on a request has failed.
const FAILED: f64 = 400.0;

/// A percentile of latencies: of the slowest 5 %.
const P95: f64 = 0.95;

/// The sums that rules look at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// Requests that ended, one way or the other.
    pub requests: u64,
    /// Those that failed.
    pub errors: u64,
    /// What they cost, as far as it is known.
    pub cost: Nanos,
    /// Requests whose cost nobody knows.
    pub unknown_cost: u64,
    /// Requests that a guardrail blocked.
    pub guardrails: u64,
    /// How long they took, where it was said.
    pub latencies: Histogram,
}

impl Sum {
    /// Counts an event; says whether it is one that counts.
    pub fn add(&mut self, event: &Event) -> bool {
        match event.event_type.as_str() {
            GUARDRAIL_BLOCKED => self.guardrails = self.guardrails.saturating_add(1),
            REQUEST_COMPLETED | REQUEST_FAILED => self.add_request(event),
            _ => return false,
        }
        true
    }

    fn add_request(&mut self, event: &Event) {
        self.requests = self.requests.saturating_add(1);
        let code = event.status.as_ref().and_then(|status| status.as_str().parse::<f64>().ok());
        if event.event_type == REQUEST_FAILED || code.is_some_and(|code| code >= FAILED) {
            self.errors = self.errors.saturating_add(1);
        }
        match event.cost.and_then(Nanos::of_dollars) {
            Some(cost) => self.cost = self.cost.plus(cost),
            None => self.unknown_cost = self.unknown_cost.saturating_add(1),
        }
        if let Some(ms) = event.latency_ms {
            self.latencies.add(ms as i64);
        }
    }

    /// Adds another's counts.
    pub fn merge(&mut self, other: &Self) {
        self.requests = self.requests.saturating_add(other.requests);
        self.errors = self.errors.saturating_add(other.errors);
        self.cost = self.cost.plus(other.cost);
        self.unknown_cost = self.unknown_cost.saturating_add(other.unknown_cost);
        self.guardrails = self.guardrails.saturating_add(other.guardrails);
        self.latencies.merge(&other.latencies);
    }

    /// What a rule sees in it, in the rule's unit; `None` where there is too little to say something.
    pub fn value(&self, rule: &Rule) -> Option<f64> {
        let is_enough = self.requests >= rule.min_requests;
        match rule.metric {
            Metric::Cost => Some(self.cost.dollars()),
            Metric::GuardrailCount => Some(self.guardrails as f64),
            Metric::ErrorRate => {
                (is_enough && self.requests > 0).then(|| self.errors as f64 * 100.0 / self.requests as f64)
            }
            Metric::LatencyP95 => {
                let is_enough = self.latencies.count() >= rule.min_requests;
                is_enough.then(|| self.latencies.at_least(P95)).flatten().map(f64::round)
            }
            Metric::Score => None,
        }
    }
}
