//! How deliveries come to the inbox.

use serde::{Deserialize, Serialize};

/// How a delivery came to the inbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// Signed by Standard Webhooks, through the door.
    #[default]
    Standard,
    /// Signed by Helicone's scheme alone, through the door.
    Helicone,
    /// Read from a request API, because its delivery was missed.
    Backfill,
    /// Made here: news of the receiver's own, such as a budget that was crossed.
    Own,
}

impl Origin {
    /// As it is stored and shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Helicone => "helicone",
            Self::Backfill => "backfill",
            Self::Own => "own",
        }
    }
}
