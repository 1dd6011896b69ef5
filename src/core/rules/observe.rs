//! What a call's events come to, for each window and key that some rule looks at.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Metric, Per, Rule, Sum};
use crate::core::{
    event::Event,
    hash,
    time::Timestamp,
    window::{Window, hour_of},
};

/// Events that happened longer ago are nobody's news: an import of last month's requests crosses nothing today.
const OLDEST_MILLIS: i64 = 86_400_000;
/// How far a gateway's clock may be ahead.
const AHEAD_MILLIS: i64 = 300_000;

/// How many characters of a user's or a model's name are told apart.
const MAX_KEY: usize = 256;

/// What some of a call's events come to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// How long the window is.
    pub window: Window,
    /// Its first hour, counted from 1970.
    pub begin: i64,
    /// What is told apart.
    pub per: Per,
    /// Which user or model; empty for the org.
    pub key: String,
    /// What they come to.
    pub sum: Sum,
}

/// Sums up the events of a call.
#[derive(Debug)]
pub struct Observer {
    now: Timestamp,
    looked_at: Vec<(Window, Per)>,
    sums: BTreeMap<(Window, i64, Per, String), Sum>,
    ids: Vec<String>,
}

impl Observer {
    /// For what these rules look at.
    pub fn new(rules: &[Rule], now: Timestamp) -> Self {
        let mut looked_at: Vec<(Window, Per)> = rules
            .iter()
            .filter(|rule| rule.metric != Metric::Score)
            .map(|rule| (rule.window, rule.per))
            .collect();
        looked_at.sort();
        looked_at.dedup();
        Self { now, looked_at, sums: BTreeMap::new(), ids: Vec::new() }
    }

    /// Counts an event.
    pub fn add(&mut self, event: &Event) {
        let age = self.now.millis().saturating_sub(event.created_at.millis());
        if self.looked_at.is_empty() || !(-AHEAD_MILLIS..=OLDEST_MILLIS).contains(&age) {
            return;
        }
        let hour = hour_of(event.created_at.millis());
        let mut one = Sum::default();
        if !one.add(event) {
            return;
        }
        self.ids.push(event.id.clone());
        for (window, per) in &self.looked_at {
            let name = match per {
                Per::Org => Some(String::new()),
                Per::User => event.user_id.as_deref().map(shortened),
                Per::Model => event.model.as_deref().map(shortened),
            };
            if let Some(name) = name {
                self.sums.entry((*window, window.of(hour), *per, name)).or_default().merge(&one);
            }
        }
    }

    /// What it came to, and what tells this call from every other one: the same events give the same text.
    pub fn finish(self) -> (Vec<Share>, String) {
        let ids: Vec<&str> = self.ids.iter().map(String::as_str).collect();
        let mark = hash::name("heliograph/observed", &ids, 12);
        let shares = self.sums.into_iter().map(|((window, begin, per, key), sum)| Share {
            window,
            begin,
            per,
            key,
            sum,
        });
        (shares.collect(), mark)
    }
}

fn shortened(name: &str) -> String {
    name.chars().take(MAX_KEY).collect()
}
