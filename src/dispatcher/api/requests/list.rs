//! `GET /v1/request`.

use worker::{Env, Request};

use crate::{
    core::{
        auth::Principal,
        history::query::{RequestPage, read_list},
        limits,
    },
    dispatcher::{
        intake::base_url,
        requests::{bodies::view, walk::Walk},
    },
    edge::{
        http::{Answer, ok},
        input, settings,
    },
};

/// Lists requests, newest first.
pub async fn handle(request: &Request, principal: Principal, env: &Env) -> Answer {
    let query = read_list(input::url(request)?.query_pairs(), limits::page, limits::PAGE, &[])?;
    let settings = settings::dispatcher(env)?;
    let base_url = base_url(&settings, request);
    let hits = Walk::new(env, &principal.org).await?.page(&query).await?;
    let requests: Vec<_> = hits.iter().map(|(day, row)| view(*day, row, &base_url, &settings)).collect();
    let last = requests.last().filter(|_| requests.len() == query.limit);
    let next_cursor = last.map(|last| last.cursor().to_owned());
    ok(200, &RequestPage { requests, next_cursor })
}
