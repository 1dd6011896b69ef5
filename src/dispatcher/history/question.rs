//! What a day can be asked about its requests, and what it answers.

use serde::{Deserialize, Serialize};

use crate::core::history::query::{Filter, Note, Order, Row, RowKey};

/// One question.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Question {
    /// Rows in an order.
    Page {
        /// Which requests.
        filter: Filter,
        /// In which order.
        order: Order,
        /// Behind this one.
        after: Option<RowKey>,
        /// At most so many.
        limit: usize,
        /// Behind so many of them. How many there were to skip is the answer's `count`.
        skip: usize,
        /// Whether to tell how SQLite looks.
        explain: bool,
    },
    /// How many requests there are.
    Count {
        /// Which requests.
        filter: Filter,
    },
    /// The rows of these requests.
    ByIds {
        /// Their ids.
        ids: Vec<String>,
    },
    /// Notes something of a request. Answers its row as it is then, if it has one.
    Note {
        /// Its id.
        id: String,
        /// What is said of it.
        note: Note,
    },
}

/// The answer.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Found {
    /// The table is not made to its end yet, and nothing else is answered: ask again.
    pub is_behind: bool,
    /// The rows.
    pub rows: Vec<Row>,
    /// How many were counted or skipped.
    pub count: usize,
    /// How SQLite looked.
    pub plan: Vec<String>,
}
