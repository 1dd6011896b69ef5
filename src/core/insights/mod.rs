//! What LLM requests cost, how long they take, how many tokens they use and who makes them: counted from the deliveries that
//! the receiver handles, with budgets and limits that are signalled once per window.
//!
//! A batch of [`Observation`]s becomes a [`Book`] of sums to add; what they add up to is judged by [`tracker`], and what is worth telling becomes [`news`]. Nothing here
//! remembers anything: the object `Insights` does.

mod book;
pub mod counters;
mod name;
pub mod news;
mod observation;
mod pattern;
mod query;
mod ratios;
mod settings;
mod signal;
mod tally;
pub mod tracker;
mod view;

pub use super::{
    nanos::Nanos,
    window::{Window, hour_of},
};
pub use book::{Book, Key, Kind, Occupied, settle};
pub use name::Name;
pub use observation::{Measure, Measures, Observation};
pub use pattern::Pattern;
pub use query::{About, GroupBy, Place, Query};
pub use ratios::{Outlier, Ratios, Sample};
pub use settings::{Budget, LatencyAlert, OutlierRule, Settings, SignatureAlert, UserLimits};
pub use signal::{Limited, Signal};
pub use tally::{Latency, Spend, Tally, Tokens, Usage};
pub use view::{
    CounterRow, CountersView, LatencyRow, LatencyView, SpendRow, SpendView, TokensRow, TokensView, UserRow,
    UsersView,
};

/// For how many days after today the ids of deliveries are remembered: longer than any sender goes on sending one again.
pub const SEEN_DAYS: i64 = 8;

/// The most observations that one call may bring: a queue's batch.
pub const MAX_OBSERVATIONS: usize = 100;
