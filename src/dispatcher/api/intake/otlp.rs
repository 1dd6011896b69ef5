//! `POST /v1/traces`: OTLP/HTTP.

use worker::{Env, Request, Response};

use crate::{
    core::{
        adapter::otlp::{Encoding, Events, MAX_ENTRIES, Refusal, exported, refused},
        auth::Principal,
        envelope::ApiError,
        intake::Rejection,
        limits,
    },
    dispatcher::intake,
    edge::{
        body, clock,
        http::{header, plain, refusal},
        log::Line,
    },
};

/// Takes the LLM calls among exported spans in. 200 once they are stored and queued, with those that were rejected, which an
/// exporter does not send again; 503 is what it sends again after. Whatever is answered is so in the encoding that was sent, a
/// caller without a key included.
pub async fn create(request: &mut Request, principal: Result<Principal, ApiError>, env: &Env) -> Response {
    let encoding = Encoding::from_content_type(header(request, "content-type").as_deref());
    let taken = match (principal, encoding) {
        (Ok(principal), Some(encoding)) => export(request, encoding, &principal, env).await,
        (Err(error), _) => Err(error),
        (Ok(_), None) => {
            let types = "content-type: must be application/x-protobuf or application/json (OTLP/HTTP)";
            Err(ApiError::new(415, types))
        }
    };
    let encoding = encoding.unwrap_or(Encoding::Json);
    match taken {
        Ok(rejected) => plain(200, encoding.content_type(), exported(&rejected, encoding)),
        Err(error) => {
            refusal(&error, encoding.content_type(), refused(error.status, &error.message, encoding))
        }
    }
}

async fn export(
    request: &mut Request,
    encoding: Encoding,
    principal: &Principal,
    env: &Env,
) -> Result<Vec<Rejection>, ApiError> {
    let body = body::read(request, limits::EVENTS_BODY).await?;
    let mut events = Events::new(&body, encoding, clock::now()).map_err(refuse)?;
    let outcome = intake::take_in(&mut events, body.len(), principal, request, env).await?;
    if events.ignored() > 0 {
        Line::info("intake.spans").text("org", &principal.org).size("ignored", events.ignored()).emit();
    }
    Ok(outcome.rejected)
}

fn refuse(refusal: Refusal) -> ApiError {
    match refusal {
        Refusal::Malformed(problem) => ApiError::bad_request(format!("body: {problem}")),
        Refusal::TooMany => {
            let problem = format!(
                "body: too many spans; at most {MAX_ENTRIES} resources, scopes and spans are taken in one call"
            );
            ApiError::new(413, problem)
        }
    }
}
