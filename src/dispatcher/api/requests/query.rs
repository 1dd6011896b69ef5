//! `POST /v1/request/query`, `/query-clickhouse`, `/count/query` and `/query-ids`.

use worker::{Env, Request};

use super::parameters::{flag, only};
use crate::{
    core::{
        auth::Principal,
        envelope::ApiError,
        history::{
            numbered_day,
            query::{DayPlan, read_ids, read_query},
        },
    },
    dispatcher::{
        intake::base_url,
        requests::{
            bodies::view,
            walk::{Hit, Look, Walk},
        },
    },
    edge::{
        http::{Answer, ok},
        input, settings,
    },
};

/// Tells where a page goes on.
const NEXT_CURSOR: &str = "next-cursor";

/// Answers the rows that a filter holds of; with `explain=true` how they were looked for instead.
pub async fn page(request: &mut Request, principal: Principal, env: &Env) -> Answer {
    let url = input::url(request)?;
    only(&url, &["explain"])?;
    let explain = flag(&url, "explain")?;
    let query = read_query(&input::object(request).await?)?;
    let walk = Walk::new(env, &principal.org).await?;
    if explain {
        let looks = walk.looks(&query, true).await?;
        let plan = |look: Look| DayPlan {
            day: numbered_day(look.day),
            rows: look.found.rows.len(),
            plan: look.found.plan,
        };
        return ok(200, &looks.into_iter().map(plan).collect::<Vec<_>>());
    }
    rows(&walk.page(&query).await?, query.limit, request, env)
}

/// Answers how many rows a filter holds of.
pub async fn count(request: &mut Request, principal: Principal, env: &Env) -> Answer {
    let query = read_query(&input::object(request).await?)?;
    ok(200, &Walk::new(env, &principal.org).await?.count(&query.filter).await?)
}

/// Answers the rows of some requests.
pub async fn by_ids(request: &mut Request, principal: Principal, env: &Env) -> Answer {
    let ids = read_ids(&input::object(request).await?)?;
    let hits = Walk::new(env, &principal.org).await?.by_ids(ids).await?;
    rows(&hits, usize::MAX, request, env)
}

/// As Helicone answers; where a page goes on is told beside it.
fn rows(hits: &[Hit], limit: usize, request: &Request, env: &Env) -> Answer {
    let settings = settings::dispatcher(env)?;
    let base_url = base_url(&settings, request);
    let rows: Vec<_> = hits.iter().map(|(day, row)| view(*day, row, &base_url, &settings)).collect();
    let answer = ok(200, &rows)?;
    if let Some(last) = rows.last().filter(|_| rows.len() == limit) {
        let unwritable = |_| ApiError::new(500, "the answer could not be written");
        answer.headers().set(NEXT_CURSOR, last.cursor()).map_err(unwritable)?;
    }
    Ok(answer)
}
