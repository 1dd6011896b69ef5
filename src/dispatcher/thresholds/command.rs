//! What an org's `Thresholds` can be asked.

use serde::{Deserialize, Serialize};

use crate::core::rules::{Rule, Share};

/// One call.
#[derive(Debug, Serialize, Deserialize)]
pub enum Command {
    /// Counts what a call's events come to. Answers [`Observed`].
    Observe {
        /// Tells the call from every other one.
        mark: String,
        /// The address of this deployment, which the events that are raised are about.
        base_url: String,
        /// The rules as they are now.
        rules: Vec<Rule>,
        /// What the events come to.
        shares: Vec<Share>,
    },
    /// How far the current window of a rule is. Answers [`Current`](crate::core::rules::Current).
    Current {
        /// The rule.
        rule: Rule,
        /// How many keys at most.
        limit: usize,
    },
    /// Asks the ledgers and judges the org's alerts. Answers [`Evaluated`].
    Evaluate,
    /// Ends what fires for alerts and webhooks that are no more, without asking anybody. Answers [`Evaluated`].
    Settle,
    /// What fires of an alert. Answers a list of [`Firing`](crate::core::delivery_alerts::Firing).
    Firing {
        /// The alert's id.
        alert: String,
    },
}

/// What came of judging alerts.
#[derive(Debug, Serialize, Deserialize)]
pub struct Evaluated {
    /// How many began to fire and how many ended.
    pub signals: usize,
}

/// What came of counting.
#[derive(Debug, Serialize, Deserialize)]
pub struct Observed {
    /// How many rules were crossed by it.
    pub crossed: usize,
}
