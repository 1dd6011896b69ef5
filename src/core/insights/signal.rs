//! What is worth telling somebody. Who is told, and how, is not decided here.

use serde::{Deserialize, Serialize};

use super::Nanos;

/// What a user has come to the limit of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limited {
    /// Requests.
    Requests,
    /// Tokens.
    Tokens,
    /// Cost, in nano-dollars.
    Cost,
}

impl Limited {
    /// For ids.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Tokens => "tokens",
            Self::Cost => "cost",
        }
    }
}

/// Something happened, for the first time in its window. Windows are as people write them: `2026-11-21T09`, `2026-11-21` or
/// `2026-11`, in UTC.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Signal {
    /// A budget is spent to so many percent.
    BudgetCrossed {
        /// Its name.
        budget: String,
        /// 80 or 100.
        percent: u32,
        /// What was spent of it.
        spent: Nanos,
        /// The whole.
        limit: Nanos,
        /// Requests that count against it and whose cost nobody knows: what was spent is without them.
        unknown: u64,
        /// The day or month.
        window: String,
    },
    /// A model takes too long.
    LatencyHigh {
        /// The model, where requests name one.
        model: Option<String>,
        /// Which percentile of the requests.
        percentile: u32,
        /// What it is at least, in milliseconds.
        ms: u64,
        /// What it may be.
        threshold: u64,
        /// How many requests there were.
        requests: u64,
        /// The hour.
        window: String,
    },
    /// A request's tokens are out of the ordinary: the first of its model in an hour.
    TokensOutlier {
        /// Which delivery tells of it.
        delivery_id: String,
        /// Its model, where it names one.
        model: Option<String>,
        /// Tokens of the prompt.
        prompt_tokens: u64,
        /// Tokens of the completion.
        completion_tokens: u64,
        /// Completion tokens per prompt token.
        ratio: f64,
        /// What that usually is.
        usual: f64,
        /// How many standard deviations lie between them; negative below.
        deviations: f64,
        /// The hour.
        window: String,
    },
    /// A user has come to a limit.
    UserSoftLimit {
        /// `user_` and 16 hex characters of a hash, the same that `GET /v1/insights/users` shows beside the id.
        user: String,
        /// Of what.
        what: Limited,
        /// What was used; cost in nano-dollars.
        used: u64,
        /// The limit, likewise.
        limit: u64,
        /// The day or month.
        window: String,
    },
    /// Many signatures were refused.
    SignatureFailures {
        /// How many.
        failures: u64,
        /// In so many minutes.
        minutes: u32,
        /// The hour.
        window: String,
    },
}
