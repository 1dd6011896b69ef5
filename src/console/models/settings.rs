//! An org's settings, the keys and the orgs.

use serde::Deserialize;

use crate::core::org::Retain;

/// What an org decides for all of its subscriptions.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// Which requests its history keeps.
    pub retain: Retain,
    /// For how many days; none where the deployment says so.
    pub retention_days: Option<u32>,
}

/// An API key.
#[derive(Clone, Debug, Deserialize)]
pub struct Key {
    /// `key_…`.
    pub id: String,
    /// The org that it acts for.
    pub org: String,
    /// For people.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created_at: String,
    /// When it was last used, to the minute.
    pub last_used_at: Option<String>,
    /// The key itself, in the answer that made it.
    #[serde(default)]
    pub key: Option<String>,
}

/// An org.
#[derive(Clone, Debug, Deserialize)]
pub struct Org {
    /// Its id.
    pub id: String,
    /// For people.
    pub name: String,
    /// When it was added; none of the one that was always there.
    pub created_at: Option<String>,
}
