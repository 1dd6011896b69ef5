//! `GET /v1/insights/{spend,latency,tokens,users,counters}`.

use serde_json::value::RawValue;
use worker::{Env, Request};

use crate::{
    core::insights::{About, Query},
    edge::{
        clock,
        http::{Answer, ok},
        input,
    },
    receiver::insights::{client, command::Command},
};

/// Shows sums, as the object answers them.
pub async fn show(request: &Request, about: About, env: &Env) -> Answer {
    let url = input::url(request)?;
    let query = Query::read(about, url.query_pairs(), clock::now())?;
    let view: Box<RawValue> = client::call(env, &Command::Look(query)).await?;
    ok(200, &view)
}
