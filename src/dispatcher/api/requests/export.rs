//! `GET /v1/request/export`.

use std::{collections::VecDeque, rc::Rc};

use futures_util::stream;
use serde_json::Value;
use worker::{Env, Headers, Request, ResponseBuilder};

use super::parameters::flag;
use crate::{
    core::{
        auth::Principal,
        envelope::ApiError,
        field::FieldError,
        history::query::{
            Filter, MAX_EXPORT, MAX_EXPORT_BODIES, Place, Query, RowKey, export_limit, read_list,
        },
    },
    dispatcher::{
        intake::base_url,
        requests::{
            bodies::{Bodies, view},
            walk::{Hit, Walk},
        },
    },
    edge::{
        http::Answer,
        input,
        settings::{self, DispatcherSettings},
    },
};

/// How many rows are asked for at once.
const PAGE: usize = 500;

/// Hands out requests line by line, newest first. Each line has the `cursor` that leads to what follows it.
pub async fn handle(request: &Request, principal: Principal, env: &Env) -> Answer {
    let url = input::url(request)?;
    let with_bodies = flag(&url, "includeBody")?;
    let most = if with_bodies { MAX_EXPORT_BODIES } else { MAX_EXPORT };
    let limit = |value: &str| export_limit(value, most);
    let mut query = read_list(url.query_pairs(), limit, most, &["filter", "includeBody"])?;
    if let Some((_, filter)) = url.query_pairs().find(|(name, _)| name == "filter") {
        let filter: Value =
            serde_json::from_str(&filter).map_err(|_| FieldError::new("filter", "must be JSON"))?;
        query.filter = query.filter.and(Filter::read(&filter).map_err(|error| error.under("filter"))?);
    }
    let settings = settings::dispatcher(env)?;
    let mut export = Export {
        env: env.clone(),
        walk: Walk::new(env, &principal.org).await?,
        base_url: base_url(&settings, request),
        settings,
        left: query.limit,
        query,
        with_bodies,
        hits: VecDeque::new(),
    };
    // So that what is refused is refused, and not an answer that breaks off.
    export.fill().await?;
    let failed = |_| ApiError::unavailable("the export could not be written");
    let headers = Headers::new();
    headers.set("content-type", "application/x-ndjson").map_err(failed)?;
    headers.set("cache-control", "no-store").map_err(failed)?;
    let lines = stream::try_unfold(export, |mut export| async move {
        let line = export.line().await.map_err(|error| worker::Error::RustError(error.message))?;
        Ok::<_, worker::Error>(line.map(|line| (line, export)))
    });
    Ok(ResponseBuilder::new().from_stream(lines).map_err(failed)?.with_headers(headers))
}

/// An export under way. One page is in memory at a time, and the bodies of one request.
struct Export {
    env: Env,
    walk: Walk,
    settings: Rc<DispatcherSettings>,
    base_url: String,
    query: Query,
    with_bodies: bool,
    /// How many rows are still to be asked for.
    left: usize,
    hits: VecDeque<Hit>,
}

impl Export {
    /// The next line; `None` at the end.
    async fn line(&mut self) -> Result<Option<Vec<u8>>, ApiError> {
        if self.hits.is_empty() {
            self.fill().await?;
        }
        let Some((day, row)) = self.hits.pop_front() else { return Ok(None) };
        let bodies = if self.with_bodies { Bodies::read(&self.env, &row).await? } else { Bodies::default() };
        let (asked, answered) = bodies.parts();
        let view = view(day, &row, &self.base_url, &self.settings).with_bodies(asked, answered);
        let mut line =
            serde_json::to_vec(&view).map_err(|_| ApiError::new(500, "a request can't be written"))?;
        line.push(b'\n');
        Ok(Some(line))
    }

    /// Asks for the next page.
    async fn fill(&mut self) -> Result<(), ApiError> {
        let limit = self.left.min(PAGE);
        if limit == 0 {
            return Ok(());
        }
        self.query.limit = limit;
        let hits = self.walk.page(&self.query).await?;
        // A page that is not full is the last one.
        self.left = if hits.len() < limit { 0 } else { self.left.saturating_sub(limit) };
        if let Some((day, row)) = hits.last() {
            self.query.after = Some(Place { day: *day, key: RowKey(row.key as u64) });
        }
        self.hits = hits.into();
        Ok(())
    }
}
