//! Listing what was never tried: held, or waiting on the queue. It has no row in the ledger, so the history is looked through.

use worker::Env;

use crate::{
    core::{
        answer::DeliveryPage,
        delivery::Message,
        envelope::ApiError,
        history::days_back,
        ledger::{DeliveryView, Place, Remembered, Sending, Standing, Untried, UntriedPlace, untried},
        subscription::Subscription,
    },
    dispatcher::{
        history::{client::latest, command::Page, retention},
        ledger::{
            client,
            command::{Command, Query},
        },
    },
    edge::{
        clock,
        http::{Answer, ok},
    },
};

/// How many events one look at the history is about.
const EVENTS: usize = 1000;

/// How many looks that find anything one call takes, so that a day with a lot of other deliveries does not hold it up.
const LOOKS: usize = 20;

/// Lists those in a state, newest first.
pub async fn list(
    subscription: &Subscription,
    org: &str,
    state: Untried,
    place: Option<UntriedPlace>,
    query: &Query,
    env: &Env,
) -> Answer {
    let is_sending = Standing::of(subscription).sending == Sending::Active;
    let mut walk = Walk { org, subscription, state, is_sending, query, env, found: Vec::new() };
    let next = walk.go(place).await?;
    let deliveries = walk.found.iter().map(|message| DeliveryView::untried(message, state)).collect();
    ok(200, &DeliveryPage { deliveries, next_cursor: next.map(|place| Place::from(&place).to_string()) })
}

struct Walk<'a> {
    org: &'a str,
    subscription: &'a Subscription,
    state: Untried,
    is_sending: bool,
    query: &'a Query,
    env: &'a Env,
    found: Vec<Message>,
}

impl Walk<'_> {
    /// Goes back day by day until there are enough. Says where to go on.
    async fn go(&mut self, mut place: Option<UntriedPlace>) -> Result<Option<UntriedPlace>, ApiError> {
        let retention_days = retention::days(self.env, self.org).await?;
        let mut looks = LOOKS;
        for day in days_back(clock::now(), retention_days) {
            // Days are in order as text, too.
            if place.as_ref().is_some_and(|place| day > place.day) {
                continue;
            }
            let mut at = place.take().filter(|place| place.day == day);
            loop {
                // The row of the place itself may not be done with.
                let before = at.as_ref().map(|place| place.seq.saturating_add(u64::from(place.at > 0)));
                if looks == 0 {
                    return Ok(Some(at.unwrap_or_else(|| UntriedPlace::end_of(day))));
                }
                let page = latest(self.env, self.org, &day, EVENTS, before).await?;
                if let Some(enough) = self.look_at(&page, at.as_ref()).await? {
                    return Ok(Some(UntriedPlace { day, seq: enough.0, at: enough.1 }));
                }
                // Days without a row cost little, and there are no more of them than days are kept.
                looks = looks.saturating_sub(usize::from(!page.rows.is_empty()));
                at = page.rows.last().map(|row| UntriedPlace { day: day.clone(), seq: row.seq, at: 0 });
                if !page.more {
                    break;
                }
            }
        }
        Ok(None)
    }

    /// Takes what some segments have. Says in which row, and at which of its events, there was enough.
    async fn look_at(
        &mut self,
        page: &Page,
        place: Option<&UntriedPlace>,
    ) -> Result<Option<(u64, usize)>, ApiError> {
        let mut looked_at = Vec::new();
        for row in &page.rows {
            let index = row.index()?;
            let below = place.filter(|place| place.seq == row.seq).map_or(usize::MAX, |place| place.at);
            let candidates = match self.query.covers(index.at) {
                true => untried(&index, self.org, &self.subscription.id, self.is_sending, self.state, below),
                false => Vec::new(),
            };
            looked_at.push((row, index, candidates));
        }
        let ids: Vec<String> =
            looked_at.iter().flat_map(|(_, _, found)| found.iter().map(|(_, id)| id.clone())).collect();
        if ids.is_empty() {
            return Ok(None);
        }
        let remembered: Remembered =
            client::call(self.env, self.org, &self.subscription.id, &Command::Known { ids }).await?;
        let types = &self.query.event_types;
        for (row, index, candidates) in &looked_at {
            for (position, _) in candidates.iter().filter(|(_, id)| remembered.lacks(id, index.at)) {
                if self.found.len() >= self.query.limit {
                    return Ok(Some((row.seq, position.saturating_add(1))));
                }
                let message = index.message(self.org, &row.key, *position, self.subscription);
                self.found.extend(
                    message.filter(|message| types.is_empty() || types.contains(&message.event_type)),
                );
            }
        }
        Ok(None)
    }
}
