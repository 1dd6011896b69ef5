//! What the registry tells a ledger of its subscription.

use serde::{Deserialize, Serialize};

use crate::core::subscription::{Status, Subscription};

/// Whether a subscription's deliveries are sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub enum Sending {
    /// They are.
    #[default]
    Active,
    /// The owner paused it: they are held.
    Paused,
    /// Its endpoint was given up: they are held.
    Disabled,
    /// There is no such subscription any more: they are dropped.
    Deleted,
}

/// How a subscription stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The subscription's revision: a caller who knows an older one must ask the registry.
    pub revision: u64,
    /// Whether deliveries are sent.
    pub sending: Sending,
}

impl Standing {
    /// How a subscription stands by its owner's will and its endpoint's health.
    pub fn of(subscription: &Subscription) -> Self {
        let sending = match (subscription.disabled, subscription.settings.status) {
            (Some(_), _) => Sending::Disabled,
            (None, Status::Paused) => Sending::Paused,
            (None, Status::Active) => Sending::Active,
        };
        Self { revision: subscription.revision, sending }
    }
}
