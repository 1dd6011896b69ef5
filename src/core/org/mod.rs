//! The tenants.

mod event_type;
mod settings;

pub use event_type::{MAX_DESCRIPTION, MAX_SCHEMA, MAX_TYPES, OwnType};
pub use settings::{OrgSettings, RETENTION_DAYS, Retain};

use serde::{Deserialize, Serialize};

/// An org as the default org's registry keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Org {
    /// Its id, which keys and archive paths carry.
    pub id: String,
    /// For people.
    pub name: String,
    /// Milliseconds since 1970.
    pub created_at: i64,
}
