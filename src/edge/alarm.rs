//! A Durable Object's alarm.

use std::cell::Cell;

use worker::State;

use super::clock;
use crate::core::envelope::ApiError;

/// What an object knows of its alarm. Asking about it and setting it cost as much as a row each.
#[derive(Default)]
pub struct Alarm {
    is_set: Cell<bool>,
}

impl Alarm {
    /// Sees to it that there is one, `millis` from now where there was none. Before the first row is there, so that there is never a
    /// row that nobody will remove.
    pub async fn ensure(&self, state: &State, millis: i64) -> Result<(), ApiError> {
        if self.is_set.get() {
            return Ok(());
        }
        let alarm = state.storage().get_alarm().await;
        if alarm.map_err(|_| ApiError::unavailable("the object could not look at its alarm"))?.is_none() {
            self.set(state, millis).await?;
        }
        self.is_set.set(true);
        Ok(())
    }

    /// Sets it so far from now, in place of what was set.
    pub async fn set(&self, state: &State, millis: i64) -> Result<(), ApiError> {
        let set = state.storage().set_alarm(clock::real_millis(millis).max(1)).await;
        set.map_err(|_| ApiError::unavailable("the object could not set its alarm"))?;
        self.is_set.set(true);
        Ok(())
    }

    /// It has gone off.
    pub fn has_gone_off(&self) {
        self.is_set.set(false);
    }
}
