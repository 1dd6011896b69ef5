//! The order of deliveries. One row names a whole batch, so that the order costs little.

use std::cmp::Reverse;

use serde::Deserialize;

use super::Store;
use crate::{
    core::{
        envelope::ApiError,
        ledger::{Place, Row},
    },
    dispatcher::ledger::command::{Page, Query},
    edge::sql::{read, write},
};

/// How many deliveries one call looks at, so that a filter that fits few does not hold the object up.
const LOOK_AT: usize = 2000;

/// How many batches are read at once.
const BATCHES: usize = 20;

#[derive(Deserialize)]
struct Batch {
    seq: f64,
    ids: String,
}

impl Store {
    /// Adds a batch's deliveries, oldest first.
    pub fn append(&self, ids: &[&str], now: i64) -> Result<(), ApiError> {
        let values = vec![(now as f64).into(), write(&ids)?.into()];
        self.database.run("INSERT INTO log (at, ids) VALUES (?, ?)", values)
    }

    /// Deliveries that fit a query, newest first. A page may hold fewer than were asked for and still not be the last one.
    pub fn page(&self, query: &Query) -> Result<Page, ApiError> {
        if let Some(ids) = &query.ids {
            return self.these(ids, query);
        }
        let mut page = Page { rows: Vec::new(), next: query.before };
        let mut looked_at: usize = 0;
        loop {
            let batches = self.batches(page.next)?;
            if batches.is_empty() {
                page.next = None;
                return Ok(page);
            }
            for batch in batches {
                let seq = batch.seq as u64;
                let mut ids: Vec<String> = read(&batch.ids)?;
                if let Some(place) = page.next
                    && place.seq == seq
                {
                    ids.truncate(place.at);
                }
                looked_at = looked_at.saturating_add(ids.len());
                for (at, row) in self.rows(&ids)?.into_iter().rev() {
                    page.next = Some(Place { seq, at });
                    if query.fits(&row) {
                        page.rows.push(row);
                    }
                    if page.rows.len() >= query.limit {
                        return Ok(page);
                    }
                }
                page.next = Some(Place { seq, at: 0 });
            }
            if looked_at >= LOOK_AT {
                return Ok(page);
            }
        }
    }

    /// Those of these deliveries that fit a query.
    fn these(&self, ids: &[String], query: &Query) -> Result<Page, ApiError> {
        let rows = self.rows(ids)?.into_iter().map(|(_, row)| row);
        let mut rows: Vec<Row> = rows.filter(|row| query.fits(row)).collect();
        rows.sort_by_key(|row| Reverse(row.message.accepted_at));
        rows.truncate(query.limit);
        Ok(Page { rows, next: None })
    }

    /// Some batches, newest first, from a place on.
    fn batches(&self, place: Option<Place>) -> Result<Vec<Batch>, ApiError> {
        // Of the batch of the place itself something may be left.
        let last = match place {
            None => 9e15,
            Some(Place { seq, at: 0 }) => seq as f64 - 1.0,
            Some(Place { seq, .. }) => seq as f64,
        };
        let query = "SELECT seq, ids FROM log WHERE seq <= ? ORDER BY seq DESC LIMIT CAST(? AS INTEGER)";
        self.database.rows(query, vec![last.into(), (BATCHES as f64).into()])
    }

    /// Removes the oldest batch that is older than a moment, with its deliveries. Says whether there was one.
    pub fn prune(&self, before: i64) -> Result<bool, ApiError> {
        let query = "SELECT seq, ids FROM log WHERE at < ? ORDER BY seq LIMIT 1";
        let batches: Vec<Batch> = self.database.rows(query, vec![(before as f64).into()])?;
        let Some(batch) = batches.first() else { return Ok(false) };
        self.remove(&read::<Vec<String>>(&batch.ids)?)?;
        self.database.run("DELETE FROM log WHERE seq = ?", vec![batch.seq.into()])?;
        Ok(true)
    }

    /// When the oldest batch was added.
    pub fn oldest(&self) -> Result<Option<i64>, ApiError> {
        let at = self.database.number("SELECT at AS value FROM log ORDER BY seq LIMIT 1", vec![])?;
        Ok((at > 0).then(|| i64::try_from(at).unwrap_or_default()))
    }
}
