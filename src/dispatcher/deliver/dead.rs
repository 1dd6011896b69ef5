//! The dead-letter queues: messages that a consumer of ours failed at again and again without deciding anything. Their
//! deliveries are given up in the ledger, where they are seen and can be sent again.

use worker::Env;

use super::act::{self, FAULT_DELAY_SECONDS};
use crate::{
    core::{
        analytics::Gathered,
        delivery::Message,
        envelope::ApiError,
        ledger::{Hours, Row, State, begins_round, count_given_up},
    },
    dispatcher::ledger::{
        client,
        command::{Command, Found, Record, Recorded, Stored},
    },
    edge::{
        analytics, clock,
        log::Line,
        queue::{Batch, Incoming},
    },
};

/// Why such a delivery is dead: it is our fault and not the endpoint's.
const WHY: &str = "internal";

/// Gives up each delivery of a batch.
pub async fn consume(batch: Batch, env: &Env) {
    let mut gathered = Gathered::default();
    for incoming in batch.into_messages() {
        let text = incoming.text().unwrap_or_default();
        for (incoming, part) in act::parts(incoming, &text) {
            match part {
                Ok((message, _)) => give_up(incoming, &message, &mut gathered, env).await,
                Err((text, why)) => act::put_aside(incoming, text, why, env).await,
            }
        }
    }
    analytics::write(env, &gathered.points());
}

async fn give_up(incoming: Incoming, message: &Message, gathered: &mut Gathered, env: &Env) {
    let line = Line::error("delivery.dead").text("delivery", &message.id).text("why", WHY);
    line.text("subscription", &message.subscription).emit();
    match record(message, env).await {
        Ok(hours) => {
            gathered.add(&message.org, &message.subscription, &hours);
            incoming.ack();
        }
        Err(error) => {
            Line::error("delivery.not_buried").text("why", &error.message).emit();
            incoming.retry(FAULT_DELAY_SECONDS);
        }
    }
}

/// Gives what was counted.
async fn record(message: &Message, env: &Env) -> Result<Hours, ApiError> {
    let (org, subscription) = (&message.org, &message.subscription);
    let find = Command::Find { id: message.id.clone() };
    let Found { row: existing } = client::call(env, org, subscription, &find).await?;
    let is_new = existing.is_none();
    if existing.as_ref().is_some_and(|row| {
        row.state != State::Retrying && !begins_round(message.resend.as_deref(), row.resend.as_deref())
    }) {
        return Ok(Hours::new());
    }
    let mut row = Row::of(message, existing);
    row.give_up(WHY, clock::now());
    let stored = Stored::new(&row, is_new).ok_or_else(|| ApiError::new(500, "a row can't be written"))?;
    let mut hours = Hours::new();
    count_given_up(&mut hours, &row, row.updated_at);
    let record = Record { rows: vec![stored], hours: hours.clone(), ..Record::default() };
    client::call::<Recorded>(env, org, subscription, &Command::Record(Box::new(record))).await.map(|_| hours)
}
