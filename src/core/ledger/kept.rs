//! A row as a ledger's database keeps it: compact, since rows are most of what a deployment stores.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use super::{Attempt, Lane, Row, State, row::is_zero};
use crate::core::delivery::{KeptMessage, Whose};

/// How the older form of a row begins: the row itself as JSON.
const OLDER: &str = "{\"message\":";

/// The headers of signatures, which are most of those that are kept.
const SIGNATURES: [(&str, &str); 2] = [("h", "helicone-signature"), ("w", "webhook-signature")];

#[derive(Serialize, Deserialize)]
struct Kept<'a> {
    #[serde(rename = "m")]
    message: KeptMessage<'a>,
    #[serde(rename = "s")]
    state: State,
    #[serde(rename = "n")]
    made: u32,
    #[serde(rename = "k", default, skip_serializing_if = "is_zero")]
    before_round: u32,
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    resend: Option<Cow<'a, str>>,
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    due: Option<i64>,
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    why: Option<Cow<'a, str>>,
    #[serde(rename = "u")]
    updated_at: i64,
    #[serde(rename = "x")]
    attempts: Vec<KeptAttempt<'a>>,
}

/// Number, beginning, duration, whether it was in the slow lane, status, failure, reply, signatures.
#[derive(Serialize, Deserialize)]
struct KeptAttempt<'a>(
    u32,
    i64,
    i64,
    bool,
    Option<u16>,
    Option<Cow<'a, str>>,
    Cow<'a, str>,
    Vec<(Cow<'a, str>, Cow<'a, str>)>,
);

impl Row {
    /// The row as it is kept; `None` where it can't be written.
    pub fn keep(&self) -> Option<Box<RawValue>> {
        let kept = Kept {
            message: KeptMessage::of(&self.message),
            state: self.state,
            made: self.made,
            before_round: self.before_round,
            resend: self.resend.as_deref().map(Cow::Borrowed),
            due: self.due,
            why: self.why.as_deref().map(Cow::Borrowed),
            updated_at: self.updated_at,
            attempts: self.attempts.iter().map(KeptAttempt::of).collect(),
        };
        to_raw_value(&kept).ok()
    }

    /// Reads what [`Self::keep`] wrote, today's or the older form; `None` where it is neither.
    pub fn read(text: &str, whose: Whose<'_>) -> Option<Self> {
        if text.starts_with(OLDER) {
            return serde_json::from_str(text).ok();
        }
        let kept: Kept<'_> = serde_json::from_str(text).ok()?;
        Some(Self {
            message: kept.message.open(whose),
            state: kept.state,
            made: kept.made,
            before_round: kept.before_round,
            resend: kept.resend.map(Cow::into_owned),
            due: kept.due,
            why: kept.why.map(Cow::into_owned),
            updated_at: kept.updated_at,
            attempts: kept.attempts.into_iter().map(KeptAttempt::open).collect(),
        })
    }
}

impl<'a> KeptAttempt<'a> {
    fn of(attempt: &'a Attempt) -> Self {
        let short = |name: &'a str| {
            SIGNATURES.iter().find(|(_, long)| *long == name).map_or(name, |(short, _)| short)
        };
        let signature = |(name, value): &'a (String, String)| (short(name).into(), value.as_str().into());
        Self(
            attempt.number,
            attempt.at,
            attempt.ms,
            attempt.lane == Lane::Slow,
            attempt.status,
            attempt.failure.as_deref().map(Cow::Borrowed),
            attempt.reply.as_str().into(),
            attempt.signatures.iter().map(signature).collect(),
        )
    }

    fn open(self) -> Attempt {
        let Self(number, at, ms, is_slow, status, failure, reply, signatures) = self;
        let long = |name: Cow<'_, str>| {
            let known = SIGNATURES.iter().find(|(short, _)| *short == name);
            known.map_or_else(|| name.clone().into_owned(), |(_, long)| (*long).to_owned())
        };
        Attempt {
            number,
            at,
            ms,
            lane: if is_slow { Lane::Slow } else { Lane::Express },
            status,
            failure: failure.map(Cow::into_owned),
            reply: reply.into_owned(),
            signatures: signatures
                .into_iter()
                .map(|(name, value)| (long(name), value.into_owned()))
                .collect(),
        }
    }
}
