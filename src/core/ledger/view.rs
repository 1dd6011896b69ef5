//! A delivery as the API shows it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Attempt, Lane, Row, State, Untried};
use crate::core::{delivery::Message, time::Timestamp};

/// How a delivery stands, for whoever asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub enum DeliveryState {
    /// It was never tried and waits on the queue.
    Waiting,
    /// It was never tried: the webhook is, or was then, paused or disabled. `recover` sends it.
    Held,
    /// An attempt failed, and another one is due.
    Retrying,
    /// The endpoint has it.
    Delivered,
    /// Given up. It can be sent again.
    Dead,
}

impl From<State> for DeliveryState {
    fn from(state: State) -> Self {
        match state {
            State::Retrying => Self::Retrying,
            State::Delivered => Self::Delivered,
            State::Dead => Self::Dead,
        }
    }
}

impl From<Untried> for DeliveryState {
    fn from(state: Untried) -> Self {
        match state {
            Untried::Held => Self::Held,
            Untried::Waiting => Self::Waiting,
        }
    }
}

/// One delivery.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = DeliveryLog))]
pub struct DeliveryView<'a> {
    /// `msg_…`, sent as `webhook-id`.
    id: &'a str,
    /// The webhook's id.
    webhook_id: &'a str,
    /// The event's id.
    event_id: &'a str,
    /// The event's type.
    event_type: &'a str,
    state: DeliveryState,
    /// Why it is retried or was given up: a stable code; null where all is well.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    reason: Option<&'a str>,
    /// When the event was accepted.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    accepted_at: String,
    /// When the last attempt was recorded.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    updated_at: String,
    /// When the next attempt is due; null where there will be none.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required, format = DateTime))]
    next_attempt_at: Option<String>,
    /// How many attempts were made.
    attempt_count: u32,
    /// What the endpoint answered last; null where it did not.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    last_status: Option<u16>,
    /// Why it did not answer, the last time; null where it did.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    last_failure: Option<&'a str>,
    /// The attempts that are kept, oldest first; in lists they are left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(not(target_arch = "wasm32"), schema(nullable = false))]
    attempts: Option<Vec<AttemptView<'a>>>,
}

/// One attempt.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = Attempt))]
struct AttemptView<'a> {
    /// Counted from 1, sent as `webhook-attempt`.
    number: u32,
    /// When it began: the moment that its timestamp and signatures are of.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    at: String,
    /// How long it took.
    latency_ms: i64,
    lane: Lane,
    /// What the endpoint answered; null where it did not.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    status: Option<u16>,
    /// Why it did not answer; null where it did.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    failure: Option<&'a str>,
    /// The beginning of its answer, at most 4 KB.
    reply: &'a str,
    /// The signatures that were sent, by header.
    signatures: BTreeMap<&'a str, &'a str>,
}

impl<'a> DeliveryView<'a> {
    /// For a list: without the attempts.
    pub fn short(row: &'a Row) -> Self {
        let time = |millis: i64| Timestamp::from_millis(millis).to_string();
        let last = row.attempts.last();
        Self {
            reason: row.why.as_deref(),
            updated_at: time(row.updated_at),
            next_attempt_at: row.due.map(time),
            attempt_count: row.made,
            last_status: last.and_then(|attempt| attempt.status),
            last_failure: last.and_then(|attempt| attempt.failure.as_deref()),
            ..Self::untried(&row.message, row.state)
        }
    }

    /// Of one that was never tried.
    pub fn untried(message: &'a Message, state: impl Into<DeliveryState>) -> Self {
        let accepted_at = Timestamp::from_millis(message.accepted_at).to_string();
        Self {
            id: &message.id,
            webhook_id: &message.subscription,
            event_id: &message.event,
            event_type: &message.event_type,
            state: state.into(),
            reason: None,
            updated_at: accepted_at.clone(),
            accepted_at,
            next_attempt_at: None,
            attempt_count: 0,
            last_status: None,
            last_failure: None,
            attempts: None,
        }
    }

    /// With all its attempts.
    pub fn full(row: &'a Row) -> Self {
        Self { attempts: Some(row.attempts.iter().map(AttemptView::new).collect()), ..Self::short(row) }
    }
}

impl<'a> AttemptView<'a> {
    fn new(attempt: &'a Attempt) -> Self {
        let signatures = attempt.signatures.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        Self {
            number: attempt.number,
            at: Timestamp::from_millis(attempt.at).to_string(),
            latency_ms: attempt.ms,
            lane: attempt.lane,
            status: attempt.status,
            failure: attempt.failure.as_deref(),
            reply: &attempt.reply,
            signatures: signatures.collect(),
        }
    }
}
