//! `POST /v1/request/{id}/score`, `POST …/feedback` and `PUT …/property`.

use worker::{Env, Request};

use crate::{
    core::{
        auth::Principal,
        history::query::{Note, read_feedback, read_property, read_scores},
    },
    dispatcher::requests::{
        scored::{self, Scored},
        walk::Walk,
    },
    edge::{
        http::{Answer, ok},
        input,
    },
};

/// Notes what is said of a request. It is in the answers of everyone from then on.
pub async fn handle(request: &mut Request, id: &str, verb: &str, principal: Principal, env: &Env) -> Answer {
    let fields = input::object(request).await?;
    let (note, status) = match verb {
        "score" => (read_scores(&fields)?, 201),
        "feedback" => (read_feedback(&fields)?, 200),
        _ => (read_property(&fields)?, 200),
    };
    let row = Walk::new(env, &principal.org).await?.note(id, note.clone()).await?;
    if let Note::Scores(scores) = &note {
        scored::after(&Scored { org: &principal.org, row: &row, scores });
    }
    ok(status, &())
}
