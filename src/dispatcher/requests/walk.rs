//! Going through an org's days until there is enough.

use std::cell::Cell;

use futures_util::future::try_join_all;
use worker::Env;

use crate::{
    core::{
        envelope::ApiError,
        history::query::{Days, Filter, Note, Order, Query, Row, Span},
        org::Retain,
        time::Timestamp,
    },
    dispatcher::{
        history::{
            client,
            question::{Found, Question},
            retention,
        },
        subscriptions,
    },
    edge::clock,
};

/// How many days are asked at once at most: no more than six calls wait for an answer.
const DAYS_AT_ONCE: usize = 6;

/// How many calls one walk makes. An invocation has a thousand, and what is read out of the archive takes others.
const CALLS: usize = 480;

/// One org's days.
pub struct Walk {
    env: Env,
    org: String,
    now: Timestamp,
    /// For how many days requests are kept; `None` where they are not.
    days: Option<u32>,
    calls_left: Cell<usize>,
}

/// A request, and the number of the day that has it.
pub type Hit = (i64, Row);

/// What a day said of a page.
pub struct Look {
    /// The day's number.
    pub day: i64,
    /// What it answered.
    pub found: Found,
}

impl Walk {
    /// Begins one.
    pub async fn new(env: &Env, org: &str) -> Result<Self, ApiError> {
        let settings = &subscriptions::current(env, org).await?.snapshot.org;
        let days = match settings.retain {
            Retain::None => None,
            Retain::Matched | Retain::All => Some(retention::days_of(env, settings)?),
        };
        Ok(Self {
            env: env.clone(),
            org: org.to_owned(),
            now: clock::now(),
            days,
            calls_left: Cell::new(CALLS),
        })
    }

    /// A page of requests.
    pub async fn page(&self, query: &Query) -> Result<Vec<Hit>, ApiError> {
        let looks = self.looks(query, false).await?;
        let rows =
            looks.into_iter().flat_map(|look| look.found.rows.into_iter().map(move |row| (look.day, row)));
        Ok(rows.take(query.limit).collect())
    }

    /// What each day that a page takes says of it. One day is asked first, and more at once as long as there is nothing: most
    /// pages end in the first day, and a rare user is far back.
    pub async fn looks(&self, query: &Query, explain: bool) -> Result<Vec<Look>, ApiError> {
        let mut days = self.days(&query.filter, query.order, query);
        let (mut looks, mut left, mut skip, mut width) = (Vec::new(), query.limit, query.offset, 1_usize);
        while left > 0 {
            let batch = days.take(if skip > 0 { 1 } else { width });
            if batch.is_empty() {
                break;
            }
            let asked = batch.into_iter().map(|day| {
                let question = Question::Page {
                    filter: query.filter.clone(),
                    order: query.order,
                    after: query.after.filter(|after| after.day == day).map(|after| after.key),
                    limit: left,
                    skip,
                    explain,
                };
                async move { Ok::<_, ApiError>(Look { day, found: self.ask(day, question).await? }) }
            });
            for look in try_join_all(asked).await? {
                left = left.saturating_sub(look.found.rows.len());
                skip = skip.saturating_sub(look.found.count);
                looks.push(look);
            }
            width = width.saturating_mul(2).min(DAYS_AT_ONCE);
        }
        Ok(looks)
    }

    /// How many requests there are.
    pub async fn count(&self, filter: &Filter) -> Result<usize, ApiError> {
        let mut days = self.days(filter, Order::Newest, &Query::default());
        let mut count: usize = 0;
        loop {
            let batch = days.take(DAYS_AT_ONCE);
            if batch.is_empty() {
                return Ok(count);
            }
            let asked =
                batch.into_iter().map(|day| self.ask(day, Question::Count { filter: filter.clone() }));
            for found in try_join_all(asked).await? {
                count = count.saturating_add(found.count);
            }
        }
    }

    /// These requests, each where it was accepted last.
    pub async fn by_ids(&self, mut ids: Vec<String>) -> Result<Vec<Hit>, ApiError> {
        let mut days = self.days(&Filter::All, Order::Newest, &Query::default());
        let (mut hits, mut width): (Vec<Hit>, usize) = (Vec::new(), 1);
        while !ids.is_empty() {
            let batch = days.take(width);
            if batch.is_empty() {
                break;
            }
            let asked = batch.into_iter().map(|day| {
                let question = Question::ByIds { ids: ids.clone() };
                async move { Ok::<_, ApiError>((day, self.ask(day, question).await?)) }
            });
            for (day, found) in try_join_all(asked).await? {
                for row in found.rows {
                    if let Some(at) = ids.iter().position(|id| *id == row.request_id) {
                        ids.swap_remove(at);
                        hits.push((day, row));
                    }
                }
            }
            width = width.saturating_mul(2).min(DAYS_AT_ONCE);
        }
        Ok(hits)
    }

    /// One request; 404 where there is none.
    pub async fn find(&self, id: &str) -> Result<Hit, ApiError> {
        self.by_ids(vec![id.to_owned()]).await?.pop().ok_or_else(|| ApiError::not_found("request"))
    }

    /// Notes something of a request of a day.
    pub async fn note(&self, day: i64, id: &str, note: Note) -> Result<Row, ApiError> {
        let question = Question::Note { id: id.to_owned(), note };
        self.ask(day, question).await?.rows.pop().ok_or_else(|| ApiError::not_found("request"))
    }

    fn days(&self, filter: &Filter, order: Order, query: &Query) -> Days {
        match self.days {
            Some(days) => Days::new(self.now, days, Span::of(filter), order, query.after),
            None => Days::none(),
        }
    }

    /// Asks a day, as often as it takes until its table is made.
    async fn ask(&self, day: i64, question: Question) -> Result<Found, ApiError> {
        let question = &question;
        loop {
            let left = self.calls_left.get().checked_sub(1).ok_or_else(|| {
                ApiError::unavailable(
                    "requests of busy days are still being made ready; send the same request again, which goes on with it",
                )
            })?;
            self.calls_left.set(left);
            let found = client::question(&self.env, &self.org, day, question).await?;
            if !found.is_behind {
                return Ok(found);
            }
        }
    }
}
