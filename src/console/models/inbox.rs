//! The receiver's inbox and its queue of reviews.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

/// A page of the inbox.
#[derive(Clone, Debug, Deserialize)]
pub struct InboxPage {
    /// Newest first.
    pub deliveries: Vec<InboxDelivery>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

/// A delivery in it.
#[derive(Clone, Debug, Deserialize)]
pub struct InboxDelivery {
    /// Its id.
    pub id: String,
    /// The event's type, as far as the sender said it.
    pub event_type: Option<String>,
    /// How it came.
    pub origin: String,
    /// When.
    pub received_at: String,
    /// `open`, `done` or `dead`.
    pub state: String,
    /// How far each handler is.
    pub handlers: BTreeMap<String, Handler>,
    /// Why it came to no handler at all.
    pub reason: Option<String>,
}

/// How far a handler is.
#[derive(Clone, Debug, Deserialize)]
pub struct Handler {
    /// `done`, `waiting` or `dead`.
    pub state: String,
    /// How often it was run.
    pub attempts: u32,
    /// When it is run again.
    pub next_attempt_at: Option<String>,
    /// Why it failed.
    pub reason: Option<String>,
}

/// A page of reviews.
#[derive(Clone, Debug, Deserialize)]
pub struct ReviewPage {
    /// Oldest first.
    pub reviews: Vec<Review>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

/// A delivery that people are to look at.
#[derive(Clone, Debug, Deserialize)]
pub struct Review {
    /// The delivery's id.
    pub id: String,
    /// `open`, `claimed` or `labelled`.
    pub state: String,
    /// When it was put in the queue.
    pub created_at: String,
    /// Why: `flagged`, `feedback`, `event` or `sample`.
    pub reason: String,
    /// The event's type.
    pub event_type: String,
    /// The gateway's id of the request.
    pub request_id: Option<String>,
    /// The end user.
    pub user_id: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// Who has it.
    pub claimed_by: Option<String>,
    /// Until when.
    pub claimed_until: Option<String>,
    /// What was said of it.
    pub label: Option<Label>,
    /// What was asked and answered; not in lists.
    #[serde(default)]
    pub exchange: Option<ReviewExchange>,
}

/// What was said of a review.
#[derive(Clone, Debug, Deserialize)]
pub struct Label {
    /// In a word.
    pub label: String,
    /// In more.
    pub comment: Option<String>,
    /// By whom.
    pub reviewer: Option<String>,
    /// When.
    pub at: String,
}

/// What is kept of a delivery for those who look at it.
#[derive(Clone, Debug, Deserialize)]
pub struct ReviewExchange {
    /// What the delivery said beside the bodies.
    pub event: Option<Box<RawValue>>,
    /// What was asked.
    pub request: Option<Box<RawValue>>,
    /// What was answered.
    pub response: Option<Box<RawValue>>,
}
