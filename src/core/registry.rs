//! What an org's `Registry` can be asked, and what it answers.

use serde::{Deserialize, Serialize};

use super::{
    auth::KeyRecord,
    health::Disabled,
    org::{Org, OrgSettings},
    subscription::{Snapshot, Subscription},
};

/// One call.
#[derive(Debug, Serialize, Deserialize)]
pub enum Command {
    /// All subscriptions. Answers a [`Snapshot`].
    Snapshot,
    /// Adds a subscription. Answers [`Created`].
    Create {
        /// The subscription.
        subscription: Subscription,
        /// Where the client sent an `Idempotency-Key`.
        idempotency: Option<Idempotency>,
    },
    /// Puts a changed subscription in place of the one it was made from. Answers a [`Snapshot`]; 412 where there is another
    /// revision by now.
    Replace {
        /// The subscription as it shall be; its revision is counted up here.
        subscription: Subscription,
        /// The revision that it was made from.
        expected: u64,
    },
    /// Removes a subscription. Answers a [`Snapshot`].
    Delete {
        /// Which.
        id: String,
        /// Only if it is at this revision.
        expected: Option<u64>,
    },
    /// Holds a subscription's deliveries, since its endpoint was given up. Answers a [`Snapshot`].
    Disable {
        /// Which.
        id: String,
        /// When and why.
        disabled: Disabled,
    },
    /// The org's settings. Answers [`OrgSettings`].
    Settings,
    /// Puts changed settings in place of those they were made from. Answers a [`Snapshot`]; 412 where there is another revision
    /// by now.
    SetSettings {
        /// The settings as they shall be; their revision is counted up here.
        settings: OrgSettings,
        /// The revision that they were made from.
        expected: u64,
    },
    /// All API keys. Answers a list of [`KeyRecord`].
    Keys,
    /// Adds an API key. Answers the [`KeyRecord`].
    CreateKey {
        /// The key.
        record: KeyRecord,
        /// What it is known by.
        hash: String,
        /// Where the client sent an `Idempotency-Key`; 409 where it made a key before, which can't be shown again.
        #[serde(default)]
        idempotency: Option<Idempotency>,
    },
    /// Revokes an API key. Answers [`Found`] with the key that was revoked.
    RevokeKey {
        /// Which.
        id: String,
    },
    /// Looks an API key up, and notes that it was used. Answers [`Found`].
    Authenticate {
        /// What it is known by.
        hash: String,
        /// Now, in milliseconds since 1970.
        now: i64,
    },
    /// All orgs; asked of the default org's registry. Answers a list of [`Org`].
    Orgs,
    /// Adds an org; likewise. Answers the [`Org`]; 409 where there is one of that id.
    CreateOrg(Org),
}

/// What makes a repeated creation the same one.
#[derive(Debug, Serialize, Deserialize)]
pub struct Idempotency {
    /// The client's key.
    pub key: String,
    /// The hash of what it asked for.
    pub fingerprint: String,
}

/// A subscription was created, now or when the same was asked before.
#[derive(Debug, Serialize, Deserialize)]
pub struct Created {
    /// Its id.
    pub id: String,
    /// Everything as it is now.
    pub snapshot: Snapshot,
}

/// A key, if there is one.
#[derive(Debug, Serialize, Deserialize)]
pub struct Found {
    /// The key.
    pub key: Option<KeyRecord>,
}
