//! Where events come in: one file for each form that they come in. What they mean is read in `core::event` and
//! `core::adapter`; here they are only received and answered.

pub mod events;
pub mod helicone;
pub mod litellm;
pub mod otlp;

use worker::Request;

use crate::{
    core::{
        answer::Accepted,
        envelope::ApiError,
        event::{BatchError, BodyFormat, MAX_EVENTS},
        intake::Rejection,
        limits,
    },
    dispatcher::intake::Outcome,
    edge::{
        body,
        http::{Answer, header, ok},
    },
};

/// How many rejections are spelt out in the error of a call of which nothing was accepted.
const SHOWN: usize = 5;

/// A call's body and how it is laid out: JSON, or NDJSON.
async fn receive(request: &mut Request) -> Result<(Vec<u8>, BodyFormat), ApiError> {
    let content_type = header(request, "content-type");
    let format = BodyFormat::from_content_type(content_type.as_deref()).ok_or_else(|| {
        ApiError::new(
            415,
            "content-type: must be application/json (one event or an array) or application/x-ndjson",
        )
    })?;
    Ok((body::read(request, limits::EVENTS_BODY).await?, format))
}

fn refuse(error: BatchError) -> ApiError {
    match error {
        BatchError::Malformed(problem) => ApiError::bad_request(format!("body: {problem}")),
        BatchError::TooMany => {
            ApiError::new(413, format!("body: too many events; at most {MAX_EVENTS} are taken in one call"))
        }
    }
}

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
