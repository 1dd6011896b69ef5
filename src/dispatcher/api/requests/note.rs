//! `POST /v1/request/{id}/score`, `POST …/feedback` and `PUT …/property`.

use worker::{Env, Request};

use crate::{
    core::{
        auth::Principal,
        history::query::{Note, read_feedback, read_property, read_scores},
    },
    dispatcher::{
        intake::base_url,
        requests::{
            scored::{self, Scored},
            walk::Walk,
        },
    },
    edge::{
        http::{Answer, ok},
        input, settings,
    },
};

/// Notes what is said of a request. It is in the answers of everyone from then on. What does not exist is not there, whatever is
/// said of it.
pub async fn handle(request: &mut Request, id: &str, verb: &str, principal: Principal, env: &Env) -> Answer {
    let walk = Walk::new(env, &principal.org).await?;
    let (day, _) = walk.find(id).await?;
    let fields = input::object(request).await?;
    let (note, status) = match verb {
        "score" => (read_scores(&fields)?, 201),
        "feedback" => (read_feedback(&fields)?, 200),
        _ => (read_property(&fields)?, 200),
    };
    let row = walk.note(day, id, note.clone()).await?;
    if let Note::Scores(scores) = &note {
        let base_url = base_url(&*settings::dispatcher(env)?, request);
        let scored = Scored { org: &principal.org, row: &row, scores, base_url: &base_url };
        scored::after(&scored, env).await?;
    }
    ok(status, &())
}
