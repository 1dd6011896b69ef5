//! All subscriptions of one org as dispatch reads them: one value in KV.

use serde::{Deserialize, Serialize};

use super::Subscription;
use crate::core::org::OrgSettings;

/// The subscriptions of one org at one revision.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Counts the changes; of two snapshots the one with the higher revision is newer.
    pub revision: u64,
    /// What the org decides for all of them.
    #[serde(default)]
    pub org: OrgSettings,
    /// In the order of their creation.
    pub subscriptions: Vec<Subscription>,
}

impl Snapshot {
    /// The KV key of an org's snapshot.
    pub fn key(org: &str) -> String {
        format!("subscriptions:{org}")
    }

    /// The same without the subscription of this id.
    pub fn without(&self, id: &str) -> Self {
        let others = self.subscriptions.iter().filter(|other| other.id != id);
        Self { revision: self.revision, org: self.org.clone(), subscriptions: others.cloned().collect() }
    }

    /// The subscription with this id.
    pub fn find(&self, id: &str) -> Option<&Subscription> {
        self.subscriptions.iter().find(|subscription| subscription.id == id)
    }
}
