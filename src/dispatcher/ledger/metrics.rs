//! What a ledger counts beside attempts, and what it answers when it is asked for its numbers.

use super::{Ledger, store::Store};
use crate::core::{
    delivery::Message,
    envelope::ApiError,
    ledger::{HourKey, Hours, Sending, merge},
    metrics::{Asked, Now, Reading},
    time::Timestamp,
};

impl Ledger {
    /// Counts a message whose delivery was settled before. It is kept in memory until something else is written.
    pub(super) fn note_duplicate(&self, message: &Message, now: Timestamp) {
        let Ok(mut duplicates) = self.duplicates.try_borrow_mut() else { return };
        let hour = duplicates.entry(HourKey::of(message, now.millis())).or_default();
        hour.duplicates = hour.duplicates.saturating_add(1);
    }

    /// Adds to the counts, and with them the duplicates that wait for it.
    pub(super) fn add(&self, store: &Store, hours: &Hours) -> Result<(), ApiError> {
        let mut all = self.duplicates.try_borrow().map(|known| known.clone()).unwrap_or_default();
        merge(&mut all, hours);
        store.add(&all)?;
        self.duplicates.take();
        Ok(())
    }

    /// Counts what never becomes a message. Of a subscription that is gone nothing is kept.
    pub(super) fn count(&self, store: &Store, hours: &Hours) -> Result<(), ApiError> {
        match self.standing(store)?.sending {
            Sending::Deleted => Ok(()),
            _ => {
                // Where nothing is ever sent there is no upkeep.
                store.prune_hours(self.oldest_millis()?)?;
                self.add(store, hours)
            }
        }
    }

    /// What was counted in a range, and how the subscription stands.
    pub(super) fn metrics(&self, store: &Store, asked: &Asked) -> Result<Reading, ApiError> {
        let health = self.health(store)?;
        let sending = match (self.standing(store)?.sending, health.disabled) {
            (Sending::Active, Some(_)) => Sending::Disabled,
            (sending, _) => sending,
        };
        let (retrying, oldest_retrying) = store.due_again()?;
        let now = Now { sending, health: health.state, retrying, oldest_retrying };
        let mut reading = Reading::new(now, asked);
        store.read_hours(asked, &mut reading)?;
        if let Ok(duplicates) = self.duplicates.try_borrow() {
            for (key, hour) in duplicates.iter() {
                reading.add(asked, key, hour);
            }
        }
        Ok(reading)
    }
}
