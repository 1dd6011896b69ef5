//! What a ledger does on its own, by alarm: takes up deliveries whose retry was lost on the way, and forgets what is old.

use super::{Ledger, recovery::STEP_MILLIS, store::Store};
use crate::{
    core::{
        delivery::Message,
        envelope::ApiError,
        ledger::{Room, Sending, State},
    },
    dispatcher::lanes::{self, EXPRESS},
    edge::{clock, log::Line, settings},
};

/// How many deliveries one alarm takes up again.
const AT_ONCE: usize = 100;

impl Ledger {
    /// Does what is due, and sets the alarm for what will be.
    pub(super) async fn upkeep(&self) -> Result<(), ApiError> {
        let store = self.store()?;
        match self.standing(store)?.sending {
            Sending::Deleted => store.clear()?,
            _ if self.is_sending(store)? => self.take_up(store).await?,
            _ => {}
        }
        let is_recovering = self.is_sending(store)? && self.recover(store).await?;
        let oldest = self.oldest_millis()?;
        store.prune_jobs(oldest)?;
        store.prune_hours(oldest)?;
        store.drop_expired(&self.room()?, clock::now().millis())?;
        if is_recovering {
            self.wake_in(STEP_MILLIS).await;
        }
        self.wake_for(store).await
    }

    /// Whether anything is sent.
    fn is_sending(&self, store: &Store) -> Result<bool, ApiError> {
        Ok(self.standing(store)?.sending == Sending::Active && self.health(store)?.disabled.is_none())
    }

    /// Queues deliveries again whose retry should have come long ago.
    async fn take_up(&self, store: &Store) -> Result<(), ApiError> {
        let now = clock::now();
        let ids = store.overdue(now.millis().saturating_sub(self.overdue_millis()?), AT_ONCE)?;
        if ids.is_empty() {
            return Ok(());
        }
        let messages: Vec<Message> = store
            .rows(&ids)?
            .into_iter()
            .filter(|row| row.state == State::Retrying)
            .map(|row| row.message.resent(row.resend))
            .collect();
        Line::warn("ledger.overdue").size("deliveries", messages.len()).emit();
        lanes::queue_again(&self.env, EXPRESS, &messages).await?;
        // What has no row any more is struck off, and the rest has its time again before it counts as lost.
        store.strike_off(&ids.iter().map(String::as_str).collect::<Vec<_>>())?;
        for message in &messages {
            store.set_due(&message.id, now.millis(), message.accepted_at)?;
        }
        Ok(())
    }

    /// Sets the alarm for the next thing that is due, if it would come later otherwise.
    pub(super) async fn wake_for(&self, store: &Store) -> Result<(), ApiError> {
        let now = clock::now().millis();
        let standing = self.standing(store)?.sending;
        let is_sending = self.is_sending(store)?;
        let overdue = match standing {
            _ if is_sending => {
                let overdue = self.overdue_millis()?;
                store.first_due()?.map(|due| due.saturating_add(overdue))
            }
            Sending::Deleted => (!store.is_cleared()?).then_some(now),
            _ => None,
        };
        // A recovery that an outage has stopped goes on once the subscription is active.
        let recovery = match self.alarm_at.get() {
            None if is_sending && !store.running_jobs()?.is_empty() => Some(now),
            _ => None,
        };
        // Known without asking while the alarm stands: half a day sooner or later does not matter.
        let old = match self.alarm_at.get() {
            Some(_) => None,
            None => store.expires_at(&self.room()?)?,
        };
        if let Some(at) = overdue.into_iter().chain(old).chain(recovery).min() {
            self.wake_in(at.saturating_sub(now).max(1)).await;
        }
        Ok(())
    }

    /// Sets the alarm, unless it goes off sooner anyway.
    pub(super) async fn wake_in(&self, millis: i64) {
        let wait = clock::real_millis(millis).max(1);
        let at = clock::real().saturating_add(wait);
        if self.alarm_at.get().is_some_and(|set| set <= at.saturating_add(1000)) {
            return;
        }
        match self.state.storage().set_alarm(wait).await {
            Ok(()) => self.alarm_at.set(Some(at)),
            Err(error) => Line::error("ledger.no_alarm").text("why", &error.to_string()).emit(),
        }
    }

    /// How long after its time a retry counts as lost.
    fn overdue_millis(&self) -> Result<i64, ApiError> {
        Ok(settings::dispatcher(&self.env)?.retry_lost_after_ms)
    }

    /// Before this moment nothing is kept.
    pub(super) fn oldest_millis(&self) -> Result<i64, ApiError> {
        Ok(self.room()?.oldest(clock::now().millis()))
    }

    fn room(&self) -> Result<Room, ApiError> {
        Ok(settings::dispatcher(&self.env)?.room)
    }
}
