//! The newest archived events, for those who try settings out.

use futures_util::{StreamExt, stream};
use worker::Env;

use super::{
    archive,
    history::{client, retention},
};
use crate::{
    core::{
        envelope::ApiError,
        event::Event,
        history::{Lookback, Slice, days_back},
    },
    edge::{clock, log::Line, storage},
};

/// How many parts of the archive are read at once.
const READS_AT_ONCE: usize = 4;

/// Walks the history day by day, newest event first, until there are enough, and shows each to `look`.
pub async fn look_back(
    events: usize,
    look: &mut impl FnMut(&Event),
    org: &str,
    env: &Env,
) -> Result<(), ApiError> {
    let retention_days = retention::days(env, org).await?;
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
            look_at(slices, look, env).await?;
            before = page.rows.last().map(|row| row.seq);
            if !page.more {
                break;
            }
        }
    }
    Ok(())
}

/// Reads parts of the archive, several at once, and looks at their events in the order they are in.
async fn look_at(slices: Vec<Slice>, look: &mut impl FnMut(&Event), env: &Env) -> Result<(), ApiError> {
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
                look(&event);
            }
        }
    }
    Ok(())
}
