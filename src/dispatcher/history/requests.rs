//! A day's table of requests: made of the segments once somebody asks, and asked.

use serde::Deserialize;
use worker::{SqlStorage, SqlStorageValue};

use super::{
    question::{Found, Question},
    store::Store,
};
use crate::{
    core::{
        envelope::ApiError,
        history::{
            SegmentIndex,
            query::{Asked, Bound, Order, Row, Statement, by_ids, count, find, note, page, skip, upsert},
        },
    },
    edge::{log::Line, sql::Database},
};

/// How many events one call takes into the table at most, beside those of a last segment. What is left is left to the next call.
const STEP_EVENTS: usize = 5000;

/// The counters of the last segment that is in the table, and of all rows that were ever added to it.
const INDEXED: &str = "indexed";
const ADDED: &str = "added";

/// The table.
pub struct Requests {
    store: Store,
    database: Database,
    day: i64,
}

#[derive(Deserialize)]
struct Step {
    detail: String,
}

impl Requests {
    /// The table of a day by its number; `None` where nothing was ever noted on it.
    pub fn find(sql: SqlStorage, day: i64) -> Result<Option<Self>, ApiError> {
        let Some(store) = Store::find(sql.clone())? else { return Ok(None) };
        Ok(Some(Self { store, database: Database::opened(sql), day }))
    }

    /// Answers a question, after the table has what the segments have. All of it commits together.
    pub fn answer(&self, question: Question) -> Result<Found, ApiError> {
        if self.catch_up()? {
            return Ok(Found { is_behind: true, ..Found::default() });
        }
        match question {
            Question::Page { filter, order, after, limit, skip: most, explain } => {
                let asked = Asked { day: self.day, filter: &filter, order, after };
                let skipped = if most > 0 { self.number(&skip(asked, most))? } else { 0 };
                let statement = page(asked, limit, skipped);
                let plan = if explain { self.plan(&statement)? } else { Vec::new() };
                Ok(Found { rows: self.rows(&statement)?, count: skipped, plan, is_behind: false })
            }
            Question::Count { filter } => {
                let asked = Asked { day: self.day, filter: &filter, order: Order::Newest, after: None };
                Ok(Found { count: self.number(&count(asked))?, ..Found::default() })
            }
            Question::ByIds { ids } => {
                let ids =
                    serde_json::to_string(&ids).map_err(|_| ApiError::new(500, "ids can't be written"))?;
                Ok(Found { rows: self.rows(&by_ids(&ids))?, ..Found::default() })
            }
            Question::Note { id, note: said } => {
                let mut rows = self.rows(&find(&id))?;
                for row in &mut rows {
                    row.take(&said)?;
                    let Statement { text, values } = note(row);
                    self.database.run(&text, bound(values))?;
                }
                Ok(Found { rows, ..Found::default() })
            }
        }
    }

    /// Takes the next segments into the table. Says whether there are more.
    fn catch_up(&self) -> Result<bool, ApiError> {
        let indexed = self.database.counter(INDEXED)?;
        let page = self.store.next(indexed, STEP_EVENTS)?;
        let Some(last) = page.rows.last().map(|row| row.seq) else { return Ok(false) };
        let mut added = self.database.counter(ADDED)?;
        for row in &page.rows {
            let Some(index) = SegmentIndex::decode(&row.body) else {
                // One row that can't be read must not keep all others out.
                Line::error("history.unreadable").text("segment", &row.key).emit();
                continue;
            };
            for event in &index.events {
                let Some(facts) = &event.facts else { continue };
                added = added.saturating_add(1);
                let Statement { text, values } = upsert(self.day, &row.key, event, facts, added);
                self.database.run(&text, bound(values))?;
            }
        }
        self.database.set_counter(INDEXED, last)?;
        self.database.set_counter(ADDED, added)?;
        Ok(page.more)
    }

    fn rows(&self, statement: &Statement) -> Result<Vec<Row>, ApiError> {
        self.database.rows(&statement.text, bound(statement.values.clone()))
    }

    fn number(&self, statement: &Statement) -> Result<usize, ApiError> {
        let number = self.database.number(&statement.text, bound(statement.values.clone()))?;
        Ok(usize::try_from(number).unwrap_or(usize::MAX))
    }

    fn plan(&self, statement: &Statement) -> Result<Vec<String>, ApiError> {
        let text = format!("EXPLAIN QUERY PLAN {}", statement.text);
        let steps: Vec<Step> = self.database.rows(&text, bound(statement.values.clone()))?;
        Ok(steps.into_iter().map(|step| step.detail).collect())
    }
}

fn bound(values: Vec<Bound>) -> Vec<SqlStorageValue> {
    let value = |value| match value {
        Bound::Null => SqlStorageValue::Null,
        Bound::Number(number) => number.into(),
        Bound::Text(text) => text.into(),
    };
    values.into_iter().map(value).collect()
}
