//! The statements over a day's `requests`.

use super::{
    filter::Filter,
    key::RowKey,
    read::Order,
    row::Row,
    span::Span,
    sql::{Bound, Statement},
};
use crate::core::history::{Facts, IndexedEvent};

/// What a [`Row`] is read of.
macro_rules! columns {
    () => {
        "key, request_id, created_at, event_type, user_id, model, provider, status, cost, cost_status, latency_ms, first_token_ms, cached, \
         prompt_tokens, completion_tokens, total_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens, properties, \
         is_cut, segment, place, added, scores"
    };
}

/// A row that is there keeps its key and its creation, so that a list is stable; its facts are those of the newest event.
const UPSERT: &str = "INSERT INTO requests (key, request_id, created_at, latest, event_type, user_id, model, provider, status, \
     cost, cost_status, latency_ms, first_token_ms, cached, prompt_tokens, completion_tokens, total_tokens, cache_read_tokens, \
     cache_write_tokens, reasoning_tokens, properties, is_cut, segment, place) \
     VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23) \
     ON CONFLICT (request_id) DO UPDATE SET latest = excluded.latest, event_type = excluded.event_type, \
     user_id = excluded.user_id, model = excluded.model, provider = excluded.provider, status = excluded.status, \
     cost = excluded.cost, cost_status = excluded.cost_status, latency_ms = excluded.latency_ms, first_token_ms = excluded.first_token_ms, \
     cached = excluded.cached, prompt_tokens = excluded.prompt_tokens, completion_tokens = excluded.completion_tokens, \
     total_tokens = excluded.total_tokens, cache_read_tokens = excluded.cache_read_tokens, \
     cache_write_tokens = excluded.cache_write_tokens, reasoning_tokens = excluded.reasoning_tokens, \
     properties = iif(added IS NULL, excluded.properties, json_patch(excluded.properties, added)), \
     is_cut = excluded.is_cut, segment = excluded.segment, place = excluded.place \
     WHERE excluded.latest >= latest";

/// Adds an event's request to its day, or gives a request that is there the event's facts if they are newer. `ordinal` counts
/// the day's rows.
pub fn upsert(day: i64, segment: &str, event: &IndexedEvent, facts: &Facts, ordinal: u64) -> Statement {
    let Facts { created_at, tokens, .. } = facts;
    let json = |value: serde_json::Result<String>| Bound::Text(value.unwrap_or_else(|_| "{}".to_owned()));
    Statement {
        text: UPSERT.to_owned(),
        values: vec![
            RowKey::new(day, *created_at, ordinal).0.into(),
            event.request_id.as_str().into(),
            (*created_at).into(),
            event.event_type.as_str().into(),
            event.user_id.as_deref().into(),
            event.model.as_deref().into(),
            event.provider.as_deref().into(),
            facts.status.into(),
            facts.cost.into(),
            event.cost_status.map(|status| status.as_str()).into(),
            facts.latency_ms.into(),
            facts.first_token_ms.into(),
            facts.cached.into(),
            tokens.prompt.into(),
            tokens.completion.into(),
            tokens.total.into(),
            tokens.cache_read.into(),
            tokens.cache_write.into(),
            tokens.reasoning.into(),
            json(serde_json::to_string(&facts.properties)),
            facts.is_cut.into(),
            segment.into(),
            json(serde_json::to_string(&event.place)),
        ],
    }
}

/// What of a day is asked for: a filter, and the keys behind which it goes on.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The day's number.
    pub day: i64,
    /// Which requests.
    pub filter: &'a Filter,
    /// In which order.
    pub order: Order,
    /// Those behind this one.
    pub after: Option<RowKey>,
}

impl Asked<'_> {
    /// Appends the condition. Its range of keys is never open, so that SQLite always has a range to seek.
    fn compile(&self, statement: &mut Statement) {
        let span = Span::of(self.filter);
        let mut first = span.from.map_or(RowKey(0), |from| RowKey::first(self.day, from)).0;
        let mut last = span.to.map_or(RowKey::LAST, |to| RowKey::last(self.day, to)).0;
        match (self.order, self.after) {
            // The first key of all has nothing before it.
            (Order::Newest, Some(RowKey(0))) => first = RowKey::LAST.0,
            (Order::Newest, Some(after)) => last = last.min(after.0.saturating_sub(1)),
            (Order::Oldest, Some(after)) => first = first.max(after.0.saturating_add(1)),
            (_, None) => {}
        }
        let (first, last) = (statement.bind(first), statement.bind(last));
        statement.push(&format!("key >= {first} AND key <= {last} AND "));
        self.filter.compile(statement);
    }
}

/// A page of rows, behind the first `skip` of them.
pub fn page(asked: Asked<'_>, limit: usize, skip: usize) -> Statement {
    let mut statement = Statement::new(concat!("SELECT ", columns!(), " FROM requests WHERE "));
    asked.compile(&mut statement);
    let (limit, skip) = (statement.bind(limit), statement.bind(skip));
    let order = match asked.order {
        Order::Newest => "DESC",
        Order::Oldest => "ASC",
    };
    statement.push(&format!(" ORDER BY key {order} LIMIT {limit} OFFSET {skip}"));
    statement
}

/// How many rows there are, as `value`.
pub fn count(asked: Asked<'_>) -> Statement {
    let mut statement = Statement::new("SELECT count(*) AS value FROM requests WHERE ");
    asked.compile(&mut statement);
    statement
}

/// How many rows there are, as `value`, and at most so many: what a page that skips them may leave to the next day.
pub fn skip(asked: Asked<'_>, most: usize) -> Statement {
    let mut statement = Statement::new("SELECT count(*) AS value FROM (SELECT 1 FROM requests WHERE ");
    asked.compile(&mut statement);
    let most = statement.bind(most);
    statement.push(&format!(" LIMIT {most})"));
    statement
}

/// The rows of some requests; `ids` is their list as JSON.
pub fn by_ids(ids: &str) -> Statement {
    Statement {
        text: concat!(
            "SELECT ",
            columns!(),
            " FROM requests WHERE request_id IN (SELECT value FROM json_each(?1)) ORDER BY key DESC"
        )
        .to_owned(),
        values: vec![ids.into()],
    }
}

/// The row of a request.
pub fn find(request_id: &str) -> Statement {
    Statement {
        text: concat!("SELECT ", columns!(), " FROM requests WHERE request_id = ?1").to_owned(),
        values: vec![request_id.into()],
    }
}

/// Writes what was noted of a request.
pub fn note(row: &Row) -> Statement {
    Statement {
        text: "UPDATE requests SET properties = ?1, added = ?2, scores = ?3 WHERE key = ?4".to_owned(),
        values: vec![
            row.properties.as_str().into(),
            row.added.as_deref().into(),
            row.scores.as_deref().into(),
            row.key.into(),
        ],
    }
}
