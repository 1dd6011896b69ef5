//! Telling a subscription's ledger what came of its share of a batch.

use serde::de::DeserializeOwned;
use worker::Env;

use super::{
    act::{self, FAULT_DELAY_SECONDS, Moves},
    attempted::Attempted,
    group::{Group, Job},
    news,
};
use crate::{
    core::{
        envelope::ApiError,
        ledger::{Hours, Row, State, count, count_given_up, merge},
    },
    dispatcher::ledger::{
        client,
        command::{Command, Record, Recorded, Stored},
    },
    edge::{clock, log::Line},
};

/// How often recording is tried before its outcome travels on in the message.
const TRIES: u32 = 3;

impl Group {
    /// Asks the ledger; again after a moment where it gives no answer, up to so many times in all.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        command: &Command,
        tries: u32,
        env: &Env,
    ) -> Result<T, ApiError> {
        let mut tried: u32 = 1;
        loop {
            let answer = client::call(env, &self.org, &self.subscription_id, command).await;
            if answer.is_ok() || tried >= tries {
                return answer;
            }
            // Soon at first: most calls fail because an object has just moved.
            clock::sleep(u64::from(tried).saturating_pow(2).saturating_mul(50)).await;
            tried = tried.saturating_add(1);
        }
    }

    /// Tells the ledger what came of the messages so far, and then does with them what was decided.
    pub async fn record(&self, env: &Env) {
        let (done, released) = (self.done.take(), self.released.take());
        self.first_result_at.set(None);
        if done.is_empty() && released.is_empty() {
            return;
        }
        let number = self.records.replace(self.records.get().saturating_add(1));
        let mark = format!("{}.{number}", self.mark);
        let record = match record_of(&done, released, mark) {
            Ok(record) => record,
            Err(error) => {
                Line::error("delivery.unwritable").text("why", &error.message).emit();
                return done.into_iter().for_each(|(job, _)| job.incoming.retry(FAULT_DELAY_SECONDS));
            }
        };
        let command = Command::Record(Box::new(record));
        match self.ask::<Recorded>(&command, TRIES, env).await {
            Ok(recorded) => {
                if let (Command::Record(record), Ok(mut counted)) = (&command, self.counted.try_borrow_mut())
                {
                    merge(&mut counted, &record.hours);
                }
                let dead: Vec<&Row> = done
                    .iter()
                    .map(|(_, result)| &result.row)
                    .filter(|row| row.state == State::Dead)
                    .collect();
                news::heed(self, &recorded, &dead, env).await;
                let mut moves = Moves::default();
                for (job, result) in done {
                    let Job { incoming, message, body, .. } = job;
                    act::decide(incoming, &message, body.as_deref(), &result.row, &recorded, &mut moves);
                }
                moves.send(env).await;
            }
            Err(error) => {
                Line::error("delivery.unrecorded").text("why", &error.message).emit();
                let mut moves = Moves::default();
                for (job, result) in done {
                    act::carry_on(job.incoming, job.message, job.body.as_deref(), &result.row, &mut moves);
                }
                moves.send(env).await;
            }
        }
    }
}

fn record_of(done: &[(Job, Attempted)], released: Vec<String>, mark: String) -> Result<Record, ApiError> {
    let mut record = Record { mark, released, ..Record::default() };
    let mut hours = Hours::default();
    for (job, result) in done {
        let row = &result.row;
        let stored = Stored::new(row, job.existing.is_none());
        record.rows.push(stored.ok_or_else(|| ApiError::new(500, "a row can't be written"))?);
        record.observed.extend(result.observed);
        match row.attempts.last().filter(|_| result.is_counted) {
            Some(attempt) => count(&mut hours, row, attempt),
            None if row.state == State::Dead => count_given_up(&mut hours, row, row.updated_at),
            None => {}
        }
    }
    record.hours = hours;
    Ok(record)
}
