//! `POST /v1/events`.

use worker::{Env, Request};

use crate::{
    core::{
        answer::Accepted,
        auth::Principal,
        envelope::ApiError,
        event::{Batch, BatchError, BodyFormat, MAX_EVENTS},
        intake::Rejection,
        limits,
    },
    dispatcher::intake,
    edge::{
        body,
        http::{Answer, header, ok},
    },
};

/// How many rejections are spelt out in the error of a call of which nothing was accepted.
const SHOWN: usize = 5;

/// Takes events in: one, an array, or NDJSON. 202 once they are stored and queued, with those that were rejected; 400 where
/// none was accepted.
pub async fn create(request: &mut Request, principal: Principal, env: &Env) -> Answer {
    let format =
        BodyFormat::from_content_type(header(request, "content-type").as_deref()).ok_or_else(|| {
            ApiError::new(
                415,
                "content-type: must be application/json (one event or an array) or application/x-ndjson",
            )
        })?;
    let body = body::read(request, limits::EVENTS_BODY).await?;
    let batch = Batch::split(&body, format).map_err(refuse)?;
    let single = batch.single;
    let outcome = intake::take_in(batch, body.len(), &principal, request, env).await?;
    if outcome.accepted == 0 && !outcome.rejected.is_empty() {
        return Err(ApiError::bad_request(summary(&outcome.rejected, single)));
    }
    ok(
        202,
        &Accepted {
            accepted: outcome.accepted,
            deliveries: outcome.deliveries,
            held: outcome.held,
            rejected: outcome.rejected,
        },
    )
}

fn refuse(error: BatchError) -> ApiError {
    match error {
        BatchError::Malformed(problem) => ApiError::bad_request(format!("body: {problem}")),
        BatchError::TooMany => {
            ApiError::new(413, format!("body: too many events; at most {MAX_EVENTS} are taken in one call"))
        }
    }
}

fn summary(rejected: &[Rejection], single: bool) -> String {
    if let ([only], true) = (rejected, single) {
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
