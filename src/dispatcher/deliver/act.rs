//! What becomes of a message once it is decided. A message leaves its queue only when whatever follows is safe elsewhere.

use worker::Env;

use super::attempted::Fault;
use crate::{
    core::{
        delivery::Message,
        ids,
        ledger::{Row, State},
    },
    dispatcher::{lanes, ledger::command::Recorded},
    edge::{
        clock,
        log::Line,
        queue::{self, Incoming},
        random, storage,
    },
};

/// When a fault is ours, the message waits this long for us to be well again.
pub(super) const FAULT_DELAY_SECONDS: u32 = 30;

/// Puts a message aside that is none of ours: into the archive bucket, for people to look at.
pub async fn put_aside(incoming: Incoming, text: &str, why: &str, env: &Env) {
    Line::error("delivery.poison").text("why", why).size("bytes", text.len()).emit();
    let Ok(random) = random::bytes() else { return incoming.retry(FAULT_DELAY_SECONDS) };
    let key = format!("poison/{}", ids::segment(clock::now().millis(), random));
    match storage::put_object(env, &key, text.as_bytes().to_vec(), "text/plain").await {
        Ok(()) => incoming.ack(),
        Err(error) => {
            Line::error("delivery.not_put_aside").text("why", &error).emit();
            incoming.retry(FAULT_DELAY_SECONDS);
        }
    }
}

/// Puts a message on a queue anew, to be handed out after a delay: so it costs none of the times that a queue hands out one
/// and the same message.
pub async fn move_on(
    incoming: Incoming,
    message: &Message,
    body: Option<&str>,
    queue: &str,
    seconds: u32,
    env: &Env,
) {
    match queue::send_later(env, queue, &message.encode_with(body), seconds).await {
        Ok(()) => incoming.ack(),
        Err(why) => {
            Line::error("queue.unavailable").text("queue", queue).text("why", &why).emit();
            incoming.retry(seconds.max(FAULT_DELAY_SECONDS));
        }
    }
}

/// A message could not be sent, through a fault of ours.
pub fn halted(incoming: Incoming, message: &Message, fault: &Fault) {
    Line::error("delivery.fault")
        .text("delivery", &message.id)
        .text("subscription", &message.subscription)
        .text("why", fault)
        .emit();
    incoming.retry(FAULT_DELAY_SECONDS);
}

/// Does with a message what its row says, once that is recorded.
pub async fn decide(
    incoming: Incoming,
    message: &Message,
    body: Option<&str>,
    row: &Row,
    recorded: &Recorded,
    env: &Env,
) {
    let now = clock::now();
    match (row.state, row.due) {
        (State::Delivered, _) => incoming.ack(),
        (State::Dead, _) => {
            Line::warn("delivery.dead")
                .text("delivery", &message.id)
                .text("subscription", &message.subscription)
                .number("attempts", row.made)
                .maybe("why", row.why.as_deref())
                .emit();
            incoming.ack();
        }
        (State::Retrying, due) => {
            let wait = due.unwrap_or_default().saturating_sub(now.millis()).max(0);
            let seconds = u32::try_from(wait.saturating_add(999).div_euclid(1000)).unwrap_or(u32::MAX);
            // Where it stands alone it is brought along as it is, and otherwise as the ledger now has it.
            if recorded.health.is_slow(now) || message.unrecorded.is_some() {
                let queue = if recorded.health.is_slow(now) { lanes::SLOW } else { lanes::EXPRESS };
                move_on(incoming, &message.recorded(), body, queue, seconds, env).await;
            } else {
                incoming.retry(seconds);
            }
        }
    }
}

/// What came of a message could not be recorded: it takes its row along, and the next one who sees it records that and sends
/// nothing.
pub async fn carry_on(incoming: Incoming, mut message: Message, body: Option<&str>, row: &Row, env: &Env) {
    message.unrecorded = serde_json::to_value(row).ok();
    move_on(incoming, &message, body, lanes::EXPRESS, FAULT_DELAY_SECONDS, env).await;
}
