//! How a cost came about.

use serde::{Deserialize, Serialize};

/// How a cost came about, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The provider and the model are in the table, and the counts are known.
    Exact,
    /// Nobody named the provider: it was told from the model.
    Estimated,
    /// The gateway answered from its cache, and no provider was paid.
    CacheHit,
    /// The provider has no such model in the table, or none was named.
    UnknownModel,
    /// The provider is not in the table, or was not named and cannot be told from the model.
    UnknownProvider,
    /// What the price is asked for was not reported, or contradicts itself.
    NoUsage,
}

impl Status {
    /// The word for it, as deliveries carry it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Estimated => "estimated",
            Self::CacheHit => "cache_hit",
            Self::UnknownModel => "unknown_model",
            Self::UnknownProvider => "unknown_provider",
            Self::NoUsage => "no_usage",
        }
    }
}

/// What an event keeps of how it was priced; one that came with a cost has none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostNote {
    /// How the cost came about, or why there is none.
    pub status: Status,
    /// The version of the table that was asked; absent where none had to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}
