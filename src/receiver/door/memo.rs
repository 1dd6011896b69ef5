//! Deliveries that this isolate took a moment ago. Spares the queue most of a hasty sender's repetitions; that none is handled
//! twice is the inbox's work.

use std::{cell::RefCell, collections::HashMap};

use crate::edge::clock;

/// How long a delivery is remembered, in real milliseconds: short enough for somebody who sends it once more on purpose.
const MEMO_MILLIS: i64 = 60_000;

/// Beyond so many in one isolate, all are forgotten.
const MEMO_IDS: usize = 10_000;

thread_local! {
    static MEMO: RefCell<HashMap<String, i64>> = RefCell::default();
}

/// Whether it was taken here a moment ago.
pub fn is_known(id: &str) -> bool {
    let taken_at = MEMO.with(|memo| memo.try_borrow().ok()?.get(id).copied());
    taken_at.is_some_and(|at| clock::real().saturating_sub(at) < MEMO_MILLIS)
}

/// Remembers that it was taken.
pub fn remember(id: &str) {
    MEMO.with(|memo| {
        if let Ok(mut memo) = memo.try_borrow_mut() {
            if memo.len() >= MEMO_IDS {
                memo.clear();
            }
            memo.insert(id.to_owned(), clock::real());
        }
    });
}
