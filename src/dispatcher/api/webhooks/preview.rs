//! `POST /v1/webhooks/preview`.

use futures_util::{StreamExt, stream};
use worker::{Env, Request};

use crate::{
    core::{
        auth::{Principal, Scope},
        envelope::ApiError,
        history::{Lookback, Slice, days_back},
        limits,
        subscription::{Criteria, Preview, PreviewEvents, PreviewRequest},
    },
    dispatcher::{archive, history::client},
    edge::{
        auth::require,
        clock,
        http::{Answer, ok},
        input,
        log::Line,
        settings, storage,
    },
};

/// How many parts of the archive are read at once.
const READS_AT_ONCE: usize = 4;

/// Says which events a webhook with these settings would get, and what the others fail at. Stores nothing.
pub async fn handle(request: &mut Request, principal: Principal, env: &Env) -> Answer {
    let body = input::raw(request, limits::PREVIEW_BODY).await?;
    let PreviewRequest { criteria, events } = PreviewRequest::read(&body, clock::now())?;
    let mut preview = Preview::of(&events);
    match events {
        PreviewEvents::Given(events) => events.iter().for_each(|event| preview.look_at(&criteria, event)),
        PreviewEvents::Last(events) => {
            // Filter by filter, the answers would tell what the archived events hold.
            require(&principal, Scope::RequestsRead)?;
            look_back(events, &criteria, &mut preview, &principal.org, env).await?;
        }
    }
    ok(200, &preview)
}

/// Walks the history day by day, newest event first, until there are enough.
async fn look_back(
    events: usize,
    criteria: &Criteria,
    preview: &mut Preview,
    org: &str,
    env: &Env,
) -> Result<(), ApiError> {
    let retention_days = settings::dispatcher(env)?.retention_days;
    let mut lookback = Lookback::new(events);
    for day in days_back(clock::now(), retention_days) {
        let mut before = None;
        while lookback.events_left() > 0 {
            let page = client::latest(env, org, &day, lookback.events_left(), before).await?;
            let mut slices = Vec::new();
            for row in &page.rows {
                let index = row.index()?;
                slices.extend(lookback.plan(&row.key, &index));
            }
            look_at(slices, criteria, preview, env).await?;
            before = page.rows.last().map(|row| row.seq);
            if !page.more {
                break;
            }
        }
    }
    Ok(())
}

/// Reads parts of the archive, several at once, and looks at their events in the order they are in.
async fn look_at(
    slices: Vec<Slice>,
    criteria: &Criteria,
    preview: &mut Preview,
    env: &Env,
) -> Result<(), ApiError> {
    let reads = slices.into_iter().map(|slice| async move {
        let bytes = storage::get_bytes(env, &slice.key, Some((slice.offset, slice.length))).await;
        (slice, bytes)
    });
    let mut reads = stream::iter(reads).buffered(READS_AT_ONCE);
    while let Some((slice, bytes)) = reads.next().await {
        let bytes = bytes.map_err(|why| {
            Line::error("preview.unavailable").text("why", &why).emit();
            ApiError::unavailable("the archive can't be read right now; send the same request again")
        })?;
        // A call that was answered 503 may have left an index of what was never stored.
        for stored in slice.records(&bytes.unwrap_or_default()) {
            if let Some(event) = archive::event(stored).await {
                preview.look_at(criteria, &event);
            }
        }
    }
    Ok(())
}
