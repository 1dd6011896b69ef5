//! What the consumer's steps share.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use worker::Env;

use crate::{
    core::{envelope::ApiError, insights::counters},
    edge::clock,
    receiver::{
        inbox::client::Inbox,
        settings::{self, ReceiverSettings},
    },
};

/// When a fault is ours, the message waits this long for us to be well again.
pub(super) const FAULT_DELAY_SECONDS: u32 = 30;

/// What a batch's work takes.
pub(super) struct Desk<'a> {
    pub(super) env: &'a Env,
    pub(super) settings: Rc<ReceiverSettings>,
    pub(super) counters: RefCell<BTreeMap<String, u64>>,
}

impl<'a> Desk<'a> {
    /// Opens one; an error names the setting that is wrong.
    pub(super) fn open(env: &'a Env) -> Result<Self, ApiError> {
        Ok(Self { env, settings: settings::read(env)?, counters: RefCell::default() })
    }

    pub(super) fn inbox(&self) -> Inbox<'_> {
        Inbox { env: self.env, shards: self.settings.inbox_shards }
    }

    /// Counts something, to be added to the insights at the end of the batch.
    pub(super) fn count(&self, counter: String) {
        self.add(counter, 1);
    }

    /// Counts how long a handler's work took, that began at a moment of the real clock.
    pub(super) fn count_millis(&self, handler: &str, begin: i64) {
        let millis = u64::try_from(clock::real().saturating_sub(begin)).unwrap_or_default();
        if millis > 0 {
            self.add(counters::handler_millis(handler), millis);
        }
    }

    fn add(&self, counter: String, more: u64) {
        if let Ok(mut counters) = self.counters.try_borrow_mut() {
            let count = counters.entry(counter).or_default();
            *count = count.saturating_add(more);
        }
    }
}

/// How long to wait for a moment, in seconds, as a queue takes it.
pub(super) fn seconds_until(moment: i64, now: i64) -> u32 {
    const DAY_SECONDS: i64 = 86_400;
    let millis = moment.saturating_sub(now).max(0);
    let seconds = millis.saturating_add(999).div_euclid(1000).min(DAY_SECONDS);
    u32::try_from(seconds).unwrap_or(FAULT_DELAY_SECONDS)
}
