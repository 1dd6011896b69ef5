//! What the `Backfill` object can be asked.

use serde::{Deserialize, Serialize};

use crate::core::backfill::{Job, Spec};

/// One call. Each answers a [`Found`].
#[derive(Debug, Serialize, Deserialize)]
pub enum Command {
    /// Begins one.
    Begin(Spec),
    /// Shows one.
    Find {
        /// Its id.
        id: String,
    },
    /// Stops one.
    Cancel {
        /// Its id.
        id: String,
    },
}

/// A backfill that was looked for.
#[derive(Debug, Serialize, Deserialize)]
pub struct Found {
    /// It, where there is one.
    pub job: Option<Job>,
}
