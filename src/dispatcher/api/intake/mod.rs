//! Where events come in: one file for each form that they come in. What they mean is read in `core::event` and
//! `core::adapter`; here they are only received and answered.

pub mod events;
pub mod otlp;

use crate::{
    core::{answer::Accepted, envelope::ApiError, intake::Rejection},
    dispatcher::intake::Outcome,
    edge::http::{Answer, ok},
};

/// How many rejections are spelt out in the error of a call of which nothing was accepted.
const SHOWN: usize = 5;

/// 202 with what was accepted and what was not; 400 where nothing was.
fn answer(outcome: Outcome, is_single: bool) -> Answer {
    if outcome.accepted == 0 && !outcome.rejected.is_empty() {
        return Err(ApiError::bad_request(summary(&outcome.rejected, is_single)));
    }
    let Outcome { accepted, deliveries, held, rejected, unpriced: _ } = outcome;
    ok(202, &Accepted { accepted, deliveries, held, rejected })
}

fn summary(rejected: &[Rejection], is_single: bool) -> String {
    if let ([only], true) = (rejected, is_single) {
        return only.error.clone();
    }
    let shown: Vec<String> = rejected
        .iter()
        .take(SHOWN)
        .map(|rejection| format!("[{}] {}", rejection.index, rejection.error))
        .collect();
    let more = rejected.len().saturating_sub(SHOWN);
    let rest = if more > 0 { format!("; and {more} more") } else { String::new() };
    format!("no event was accepted: {}{rest}", shown.join("; "))
}
