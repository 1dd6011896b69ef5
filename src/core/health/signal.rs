//! What an endpoint's owner is told.

use serde::{Deserialize, Serialize};

use super::DisableReason;
use crate::core::event::{
    ENDPOINT_DISABLED, ENDPOINT_FAILING, ENDPOINT_RECOVERED, ENDPOINT_SUCCESS_RATE_LOW,
};

/// A change that an endpoint's owner has to know of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Signal {
    /// It has begun to take nothing.
    Failing {
        /// How many attempts have failed in a row.
        failures: u32,
        /// How long the first of them is ago, in milliseconds.
        failing_for_ms: i64,
    },
    /// It takes deliveries again.
    Recovered {
        /// How long it took nothing, in milliseconds.
        failing_for_ms: i64,
    },
    /// It is sent nothing any more.
    Disabled {
        /// Why.
        reason: DisableReason,
    },
    /// Too many attempts of the last day failed.
    SuccessRateLow {
        /// The share of successes, rounded down.
        percent: u32,
        /// How many attempts there were.
        attempts: u32,
    },
}

impl Signal {
    /// The type of the operational event that tells it.
    pub fn event_type(&self) -> &'static str {
        match self {
            Self::Failing { .. } => ENDPOINT_FAILING,
            Self::Recovered { .. } => ENDPOINT_RECOVERED,
            Self::Disabled { .. } => ENDPOINT_DISABLED,
            Self::SuccessRateLow { .. } => ENDPOINT_SUCCESS_RATE_LOW,
        }
    }
}
