//! What becomes of a message once it is decided. A message leaves its queue only when whatever follows is safe elsewhere.

use worker::Env;

use super::attempted::Fault;
use crate::{
    core::{
        delivery::{Message, chunks, unbundle},
        ids,
        ledger::{Row, State},
    },
    dispatcher::{lanes, ledger::command::Recorded},
    edge::{
        clock,
        log::Line,
        queue::{self, Incoming, Outgoing},
        random, storage,
    },
};

/// When a fault is ours, the message waits this long for us to be well again.
pub(super) const FAULT_DELAY_SECONDS: u32 = 30;

/// One of the messages that the queue's holds, and its body; or its text and what is wrong with that.
pub type Part<'a> = Result<(Message, Option<&'a str>), (&'a str, &'static str)>;

/// The messages that one of the queue's holds, each to be decided by itself.
pub fn parts<'a>(incoming: Incoming, text: &'a str) -> Vec<(Incoming, Part<'a>)> {
    match unbundle(text) {
        Ok(texts) => {
            let parts = texts.iter().map(|text| Message::decode(text).map_err(|why| (*text, why)));
            incoming.split(texts.len()).zip(parts).collect()
        }
        Err(why) => vec![(incoming, Err((text, why)))],
    }
}

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

/// Messages that go on as new ones, gathered so that a queue takes many in one call.
#[derive(Default)]
pub struct Moves(Vec<(Incoming, &'static str, Outgoing)>);

impl Moves {
    /// Puts a message on a queue anew, to be handed out after a delay: so it costs none of the times that a queue hands out one
    /// and the same message.
    pub fn add(
        &mut self,
        incoming: Incoming,
        message: &Message,
        body: Option<&str>,
        queue: &'static str,
        seconds: u32,
    ) {
        let outgoing = Outgoing { text: message.encode_with(body), delay_seconds: seconds };
        self.0.push((incoming, queue, outgoing));
    }

    /// Sends them. Each leaves its old place once it has the new one, and comes again where it got none.
    pub async fn send(self, env: &Env) {
        for queue in [lanes::EXPRESS, lanes::SLOW] {
            let (mut incoming, mut outgoing) = (Vec::new(), Vec::new());
            for (from, _, text) in self.0.iter().filter(|(_, to, _)| *to == queue) {
                incoming.push(from);
                outgoing.push(text);
            }
            let mut from = incoming.into_iter();
            for chunk in chunks(outgoing.into_iter()) {
                let sent = queue::send_each(env, queue, &chunk).await;
                if let Err(why) = &sent {
                    Line::error("queue.unavailable").text("queue", queue).text("why", why).emit();
                }
                for (incoming, outgoing) in from.by_ref().zip(&chunk) {
                    match sent {
                        Ok(()) => incoming.ack(),
                        Err(_) => incoming.retry(outgoing.delay_seconds.max(FAULT_DELAY_SECONDS)),
                    }
                }
            }
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
pub fn decide(
    incoming: Incoming,
    message: &Message,
    body: Option<&str>,
    row: &Row,
    recorded: &Recorded,
    moves: &mut Moves,
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
            let is_slow = recorded.health.is_slow(now);
            if is_slow || message.unrecorded.is_some() || incoming.is_part() {
                let queue = if is_slow { lanes::SLOW } else { lanes::EXPRESS };
                moves.add(incoming, &message.recorded(), body, queue, seconds);
            } else {
                incoming.retry(seconds);
            }
        }
    }
}

/// What came of a message could not be recorded: it takes its row along, and the next one who sees it records that and sends
/// nothing.
pub fn carry_on(incoming: Incoming, mut message: Message, body: Option<&str>, row: &Row, moves: &mut Moves) {
    message.unrecorded = serde_json::to_value(row).ok();
    moves.add(incoming, &message, body, lanes::EXPRESS, FAULT_DELAY_SECONDS);
}
