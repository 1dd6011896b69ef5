//! Which delivery may be sent now.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{State, begins_round};

/// What a claim needs to know of a delivery that has a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brief {
    /// How it stands.
    pub state: State,
    /// When its next attempt is due, in milliseconds since 1970.
    pub due: Option<i64>,
    /// The resend that began its present round.
    pub resend: Option<String>,
}

/// The answer to a claim, for one delivery.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grant {
    /// Send it. The row as it is stored, where there is one.
    Send(Option<Box<RawValue>>),
    /// Nothing is left to do: it was delivered, or given up.
    Settled,
    /// Not now: ask again in so many seconds. Somebody else is at it, or its retry is not due yet.
    Wait(u32),
    /// Not now: the endpoint's rate is used up for so many seconds.
    Limited(u32),
}

/// What comes of a claim, before the endpoint's rate is looked at. `Ok` means that it may be sent.
///
/// `busy_ms` is how long somebody else still holds the delivery. `resend` is the message's; one that is newer than the row's
/// opens it again, however it stands.
pub fn judge(brief: Option<&Brief>, busy_ms: i64, resend: Option<&str>, now: i64) -> Result<(), Grant> {
    if busy_ms > 0 {
        return Err(Grant::Wait(seconds(busy_ms)));
    }
    let Some(brief) = brief else { return Ok(()) };
    match (brief.state, brief.due) {
        _ if begins_round(resend, brief.resend.as_deref()) => Ok(()),
        (State::Delivered | State::Dead, _) => Err(Grant::Settled),
        (State::Retrying, Some(due)) if due > now => Err(Grant::Wait(seconds(due.saturating_sub(now)))),
        (State::Retrying, _) => Ok(()),
    }
}

/// Whole seconds, rounded up: never sooner.
fn seconds(millis: i64) -> u32 {
    u32::try_from(millis.saturating_add(999).div_euclid(1000)).unwrap_or(u32::MAX)
}
