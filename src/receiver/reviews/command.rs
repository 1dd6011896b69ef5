//! What `Reviews` can be asked.

use serde::{Deserialize, Serialize};

use crate::core::review::{ClaimRequest, Item, LabelRequest, Query};

/// One call.
#[derive(Debug, Serialize, Deserialize)]
pub enum Command {
    /// Puts items in the queue; one that is there already stays as it is. Answers how many are new, as a number.
    Put(Vec<Item>),
    /// One item. Answers a [`Found`].
    Find {
        /// Its id.
        id: String,
    },
    /// Items of a state, oldest first. Answers a list of [`Item`].
    List(Query),
    /// Gives an item to somebody. Answers the [`Item`], as do the others below.
    Claim {
        /// Its id.
        id: String,
        /// To whom, and for how long.
        request: ClaimRequest,
    },
    /// Takes an item back.
    Release {
        /// Its id.
        id: String,
        /// From whom; from anybody where absent.
        reviewer: Option<String>,
    },
    /// Says what an item is.
    Label {
        /// Its id.
        id: String,
        /// What it is.
        request: LabelRequest,
    },
}

/// An item that was looked for.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Found {
    /// The item.
    pub item: Option<Item>,
}
