//! What a day's `History` can be asked, and what it answers.
//!
//! On the wire a command and an answer are one line of JSON each; the bodies of rows follow it, one a line, as they are
//! stored. So the object neither parses them nor writes them anew.

use serde::{Deserialize, Serialize};

use super::question::Question;
use crate::core::{envelope::ApiError, history::SegmentIndex};

/// One call.
#[derive(Debug, Serialize, Deserialize)]
pub enum Command {
    /// Adds the rows of one segment; their bodies follow. Answers an empty [`Page`].
    Append {
        /// The segment's key in the archive.
        key: String,
        /// When its events were accepted, in milliseconds since 1970.
        at: i64,
        /// How many events each of the bodies is about.
        events: Vec<usize>,
        /// For how many days the org keeps its days; as many as the deployment where absent.
        #[serde(default)]
        days: Option<u32>,
    },
    /// Rows in the order they were added. Answers a [`Page`].
    Page {
        /// Those behind this one; all behind 0.
        after_seq: u64,
        /// At most so many.
        limit: usize,
    },
    /// The first rows that were not compared with the ledgers yet, and those in doubt whose time has come. Answers a [`Page`].
    Unchecked {
        /// The moment that it is, in milliseconds since 1970.
        now: i64,
        /// Of the new rows only those that were added by this moment.
        until: i64,
        /// At most so many.
        limit: usize,
    },
    /// These rows were compared. Answers an empty [`Page`].
    Checked(Checked),
    /// The day is kept for so many days from now on, whatever was said when its alarm was set. Answers an empty [`Page`].
    KeepFor {
        /// How many, today not counted.
        days: u32,
    },
    /// Asks about requests. Answers a `Found` in the envelope.
    Ask {
        /// The day's number, counted from 1970.
        day: i64,
        /// The question.
        question: Question,
    },
    /// The newest rows, newest first: as many as it takes to come to so many events. Answers a [`Page`].
    Latest {
        /// How many events.
        events: usize,
        /// Only rows before this one.
        before_seq: Option<u64>,
    },
}

/// What came of comparing rows with the ledgers.
#[derive(Debug, Serialize, Deserialize)]
pub struct Checked {
    /// The rows.
    pub seqs: Vec<u64>,
    /// Those of them of which something was queued again: they are in doubt, since a queue that lost one message may lose
    /// the next.
    pub doubtful: Vec<u64>,
    /// The moment that it is, in milliseconds since 1970.
    pub now: i64,
    /// After how long they are compared again for the first time, in milliseconds.
    pub wait: i64,
}

/// Rows, whose bodies follow.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Page {
    /// The rows.
    pub rows: Vec<Row>,
    /// Whether there are more beyond the last one: an answer is bounded in bytes, too.
    pub more: bool,
}

/// One row.
#[derive(Debug, Serialize, Deserialize)]
pub struct Row {
    /// Counts the day's rows, from 1.
    pub seq: u64,
    /// The segment's key in the archive.
    pub key: String,
    /// When its events were accepted, in milliseconds since 1970.
    pub at: i64,
    /// How many events the row is about.
    pub events: usize,
    /// A `SegmentIndex` as JSON.
    #[serde(skip)]
    pub body: String,
}

impl Row {
    /// What it says; an error where it can't be read.
    pub fn index(&self) -> Result<SegmentIndex, ApiError> {
        SegmentIndex::decode(&self.body)
            .ok_or_else(|| ApiError::new(500, "a row of the history can't be read"))
    }
}

/// A head and the bodies behind it as one text.
pub fn join<'a>(head: &impl Serialize, bodies: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut text = serde_json::to_string(head).ok()?;
    for body in bodies {
        text.push('\n');
        text.push_str(body);
    }
    Some(text)
}

/// The head of a text and the bodies behind it.
pub fn split(text: &str) -> (&str, impl Iterator<Item = &str>) {
    let mut lines = text.split('\n');
    (lines.next().unwrap_or_default(), lines)
}
