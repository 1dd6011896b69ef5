//! The order of deliveries, in each volume's table. One row names a whole batch, so that the order costs little.

use std::cmp::Reverse;

use serde::Deserialize;

use super::Store;
use crate::{
    core::{
        envelope::ApiError,
        ledger::{Place, Row, Volume},
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
    /// Adds a batch's deliveries to a volume, oldest first.
    pub(super) fn append(&self, volume: &Volume, ids: &[&str], now: i64) -> Result<(), ApiError> {
        let log = volume.log();
        let statement = format!(
            "INSERT INTO {log} (seq, at, ids) VALUES (coalesce((SELECT max(seq) + 1 FROM {log}), ?), ?, ?)"
        );
        let values = vec![(volume.first_seq as f64).into(), (now as f64).into(), write(&ids)?.into()];
        self.database.run(&statement, values)
    }

    /// Deliveries that fit a query, newest first. A page may hold fewer than were asked for and still not be the last one.
    pub fn page(&self, query: &Query) -> Result<Page, ApiError> {
        if let Some(ids) = &query.ids {
            return self.these(ids, query);
        }
        let mut page = Page { rows: Vec::new(), next: query.before };
        let mut looked_at: usize = 0;
        for volume in self.newest_first() {
            // The cursor is in an older one.
            if page.next.is_some_and(|place| place.seq < volume.first_seq) {
                continue;
            }
            loop {
                let batches = self.batches(&volume, page.next)?;
                if batches.is_empty() {
                    break;
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
                    for (at, row) in self.rows_in(&volume, &ids)?.into_iter().rev() {
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
        page.next = None;
        Ok(page)
    }

    /// Those of these deliveries that fit a query.
    fn these(&self, ids: &[String], query: &Query) -> Result<Page, ApiError> {
        let mut rows: Vec<Row> = self.rows(ids)?.into_iter().filter(|row| query.fits(row)).collect();
        rows.sort_by_key(|row| Reverse(row.message.accepted_at));
        rows.truncate(query.limit);
        Ok(Page { rows, next: None })
    }

    /// Some of a volume's batches, newest first, from a place on.
    fn batches(&self, volume: &Volume, place: Option<Place>) -> Result<Vec<Batch>, ApiError> {
        // Of the batch of the place itself something may be left.
        let last = match place {
            None => 9e15,
            Some(Place { seq, at: 0 }) => seq as f64 - 1.0,
            Some(Place { seq, .. }) => seq as f64,
        };
        let log = volume.log();
        let query =
            format!("SELECT seq, ids FROM {log} WHERE seq <= ? ORDER BY seq DESC LIMIT CAST(? AS INTEGER)");
        self.database.rows(&query, vec![last.into(), (BATCHES as f64).into()])
    }
}
