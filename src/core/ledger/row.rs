//! One delivery: what was queued, what was tried, and how it stands.

use serde::{Deserialize, Serialize};

use super::begins_round;
use crate::core::{
    delivery::Message,
    retry::{Outcome, Verdict},
    time::Timestamp,
};

/// How many attempts a row keeps. The oldest go first; how many there were is counted beside them.
const KEPT_ATTEMPTS: usize = 60;

/// How much of a reply is kept, in bytes.
const REPLY_KEPT: usize = 4096;

/// How a delivery stands. What is held or still waiting for its first attempt has no row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// An attempt failed, and another one is due.
    Retrying,
    /// The endpoint has it.
    Delivered,
    /// Given up. It can be sent again.
    Dead,
}

/// The queue that an attempt came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub enum Lane {
    /// For endpoints that answer soon: a short deadline.
    Express,
    /// For those that do not: their full deadline.
    Slow,
}

/// One attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Counted from 1 over the delivery's life; sent as `webhook-attempt`.
    pub number: u32,
    /// When it began, in milliseconds since 1970: the moment that its timestamp, signatures and URL are of.
    pub at: i64,
    /// How long it took, in milliseconds.
    pub ms: i64,
    /// Where from.
    pub lane: Lane,
    /// What the endpoint answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why it did not answer: a code of [`crate::core::retry::Failure`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// The beginning of its answer, at most 4 KB.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reply: String,
    /// The signatures that were sent: header and value.
    pub signatures: Vec<(String, String)>,
}

impl Attempt {
    /// An attempt from what came of it after so many milliseconds.
    pub fn new(number: u32, lane: Lane, began: Timestamp, ms: i64, outcome: &Outcome) -> Self {
        let (status, failure) = match outcome {
            Outcome::Answered { status, .. } => (Some(*status), None),
            Outcome::Failed(failure) => (None, Some(failure.code().to_owned())),
        };
        Self {
            number,
            at: began.millis(),
            ms,
            lane,
            status,
            failure,
            reply: String::new(),
            signatures: Vec::new(),
        }
    }

    /// The same with the beginning of the reply; bytes that are no UTF-8 are replaced, and no character is cut in two.
    pub fn with_reply(mut self, reply: &[u8]) -> Self {
        // Beyond what is kept, so that the last character of it is whole.
        let head = reply.get(..REPLY_KEPT.saturating_add(4)).unwrap_or(reply);
        let mut text = String::from_utf8_lossy(head).into_owned();
        text.truncate(text.floor_char_boundary(REPLY_KEPT));
        self.reply = text;
        self
    }

    /// Whether the endpoint took it.
    pub fn is_success(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }
}

/// One delivery as the ledger keeps it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// What was queued, without the body.
    pub message: Message,
    /// How it stands.
    pub state: State,
    /// How many attempts were made.
    pub made: u32,
    /// How many of them before the present round: a resend begins a new one, with the whole schedule before it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub before_round: u32,
    /// The resend that began the present round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resend: Option<String>,
    /// When the next attempt is due, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<i64>,
    /// Why it is retried or dead: a stable code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// When the row was written last, in milliseconds since 1970.
    pub updated_at: i64,
    /// Oldest first.
    pub attempts: Vec<Attempt>,
}

pub(super) fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Row {
    /// The row that a message goes on with: the one it has, or a new one. A resend that is newer than the row's begins a
    /// new round.
    pub fn of(message: &Message, existing: Option<Self>) -> Self {
        let mut row = existing.unwrap_or_else(|| Self {
            message: message.without_body(),
            state: State::Retrying,
            made: 0,
            before_round: 0,
            resend: None,
            due: None,
            why: None,
            updated_at: 0,
            attempts: Vec::new(),
        });
        if begins_round(message.resend.as_deref(), row.resend.as_deref()) {
            row.resend.clone_from(&message.resend);
            row.before_round = row.made;
        }
        row
    }

    /// The number of the next attempt over the delivery's life, from 1.
    pub fn next_number(&self) -> u32 {
        self.made.saturating_add(1)
    }

    /// Its number in the present round, from 1: what the schedule counts by.
    pub fn next_in_round(&self) -> u32 {
        self.next_number().saturating_sub(self.before_round)
    }

    /// Notes an attempt and what was decided after it.
    pub fn note(&mut self, attempt: Attempt, verdict: &Verdict, now: Timestamp) {
        self.made = self.made.max(attempt.number);
        self.attempts.push(attempt);
        if self.attempts.len() > KEPT_ATTEMPTS {
            self.attempts.remove(0);
        }
        match verdict {
            Verdict::Delivered => self.settle(State::Delivered, None, now),
            Verdict::RetryAfter { seconds, why } => {
                self.settle(State::Retrying, Some(why.code()), now);
                self.due = Some(now.plus_seconds(i64::from(*seconds)).millis());
            }
            Verdict::DeadLetter(why) | Verdict::DisableEndpoint(why) => {
                self.settle(State::Dead, Some(why.code()), now);
            }
        }
    }

    /// Gives the delivery up without an attempt, through a fault of our own.
    pub fn give_up(&mut self, why: &str, now: Timestamp) {
        self.settle(State::Dead, Some(why), now);
    }

    fn settle(&mut self, state: State, why: Option<&str>, now: Timestamp) {
        self.state = state;
        self.due = None;
        self.why = why.map(str::to_owned);
        self.updated_at = now.millis();
    }
}
