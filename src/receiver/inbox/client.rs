//! Calling the inbox: which shard has a delivery, and many at once.

use std::collections::BTreeMap;

use futures_util::{StreamExt, TryStreamExt, stream};
use serde::de::DeserializeOwned;
use worker::Env;

use super::command::{Command, Found, Note, Settled};
use crate::{
    core::{
        envelope::ApiError,
        inbox::{Asked, Entry, Query, Verdict, shard_of},
    },
    edge::object,
};

const BINDING: &str = "INBOX_STATE";

/// An invocation has six connections that may wait for response headers.
const AT_ONCE: usize = 6;

/// The inbox, in so many shards.
pub struct Inbox<'a> {
    /// The bindings.
    pub env: &'a Env,
    /// How many objects it is spread over.
    pub shards: u32,
}

impl Inbox<'_> {
    /// Whose each delivery is, in their order.
    pub async fn claim(&self, asked: Vec<Asked>) -> Result<Vec<Verdict>, ApiError> {
        self.spread(asked, |asked| asked.key(), |asked| Command::Claim { asked }).await
    }

    /// Notes what came of handlers; how each delivery stands then, in their order.
    pub async fn record(&self, on: &[&str], notes: &[Note]) -> Result<Vec<Settled>, ApiError> {
        let on: Vec<String> = on.iter().map(|name| (*name).to_owned()).collect();
        self.spread(
            notes.to_vec(),
            |note| note.asked.key(),
            |notes| Command::Record { on: on.clone(), notes },
        )
        .await
    }

    /// One delivery by its id.
    pub async fn find(&self, id: &str) -> Result<Option<Entry>, ApiError> {
        let found: Vec<Found> = self.everywhere(|| Command::Find { id: id.to_owned() }).await?;
        Ok(found.into_iter().find_map(|found| found.entry))
    }

    /// Deliveries of a state, newest first.
    pub async fn list(&self, query: &Query) -> Result<Vec<Entry>, ApiError> {
        let pages: Vec<Vec<Entry>> = self.everywhere(|| Command::List(query.clone())).await?;
        let mut entries: Vec<Entry> = pages.into_iter().flatten().collect();
        entries.sort_by(|a, b| (b.received_at, &b.id).cmp(&(a.received_at, &a.id)));
        entries.truncate(query.limit);
        Ok(entries)
    }

    /// Sends each thing to its shard, and puts the answers in the things' order.
    async fn spread<T, A: DeserializeOwned>(
        &self,
        things: Vec<T>,
        key: impl Fn(&T) -> &str,
        command: impl Fn(Vec<T>) -> Command,
    ) -> Result<Vec<A>, ApiError> {
        let mut shards: BTreeMap<u32, (Vec<usize>, Vec<T>)> = BTreeMap::new();
        for (at, thing) in things.into_iter().enumerate() {
            let (places, things) = shards.entry(shard_of(key(&thing), self.shards)).or_default();
            places.push(at);
            things.push(thing);
        }
        let calls = shards.into_iter().map(|(shard, (places, things))| {
            let command = command(things);
            async move {
                let answers: Vec<A> = self.call(shard, &command).await?;
                Ok::<_, ApiError>(places.into_iter().zip(answers))
            }
        });
        let answers: Vec<_> = stream::iter(calls).buffer_unordered(AT_ONCE).try_collect().await?;
        let mut answers: Vec<(usize, A)> = answers.into_iter().flatten().collect();
        answers.sort_by_key(|(at, _)| *at);
        Ok(answers.into_iter().map(|(_, answer)| answer).collect())
    }

    /// Asks every shard.
    async fn everywhere<A: DeserializeOwned>(
        &self,
        command: impl Fn() -> Command,
    ) -> Result<Vec<A>, ApiError> {
        let calls = (0..self.shards).map(|shard| {
            let command = command();
            async move { self.call(shard, &command).await }
        });
        stream::iter(calls).buffer_unordered(AT_ONCE).try_collect().await
    }

    async fn call<A: DeserializeOwned>(&self, shard: u32, command: &Command) -> Result<A, ApiError> {
        object::call(self.env, BINDING, &format!("inbox-{shard}"), command).await
    }
}
