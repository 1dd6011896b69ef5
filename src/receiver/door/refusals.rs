//! Refused signatures, counted in this isolate and handed on now and then: whoever sends a flood of them must not cause a call
//! for each.

use std::{cell::RefCell, collections::BTreeMap};

use worker::{Context, Env};

use crate::{core::insights::counters, edge::clock, receiver::insights::client};

/// How long they are gathered at least, in real milliseconds.
const GATHER_MILLIS: i64 = 5000;

#[derive(Default)]
struct Gathered {
    counters: BTreeMap<String, u64>,
    handed_on_at: i64,
}

thread_local! {
    static GATHERED: RefCell<Gathered> = RefCell::default();
}

/// Counts one, by the reason's code.
pub fn note(code: &str) {
    GATHERED.with(|gathered| {
        if let Ok(mut gathered) = gathered.try_borrow_mut() {
            let count = gathered.counters.entry(counters::signature(code)).or_default();
            *count = count.saturating_add(1);
        }
    });
}

/// Hands on what was gathered, if it is time to, after the answer is sent.
pub fn hand_on(env: &Env, context: &Context) {
    let due = GATHERED.with(|gathered| {
        let mut gathered = gathered.try_borrow_mut().ok()?;
        let now = clock::real();
        let is_due = now.saturating_sub(gathered.handed_on_at) >= GATHER_MILLIS;
        if gathered.counters.is_empty() || !is_due {
            return None;
        }
        gathered.handed_on_at = now;
        Some(std::mem::take(&mut gathered.counters))
    });
    if let Some(counters) = due {
        let env = env.clone();
        context.wait_until(async move { client::count(&env, counters).await });
    }
}
