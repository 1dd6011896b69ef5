//! What subscriptions do not get sent, counted in this isolate and handed on to their ledgers now and then: an event that nobody
//! gets must not cause a call for each subscription that it is not for.

use std::{cell::RefCell, collections::BTreeMap};

use futures_util::{StreamExt, stream};
use worker::Env;

use super::ledger::{client, command::Command};
use crate::{
    core::ledger::{Hours, merge},
    edge::{clock, log::Line},
};

/// How long they are gathered at least, in real milliseconds.
const GATHER_MILLIS: i64 = 30_000;

/// How many ledgers one call of intake tells, and how many at once. The others wait for the next call.
const LEDGERS: usize = 20;
const AT_ONCE: usize = 5;

/// Beyond so many subscriptions nothing more is gathered.
const MOST: usize = 5000;

type Whose = (String, String);

#[derive(Default)]
struct Gathered {
    hours: BTreeMap<Whose, Hours>,
    handed_on_at: i64,
}

thread_local! {
    static GATHERED: RefCell<Gathered> = RefCell::default();
}

/// Adds a call's counts, by subscription.
pub fn note(org: &str, counts: Vec<(&str, Hours)>) {
    GATHERED.with(|gathered| {
        let Ok(mut gathered) = gathered.try_borrow_mut() else { return };
        for (subscription, hours) in counts {
            let key = (org.to_owned(), subscription.to_owned());
            if gathered.hours.len() < MOST || gathered.hours.contains_key(&key) {
                merge(gathered.hours.entry(key).or_default(), &hours);
            }
        }
    });
}

/// Hands on what was gathered, if it is time to. What a ledger does not take is lost, and said so in the log.
pub async fn hand_on(env: &Env) {
    stream::iter(due())
        .for_each_concurrent(AT_ONCE, |((org, subscription), hours)| async move {
            let told = client::call::<bool>(env, &org, &subscription, &Command::Count(hours)).await;
            if let Err(error) = told {
                Line::warn("unsent.not_counted")
                    .text("subscription", &subscription)
                    .text("why", &error.message)
                    .emit();
            }
        })
        .await;
}

fn due() -> Vec<(Whose, Hours)> {
    GATHERED.with(|gathered| {
        let Ok(mut gathered) = gathered.try_borrow_mut() else { return Vec::new() };
        let now = clock::real();
        if gathered.hours.is_empty() || now.saturating_sub(gathered.handed_on_at) < GATHER_MILLIS {
            return Vec::new();
        }
        let first: Vec<_> = std::iter::from_fn(|| gathered.hours.pop_first()).take(LEDGERS).collect();
        if gathered.hours.is_empty() {
            gathered.handed_on_at = now;
        }
        first
    })
}
