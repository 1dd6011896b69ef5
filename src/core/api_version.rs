//! The dated versions of what is delivered.
//!
//! A subscription is pinned to one when it is created and stays there until its owner moves it. Within a version changes are
//! additive; an incompatible one makes a new version, and what it changed is written down as a step back
//! (`core::payload::versions`).

use serde::{Deserialize, Serialize};

/// A version, sent as `webhook-api-version`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub enum ApiVersion {
    /// The first one: `status` is the provider's HTTP status or the gateway's word, whichever it said.
    #[serde(rename = "2026-11-01")]
    V2026_11_01,
    /// `status` is always the HTTP status, and `outcome` a word.
    #[serde(rename = "2026-11-21")]
    V2026_11_21,
}

impl ApiVersion {
    /// Every version, oldest first.
    pub const ALL: [Self; 2] = [Self::V2026_11_01, Self::V2026_11_21];

    /// What new subscriptions are pinned to.
    pub const NEWEST: Self = Self::V2026_11_21;

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::V2026_11_01 => "2026-11-01",
            Self::V2026_11_21 => "2026-11-21",
        }
    }

    /// Reads a version.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.name() == text)
    }

    /// All names, for people.
    pub fn names() -> String {
        Self::ALL.map(Self::name).join(", ")
    }
}
